"""Records as shown: the confirmed one, or the pending one where this PC has something on top."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from sonar_core import bodies, ids
from sonar_core.board.views import BOARD_KINDS
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.base import Record
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import RecordKind
from sonar_core.records.known_part import known_part
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.rows import Provenance, provenance_bytes, provenance_of
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.errors import NewerRecordError
from sonar_desktop.db.standings import disputed_ids, standings
from sonar_desktop.usecases.errors import BugError, NotHereError
from sonar_desktop.usecases.ports import Seen

_HEADS: Final = frozenset({CustodyEpisode.__name__, Patient.__name__})
_KIND: Final = "kind"
_COLUMNS: Final = "kind, id, version, patient, episode, at_ms, body, provenance"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A record's bytes as shown; `is_pending` says that this PC has changes on top."""

    kind: str
    id: str
    version: int
    patient: str | None
    episode: str | None
    at_ms: int
    body: bytes
    provenance: bytes
    is_pending: bool


def shown_where(connection: Connection, **conditions: str | Collection[str] | None) -> list[Shown]:
    """Return what is shown where each column has the value, or one of the values, given.

    Raises NotHereError for what is no id: the row that names it is spoilt.
    """
    try:
        where, values = _matching(conditions)
    except ValueError:
        raise NotHereError from None
    # By the driver itself: to have these made and compiled took longer than to run them.
    rows = driver_connection(connection).execute(
        f"SELECT {_COLUMNS}, 1 FROM pending WHERE {where} "  # noqa: S608 values are bound
        f"UNION ALL SELECT {_COLUMNS}, 0 FROM record WHERE {where} "
        "AND NOT EXISTS (SELECT 1 FROM pending WHERE pending.id = record.id)",
        values,
    )
    return [
        Shown(
            kind=kind,
            id=from_bytes(identifier),
            version=version,
            patient=None if patient is None else from_bytes(patient),
            episode=None if episode is None else from_bytes(episode),
            at_ms=at_ms,
            body=body,
            provenance=provenance,
            is_pending=bool(is_pending),
        )
        for (
            kind, identifier, version, patient, episode, at_ms, body, provenance, is_pending,
        ) in rows
    ]  # fmt: skip


def shown_one(connection: Connection, identifier: str) -> Shown | None:
    """Return what is shown of one record."""
    if not ids.is_id(identifier):
        return None
    found = shown_where(connection, id=identifier)
    return found[0] if found else None


class Part(NamedTuple):
    """A record, or what of it can be read here."""

    record: Record
    is_cut: bool


def part_of(shown: Shown) -> Part | None:
    """Return what a row holds, None where it cannot be read here.

    Of the person and the stay it is what can be read: nobody in custody is off the board, or
    without a record, because a newer program wrote about them. Whoever shows it says so.
    """
    kind = REGISTRY.get(shown.kind)
    if kind is None:
        return None
    try:
        return Part(readable(kind, shown.body), is_cut=False)
    except NewerRecordError:
        part = known_part(kind, shown.body) if shown.kind in _HEADS else None
        return None if part is None else Part(readable(kind, part), is_cut=True)


def record_of(shown: Shown) -> Record:
    """Return the record as `part_of`; raise NewerRecordError when it cannot be read here."""
    part = part_of(shown)
    if part is None:
        raise NewerRecordError
    return part.record


def readable(kind: RecordKind, body: bytes) -> Record:
    """Return a body as a record of its kind; raise NewerRecordError when it is none here."""
    try:
        return bodies.decode(body, kind.type)
    except bodies.BodyError:
        raise NewerRecordError from None


def conflict_of(body: bytes) -> Conflict | None:
    """Return a conflict as the server made it, None where only a newer program can read it."""
    try:
        return bodies.decode(body, Conflict)
    except bodies.BodyError:
        return None


def seen_of(
    connection: Connection, rows: Collection[Shown], in_flight: Collection[int]
) -> list[Seen]:
    """Return the records with their standing, newest first: when done, hybrid clock, id.

    Kinds that only a newer program knows are kept and not shown. Raises NewerRecordError for a
    record of a kind that is known, and that only a newer program can read.
    """
    known = [row for row in rows if row.kind in REGISTRY]
    return with_standing(
        connection, [(row, record_of(row)) for row in known], in_flight, disputed_ids(connection)
    )


def readable_of(
    connection: Connection, rows: Collection[Shown], in_flight: Collection[int]
) -> tuple[list[Seen], tuple[str, ...]]:
    """Return the records as `seen_of`, and the kind of each that cannot be shown whole.

    Whoever acts on these asks of what is missing first: it may be what the act hangs on.
    """
    parts = [(row, part_of(row)) for row in rows]
    known = [(row, part.record) for row, part in parts if part is not None]
    hidden = sorted(row.kind for row, part in parts if part is None or part.is_cut)
    return with_standing(connection, known, in_flight, disputed_ids(connection)), tuple(hidden)


def needed_of(
    connection: Connection, rows: Collection[Shown], in_flight: Collection[int]
) -> list[Seen]:
    """Return the records as `seen_of`, without those that can be missed.

    Raises NewerRecordError for what a board row is made of: whoever acts without that acts on a
    record that is not the person's.
    """
    known: list[tuple[Shown, Record]] = []
    for row in rows:
        part = part_of(row)
        if part is not None:
            known.append((row, part.record))
        elif row.kind in BOARD_KINDS:
            raise NewerRecordError
    return with_standing(connection, known, in_flight, disputed_ids(connection))


def with_standing(
    connection: Connection,
    records: Sequence[tuple[Shown, Record]],
    in_flight: Collection[int],
    disputed: set[str],
) -> list[Seen]:
    """Return records that were read from these rows as `seen_of` returns them."""
    known = [(row, record, provenance_of(row.provenance)) for row, record in records]
    known.sort(key=lambda one: (one[0].at_ms, one[2].hlc, one[0].id), reverse=True)
    pending = {row.id: row.is_pending for row, _, _ in known}
    stand = standings(connection, pending, in_flight, disputed)
    return [
        Seen(
            record=record,
            version=row.version,
            author=written.author,
            device=written.device,
            recorded_at=written.recorded_at,
            received_ms=None if row.is_pending else written.received_ms,
            offline=written.offline,
            standing=stand[row.id],
            marks=written.marks,
        )
        for row, record, written in known
    ]


def _matching(
    conditions: Mapping[str, str | Collection[str] | None],
) -> tuple[str, list[str | bytes]]:
    """Return these conditions in SQL, with numbered marks, and the values of the marks."""
    terms: list[str] = []
    values: list[str | bytes] = []
    for name, wanted in conditions.items():
        if wanted is None:
            terms.append(f"{name} IS NULL")
        elif conditions.keys() == {_KIND} and isinstance(wanted, str):
            # By its name: the index `record_kind` serves no value that is bound.
            terms.append(f"{name} = '{_a_name(wanted)}'")
        else:
            some = [wanted] if isinstance(wanted, str) else wanted
            first = len(values) + 1
            values += some if name == _KIND else map(to_bytes, some)
            marks = ", ".join(f"?{number}" for number in range(first, len(values) + 1))
            terms.append(f"{name} IN ({marks})")
    return " AND ".join(terms), values


def _a_name(kind: str) -> str:
    if not kind.isidentifier():
        raise BugError("a kind of record is named by one word")
    return kind


def pending_provenance(confirmed: Provenance | None, written: Provenance) -> bytes:
    """Return the provenance of a pending record: its last writer's, the confirmed one's marks."""
    marks = () if confirmed is None else confirmed.marks
    return provenance_bytes(msgspec.structs.replace(written, marks=marks))
