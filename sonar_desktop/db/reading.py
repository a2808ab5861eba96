"""A consistent look at the store, on either of its connections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, select

from sonar_core import bodies
from sonar_core.records.base import Record
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.correcting import HeldFact
from sonar_core.sync.operations import Header, Operation, OpKind, edit_of
from sonar_core.sync.overlay import project
from sonar_core.sync.rows import provenance_of
from sonar_desktop.db import effects, grants, held, schema
from sonar_desktop.db.shown import (
    conflict_of,
    needed_of,
    part_of,
    readable,
    readable_of,
    record_of,
    seen_of,
    shown_one,
    shown_where,
)
from sonar_desktop.usecases.ports import Draft, Past, Seen, Unread

R = TypeVar("R", bound=Record)


class Look:
    """Implements `Reading` over one transaction."""

    def __init__(self, connection: Connection, in_flight: Collection[int]) -> None:
        """Take the transaction's connection and the operations being sent."""
        self._connection = connection
        self._in_flight = in_flight

    def get(self, kind: type[R], identifier: str) -> R | None:
        """Return the record as shown, or None."""
        shown = shown_one(self._connection, identifier)
        if shown is None or shown.kind != kind.__name__:
            return None
        found = record_of(shown)
        return found if isinstance(found, kind) else None

    def seen(self, kind: str, identifier: str) -> Seen | None:
        """Return the record as shown with where it came from, or None."""
        shown = shown_one(self._connection, identifier)
        if shown is None or shown.kind != kind:
            return None
        return next(iter(seen_of(self._connection, [shown], self._in_flight)), None)

    def of_episode(self, episode: str, kinds: Sequence[str] = ()) -> list[Seen]:
        """Return the episode's records, newest first by when they were done; all kinds if none."""
        return self._seen(kinds, episode=episode)

    def of_patient(self, patient: str, kinds: Sequence[str] = ()) -> list[Seen]:
        """Return the patient's records that belong to no episode, and those of all episodes."""
        return self._seen(kinds, patient=patient)

    def readable_of_patient(self, patient: str) -> tuple[list[Seen], tuple[str, ...]]:
        """Return the same of all kinds, and the kind of each that only a newer program can show."""
        rows = shown_where(self._connection, patient=patient)
        return readable_of(self._connection, rows, self._in_flight)

    def history(self, kind: str, identifier: str) -> list[Past]:
        """Return the record's versions, oldest first; those not confirmed yet have version 0."""
        known = REGISTRY[kind]
        rows = [
            row
            for table in (schema.version, schema.record)
            for row in self._connection.execute(
                select(table)
                .where(table.c.id == identifier, table.c.kind == kind)
                .order_by(table.c.version)
            )
        ]
        past = []
        for row in rows:
            written = provenance_of(row.provenance)
            past.append(
                Past(
                    version=row.version,
                    record=readable(known, row.body),
                    author=written.author,
                    device=written.device,
                    recorded_at=written.recorded_at,
                    groups=written.groups,
                )
            )
        confirmed = rows[-1].body if rows else None
        return past + self._unconfirmed(kind, identifier, confirmed)

    def all_of(self, kind: type[R]) -> list[R]:
        """Return every record of a small kind, such as Practitioner."""
        rows = shown_where(self._connection, kind=kind.__name__)
        parts = (part_of(row) for row in rows)
        return [one.record for one in parts if one and isinstance(one.record, kind)]

    def conflicts(self, *, open_only: bool = True) -> list[Conflict]:
        """Return the conflicts this PC knows, newest first."""
        rows = shown_where(self._connection, kind=Conflict.__name__)
        rows.sort(key=lambda row: (row.at_ms, row.id), reverse=True)
        found = [one for row in rows if (one := conflict_of(row.body)) is not None]
        return [one for one in found if not open_only or one.status is ConflictStatus.OPEN]

    def unreadable_conflicts(self) -> list[Unread]:
        """Return whose and where the conflicts are that only a newer program can show.

        Those too that are open over a fact which cannot be read here.
        """
        rows = shown_where(self._connection, kind=Conflict.__name__)
        return [
            Unread(id=row.id, patient=row.patient, episode=row.episode)
            for row in rows
            if self._is_unreadable(conflict_of(row.body))
        ]

    def held_facts(self) -> dict[str, HeldFact]:
        """Return this PC's own facts that the server holds back, by id."""
        return held.held_facts(self._connection)

    def board(self) -> list[bytes]:
        """Return the board rows of the open episodes: bytes of `sonar_core.board` rows."""
        row = schema.board_row.c.row
        return list(self._connection.scalars(select(row).where(row.is_not(None))))

    def revoked(self) -> tuple[str, ...]:
        """Return the kinds of scope that this PC may not hold, by name."""
        return grants.revoked_kinds(self._connection)

    def board_row(self, episode: str) -> bytes | None:
        """Return one episode's board row; None where the board shows nothing of it."""
        table = schema.board_row
        return self._connection.scalar(select(table.c.row).where(table.c.episode == episode))

    def draft(self, author: str, record: str) -> Draft | None:
        """Return an author's draft of a record, or None."""
        table = schema.draft
        found = self._drafts(table.c.author == author, table.c.record == record)
        return found[0] if found else None

    def drafts(self, author: str) -> list[Draft]:
        """Return an author's drafts, newest first."""
        return self._drafts(schema.draft.c.author == author)

    def every_draft(self) -> list[Draft]:
        """Return the drafts of everybody, newest first; to be sealed, never to be shown."""
        return self._drafts()

    def setting(self, name: str) -> str | None:
        """Return a setting of this PC, or None."""
        table = schema.setting
        return self._connection.scalar(select(table.c.value).where(table.c.name == name))

    def _seen(self, kinds: Sequence[str], **whose: str) -> list[Seen]:
        if not kinds:
            rows = shown_where(self._connection, **whose)
            return needed_of(self._connection, rows, self._in_flight)
        rows = shown_where(self._connection, **whose, kind=kinds)
        return seen_of(self._connection, rows, self._in_flight)

    def _is_unreadable(self, conflict: Conflict | None) -> bool:
        if conflict is None:
            return True
        if conflict.status is not ConflictStatus.OPEN:
            return False
        named = (shown_one(self._connection, side.fact or "") for side in conflict.alternatives)
        return any(fact is not None and part_of(fact) is None for fact in named)

    def _unconfirmed(self, kind: str, identifier: str, body: bytes | None) -> list[Past]:
        waiting = effects.waiting_on(self._connection, [identifier]).get(identifier, [])
        past = []
        for _, header, operation in waiting:
            body = project(kind, body, [(header, operation)])
            if body is not None:
                past.append(
                    Past(
                        version=0,
                        record=readable(REGISTRY[kind], body),
                        author=header.user,
                        device=header.device,
                        recorded_at=header.recorded_at,
                        groups=_groups(kind, header, operation),
                    )
                )
        return past

    def _drafts(self, *conditions: ColumnElement[bool]) -> list[Draft]:
        table = schema.draft
        rows = self._connection.execute(
            select(table).where(*conditions).order_by(table.c.saved_ms.desc(), table.c.record)
        )
        return [Draft(**row) for row in rows.mappings()]


def _groups(kind: str, header: Header, operation: Operation) -> tuple[str, ...]:
    if header.op is OpKind.EDIT:
        return tuple(edit_of(operation).groups)
    if header.kind == kind:
        return tuple(group.name for group in REGISTRY[kind].groups)
    return (str(bodies.fields_of(operation.payload)["group"]),)
