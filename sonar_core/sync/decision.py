"""What deciding an operation yields, and the making of the rows that are its effect."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sonar_core import bodies, ids
from sonar_core.records.conflict import Alternative, Conflict
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.kinds import Sort
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.ledger import NOTHING_INHERITED, Held, Inherited, Ledger, Written
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import Header, OpKind
from sonar_core.sync.rows import Provenance, Row, provenance_bytes

AFTER_CLOSE = "after_close"
IN_CONFLICT = "conflict"
MAX_CONFLICT_BYTES: Final = 2 * 1024 * 1024
"""A conflict holds every version of a group whole, so it may outgrow any one record."""


class NewVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A row to append: the next version of one record."""

    kind: str
    id: str
    version: int
    patient: str | None
    episode: str | None
    at_ms: int
    body: bytes
    provenance: Provenance


def row_of(version: NewVersion, seq: int, commit_no: int) -> Row:
    """Return a version as the row that a scope's log has at this place."""
    return Row(
        seq=seq,
        commit_no=commit_no,
        kind=version.kind,
        id=ids.to_bytes(version.id),
        version=version.version,
        patient=None if version.patient is None else ids.to_bytes(version.patient),
        episode=None if version.episode is None else ids.to_bytes(version.episode),
        at_ms=version.at_ms,
        body=version.body,
        provenance=provenance_bytes(version.provenance),
    )


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict and the rows that are its effect, in the order to append them."""

    verdict: Verdict
    reason: Reason = Reason.NONE
    detail: str = ""
    version: int = 0
    versions: tuple[NewVersion, ...] = ()


def held_back(reason: Reason, detail: str = "") -> Decision:
    """Return the decision to keep an operation until its reason is gone."""
    return Decision(verdict=Verdict.QUARANTINED, reason=reason, detail=detail)


def repeated(first: Decision, op: OpKind) -> Decision:
    """Return what becomes of an operation that its device sends again in another incarnation.

    Its effect is there, so that it has no rows. It is a duplicate, but for what its PC needs to
    know more of: that it is in conflict, is held back, or decided a conflict.
    """
    is_done = first.verdict in (Verdict.APPLIED, Verdict.MERGED) and op is not OpKind.RESOLVE
    return Decision(
        verdict=Verdict.DUPLICATE if is_done else first.verdict,
        reason=first.reason,
        detail=first.detail,
        version=first.version,
    )


def whose(kind: str, identifier: str, fields: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the patient and the episode that a record belongs to.

    Only by fields that its kind has: an unknown field called so puts a record into nobody's notes.
    """
    declared = REGISTRY[kind].type.__struct_fields__
    owner = {
        name: fields.get(name) if name in declared else None for name in ("patient", "episode")
    }
    patient = identifier if kind == Patient.__name__ else owner["patient"]
    episode = identifier if kind == CustodyEpisode.__name__ else owner["episode"]
    return patient, episode


class Context:
    """One operation under decision: its author and the ledger it is decided against."""

    def __init__(
        self,
        ledger: Ledger,
        header: Header,
        received_ms: int,
        marks: tuple[str, ...],
        inherited: Inherited = NOTHING_INHERITED,
    ) -> None:
        """Take the ledger, the operation's header, when it arrived and what was odd about it."""
        self.ledger = ledger
        self.header = header
        self.inherited = inherited
        self._received_ms = received_ms
        self._marks = marks

    def append(
        self,
        kind: str,
        identifier: str,
        body: bytes,
        fields: dict[str, Any],
        *,
        groups: tuple[str, ...],
        marks: tuple[str, ...] = (),
    ) -> NewVersion:
        """Make the record's next version and put it into the ledger."""
        header = self.header
        before = self.ledger.get(identifier)
        version = 1 if before is None else before.version + 1
        patient, episode = whose(kind, identifier, fields)
        self.ledger.put(
            identifier,
            Held(
                kind=kind,
                version=version,
                fields=fields,
                body=body,
                history=(
                    *(() if before is None else before.history),
                    Written(
                        version=version,
                        groups=groups,
                        operation=header.op_id,
                        author=header.user,
                        device=header.device,
                        recorded_at=header.recorded_at,
                        offline=header.offline,
                        incarnation=header.incarnation,
                        op_seq=header.op_seq,
                    ),
                ),
            ),
        )
        return NewVersion(
            kind=kind,
            id=identifier,
            version=version,
            patient=patient,
            episode=episode,
            at_ms=_at_ms(kind, fields, header),
            body=body,
            provenance=Provenance(
                operation=header.op_id,
                author=header.user,
                device=header.device,
                intent=header.intent,
                recorded_at=header.recorded_at,
                received_ms=self._received_ms,
                hlc=header.hlc,
                incarnation=header.incarnation,
                op_seq=header.op_seq,
                offline=header.offline,
                groups=groups,
                marks=(*self._marks, *marks, *self._close_mark(kind, episode)),
            ),
        )

    def alternative(self, values: dict[str, Any], **named: str | None) -> Alternative:
        """Return this operation's version as one side of a conflict."""
        header = self.header
        return Alternative(
            operation=header.op_id,
            values=values,
            author=header.user,
            device=header.device,
            recorded_at=header.recorded_at,
            offline=header.offline,
            **named,
        )

    def append_conflict(self, conflict: Conflict) -> NewVersion:
        """Make the conflict's next version."""
        body = bodies.encode(conflict, most=MAX_CONFLICT_BYTES)
        return self.append(
            Conflict.__name__, conflict.id, body, bodies.fields_of(body), groups=(conflict.group,)
        )

    def _close_mark(self, kind: str, episode: str | None) -> tuple[str, ...]:
        stay = None if kind == CustodyEpisode.__name__ else self.ledger.get(str(episode))
        status = EpisodeStatus.OPEN if stay is None else stay.fields.get("status")
        return () if status in (EpisodeStatus.OPEN, None) else (AFTER_CLOSE,)


def _at_ms(kind: str, fields: dict[str, Any], header: Header) -> int:
    """Return when it was done (facts) or written (the rest)."""
    if REGISTRY[kind].sort is not Sort.FACT:
        return header.recorded_at.utc_ms
    return int(fields["performed_at"]["utc_ms"])
