"""Taking rows from the server in bulk: bytes go from the wire to the file without being decoded.

This is what a first sync spends its time on, so that it uses the driver's own `executemany` and
not a statement for each row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from sonar_core.ids import from_bytes
from sonar_core.records.conflict import Conflict
from sonar_core.sync.rows import Row
from sonar_core.sync.rows import row_hash as hash_of
from sonar_desktop.db import effects, unheld
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.errors import RowClashError
from sonar_desktop.db.packed import INSERT_PACKED, PackedRows, note
from sonar_desktop.db.schema import ROW_COLUMNS
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.sync_ports import Packed

_MARKS: Final = ", ".join("?" * 12)
INSERT_RECORD: Final = f"INSERT INTO record ({ROW_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608
INSERT_VERSION: Final = f"INSERT INTO version ({ROW_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608
SUPERSEDE: Final = (
    f"INSERT INTO version ({ROW_COLUMNS}) SELECT {ROW_COLUMNS} FROM record WHERE id = ? "  # noqa: S608
    # Where a disk had lost the newest row, an older one may stand in both tables: healing sees it.
    "ON CONFLICT (id, version) DO NOTHING"
)
_NEXT: Final = (
    "version = ?3, scope = ?4, seq = ?5, commit_no = ?6, at_ms = ?9, body = ?10, "
    "provenance = ?11, row_hash = ?12"
)
# By themselves: SQLite writes an index anew for each column that is named, also where it is equal.
_REPLACE_ELSEWHERE: Final = (
    f"UPDATE record SET patient = ?7, episode = ?8, {_NEXT} "  # noqa: S608 no value in it
    "WHERE id = ?2 AND (patient IS NOT ?7 OR episode IS NOT ?8)"
)
_REPLACE: Final = f"UPDATE record SET {_NEXT} WHERE id = ?2 AND version < ?3"  # noqa: S608
_LOOK_UP_AT_ONCE: Final = 500
_STORED: Final = " UNION ALL ".join(
    # As bytes: a text with a spoilt byte in it could not be read at all.
    "SELECT seq, commit_no, CAST(kind AS BLOB), id, version, patient, episode, at_ms, body, "  # noqa: S608 no value in it
    f"provenance FROM {table} WHERE id = ?1 AND version = ?2 AND row_hash = ?3"
    for table in ("record", "version")
)
_ID, _VERSION, _HASH = 1, 2, 11

_Values = tuple[Any, ...]


class Arrived(msgspec.Struct, kw_only=True):
    """What a frame brought that was not held: the rows, and what the digest gets for them."""

    rows: list[Row] = []
    hashes: list[bytes] = []


class _Sorting(msgspec.Struct, kw_only=True):
    """A frame's rows by what is to be done with them; `newest` by id."""

    newest: dict[bytes, _Values] = {}
    superseding: set[bytes] = set()
    older: list[_Values] = []
    arrived: Arrived


def take_packed(connection: Connection, packed: Packed, touched: Touched) -> Arrived:
    """Store the rows of a first sync that are not held; return them.

    Nothing is held of nearly all of them: they are stored without looking first. A frame with two
    versions of a record is sorted. Raises RowClashError as `take_rows` does.
    """
    if not isinstance(packed, PackedRows):
        raise BugError("these rows were not made ready by this store")
    raw = driver_connection(connection)
    taken = packed.taken
    if not packed.is_distinct:
        return take_rows(connection, taken.scope, taken.rows, taken.hashes, touched)
    done = raw.execute(INSERT_PACKED, (packed.index, packed.content, taken.scope))
    if done.rowcount == len(taken.rows):
        touched.merge(packed.touched)
        return Arrived(rows=taken.rows, hashes=[packed.digest])
    newest = "SELECT id FROM record ORDER BY rowid DESC LIMIT ?"
    fresh = {identifier for (identifier,) in raw.execute(newest, (done.rowcount,))}
    new = Arrived()
    rest = Arrived()
    for row, row_hash in zip(taken.rows, taken.hashes, strict=True):
        arrived = new if row.id in fresh else rest
        arrived.rows.append(row)
        arrived.hashes.append(row_hash)
    note(new.rows, touched)
    others = take_rows(connection, taken.scope, rest.rows, rest.hashes, touched)
    return Arrived(rows=new.rows + others.rows, hashes=new.hashes + others.hashes)


def take_rows(
    connection: Connection, scope: str, rows: list[Row], hashes: list[bytes], touched: Touched
) -> Arrived:
    """Store the rows that are not held; return them. `touched` gets what is current now.

    A row whose stored hash was spoilt is held: it stays, and healing puts it right. Raises
    RowClashError for another content under a version that is held.
    """
    raw = driver_connection(connection)
    arrived = Arrived()
    lines = list(zip(rows, hashes, as_stored(scope, rows, hashes), strict=True))
    sorting = _sorted(raw, lines, arrived)
    newest = sorting.newest
    replaced = [newest[identifier] for identifier in sorting.superseding]
    new = [line for identifier, line in newest.items() if identifier not in sorting.superseding]
    if replaced:
        raw.executemany(SUPERSEDE, [(values[_ID],) for values in replaced])
        raw.executemany(_REPLACE_ELSEWHERE, replaced)
        raw.executemany(_REPLACE, replaced)
    raw.executemany(INSERT_RECORD, new)
    raw.executemany(INSERT_VERSION, sorting.older)
    current = (row for row in arrived.rows if row.id in newest)
    note([row for row in current if row.version == newest[row.id][_VERSION]], touched)
    return arrived


def as_stored(scope: str, rows: list[Row], hashes: list[bytes]) -> list[_Values]:
    """Return the rows as the tables hold them."""
    return [
        (
            row.kind, row.id, row.version, scope, row.seq, row.commit_no, row.patient,
            row.episode, row.at_ms, row.body, row.provenance, row_hash,
        )
        for row, row_hash in zip(rows, hashes, strict=True)
    ]  # fmt: skip


def settle_effects(connection: Connection, arrived: Arrived, touched: Touched) -> None:
    """Bring this PC's own pending records up to the rows that came."""
    unsettled = effects.unsettled_ids(connection)
    if not unsettled:
        return
    concerned = [row for row in arrived.rows if from_bytes(row.id) in unsettled]
    changed = effects.rows_came(connection, concerned)
    changed |= {from_bytes(row.id) for row in concerned}
    changed |= unheld.held_again(connection, arrived.rows)
    for row in arrived.rows:
        if row.kind == Conflict.__name__:
            changed.update(effects.conflict_came(connection, row.body))
    effects.refresh(connection, changed & unsettled, touched)


def _sorted(raw: Any, lines: list[tuple[Row, bytes, _Values]], arrived: Arrived) -> _Sorting:
    """Sort rows into newest and older ones, leaving out those held; `arrived` gets the others."""
    held = _held(raw, {row.id for row, _, _ in lines})
    sorting = _Sorting(arrived=arrived)
    newest = sorting.newest
    doubtful: list[tuple[Row, bytes, _Values]] = []
    for row, row_hash, values in lines:
        identifier, version = row.id, row.version
        before = newest.get(identifier)
        held_version, held_hash = (
            held.get(identifier, (0, b"")) if before is None else (before[_VERSION], before[_HASH])
        )
        if version < held_version:
            doubtful.append((row, row_hash, values))
            continue
        if version == held_version:
            if row_hash != held_hash:
                _require_spoilt(raw, row, held_hash)
            continue
        if before is not None:
            sorting.older.append(before)
        elif held_version:
            sorting.superseding.add(identifier)
        newest[identifier] = values
        arrived.rows.append(row)
        arrived.hashes.append(row_hash)
    if doubtful:
        _sort_older(raw, doubtful, held, sorting)
    return sorting


def _sort_older(
    raw: Any,
    doubtful: list[tuple[Row, bytes, _Values]],
    newest: dict[bytes, tuple[int, bytes]],
    sorting: _Sorting,
) -> None:
    """Take in the superseded versions that are not held yet."""
    wanted = {row.id for row, _, _ in doubtful}
    held = {
        (identifier, version): row_hash
        for identifier, version, row_hash in _looked_up(raw, "version", wanted)
    }
    # What this very frame supersedes: the row that stood in the store, and rows of the frame.
    held.update({(identifier, version): found for identifier, (version, found) in newest.items()})
    held.update({(values[_ID], values[_VERSION]): values[_HASH] for values in sorting.older})
    for row, row_hash, values in doubtful:
        known = held.get((row.id, row.version))
        if known is None:
            held[row.id, row.version] = row_hash
            sorting.older.append(values)
            sorting.arrived.rows.append(row)
            sorting.arrived.hashes.append(row_hash)
        elif known != row_hash:
            _require_spoilt(raw, row, known)


def _require_spoilt(raw: Any, row: Row, stored: bytes) -> None:
    """Raise RowClashError unless what is held in a row's place has not the hash stored with it."""
    for seq, commit_no, kind, *rest in raw.execute(_STORED, (row.id, row.version, stored)):
        if hash_of(Row(seq, commit_no, kind.decode("utf-8", "replace"), *rest)) != stored:
            return
    raise RowClashError


def _held(raw: Any, identifiers: Iterable[bytes]) -> dict[bytes, tuple[int, bytes]]:
    return {
        identifier: (version, row_hash)
        for identifier, version, row_hash in _looked_up(raw, "record", identifiers)
    }


def _looked_up(
    raw: Any, table: str, identifiers: Iterable[bytes]
) -> list[tuple[bytes, int, bytes]]:
    wanted = list(identifiers)
    found: list[tuple[bytes, int, bytes]] = []
    for start in range(0, len(wanted), _LOOK_UP_AT_ONCE):
        some = wanted[start : start + _LOOK_UP_AT_ONCE]
        marks = ", ".join("?" * len(some))
        found += raw.execute(
            f"SELECT id, version, row_hash FROM {table} WHERE id IN ({marks})",  # noqa: S608
            some,
        ).fetchall()
    return found
