"""Looking over all rows of the store, and putting a scope's rows right in one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, delete, exists, literal_column, select

from sonar_core.ids import from_bytes
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.buckets import Held, Repair, Tally
from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import Row, row_hash
from sonar_desktop.db import incidents, schema, unheld
from sonar_desktop.db.cursors import cursor_at, keep
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.errors import SyncHoleError
from sonar_desktop.db.ingest import INSERT_VERSION, SUPERSEDE, Arrived, as_stored, settle_effects
from sonar_desktop.db.reconciling import LAST_LEFT, NOT_TWICE, look_again
from sonar_desktop.usecases.healing_ports import Place, Slice

ROWS_AT_ONCE: Final = 200
"""A look over all rows goes in steps of a few milliseconds, so that no screen waits for it."""

_TABLES: Final = ("record", "version")
# As bytes: a text with a spoilt byte in it could not be read at all.
_READ: Final = {
    table: "SELECT rowid, CAST(scope AS BLOB), row_hash, seq, commit_no, CAST(kind AS BLOB), id, "  # noqa: S608 no value in it
    f"version, patient, episode, at_ms, body, provenance FROM {table} WHERE rowid > ? "
    f"AND {schema.COUNTS.format(table=table)} "
    f"ORDER BY rowid LIMIT {ROWS_AT_ONCE}"
    for table in _TABLES
}
_COLUMNS: Final = schema.ROW_COLUMNS
_KEEP: Final = {
    table: f"INSERT INTO spoilt ({_COLUMNS}, incident) SELECT {_COLUMNS}, ? FROM {table} "  # noqa: S608 no value in it
    "WHERE rowid = ? AND row_hash = ?"
    for table in _TABLES
}
_TAKE_OUT: Final = {
    table: f"DELETE FROM {table} WHERE rowid = ? AND row_hash = ?"  # noqa: S608 no value in it
    for table in _TABLES
}
_ID_BYTES: Final = 16


def look_over(connection: Connection, after: Place | None) -> Slice:
    """Return the next rows that count, of both tables, in the order in which they lie there."""
    table, last = after or (_TABLES[0], 0)
    found = driver_connection(connection).execute(_READ[table], (last,)).fetchall()
    held = [
        Held(table, number, _text(scope), Row(seq, commit_no, _text(kind), *rest), stored)
        for number, scope, stored, seq, commit_no, kind, *rest in found
    ]
    if len(held) == ROWS_AT_ONCE:
        return Slice(held, (table, held[-1].number))
    return Slice(held, (_TABLES[1], 0) if table == _TABLES[0] else None)


def digest_of_rows(connection: Connection, scope: str) -> bytes:
    """Return the digest of a scope made anew from its rows' bytes."""
    tally, piece = Tally(), look_over(connection, None)
    while True:
        tally.count((one.row.id, row_hash(one.row)) for one in piece.held if one.scope == scope)
        if piece.after is None:
            return tally.digest
        piece = look_over(connection, piece.after)


def repair(connection: Connection, at: Cursor, wanted: Repair, touched: Touched) -> None:
    """Make a scope's rows those of the repair; what is taken out is kept elsewhere.

    Raises SyncHoleError when cursor or rows are not as they were when the repair was made.
    """
    raw = driver_connection(connection)
    incident = incidents.identifier(connection, at.scope)
    if cursor_at(connection, at.scope) != at or incident is None:
        raise SyncHoleError
    gone = (*wanted.spoilt, *wanted.aside)
    put = list(wanted.put)
    identifiers = [(identifier,) for identifier in {row.id for row in put} | _ids(gone)]
    with unheld.purging(connection, "heal"):
        for one in wanted.spoilt:
            raw.execute(_KEEP[one.table], (incident, one.number, one.stored))
        for one in wanted.aside:
            unheld.keep(connection, [_stored(connection, one)])
        for one in gone:
            if raw.execute(_TAKE_OUT[one.table], (one.number, one.stored)).rowcount != 1:
                raise SyncHoleError
        raw.executemany(INSERT_VERSION, as_stored(at.scope, put, [row_hash(row) for row in put]))
        raw.executemany(SUPERSEDE, identifiers)
        raw.executemany("DELETE FROM record WHERE id = ?", identifiers)
        raw.executemany(LAST_LEFT, identifiers)
        raw.executemany(NOT_TWICE, identifiers)
    keep(connection, at, wanted.digest)
    incidents.add_records(connection, at.scope, wanted.records)
    _look_again(connection, wanted, touched)


def _look_again(connection: Connection, wanted: Repair, touched: Touched) -> None:
    """Make anew what is shown of all that was repaired, and of whom it was said to be."""
    settle_effects(connection, Arrived(rows=list(wanted.put)), touched)
    rows = [*wanted.put, *(one.row for one in (*wanted.spoilt, *wanted.aside))]
    look_again(connection, {name for row in rows if (name := _name(row.id))}, touched)
    for row in rows:
        touched.kinds.setdefault(_name(row.id) or "", row.kind)
        touched.patients.update(filter(None, [_name(row.patient)]))
        touched.episodes.update(filter(None, [_name(row.episode)]))
    touched.kinds.pop("", None)
    _drop_stays_that_are_none(connection, touched)


def _drop_stays_that_are_none(connection: Connection, touched: Touched) -> None:
    """Take the lines off the board whose stay was never there but in a spoilt row."""
    board, episode = schema.board_row, CustodyEpisode.__name__
    stays = [identifier for identifier, kind in touched.kinds.items() if kind == episode]
    connection.execute(
        delete(board).where(
            board.c.episode.in_(stays),
            ~exists().where(schema.record.c.id == board.c.episode),
            ~exists().where(schema.pending.c.id == board.c.episode),
        )
    )


def _ids(held: tuple[Held, ...]) -> set[bytes]:
    return {one.row.id for one in held}


def _name(identifier: bytes | None) -> str | None:
    """Return the text of an id; what stands in its place in a spoilt row may be anything."""
    is_whole = isinstance(identifier, bytes) and len(identifier) == _ID_BYTES
    return from_bytes(identifier) if is_whole and identifier is not None else None


def _stored(connection: Connection, one: Held) -> Any:
    table = schema.METADATA.tables[one.table]
    return connection.execute(select(table).where(literal_column("rowid") == one.number)).one()


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
