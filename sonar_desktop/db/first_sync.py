"""How far a first sync is, so that it goes on after a stop where it was."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from sonar_core.ids import from_bytes
from sonar_core.sync.messages import Cursor, Holding, Manifest, Phase
from sonar_desktop.db import schema
from sonar_desktop.db.cursors import keep_places
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.errors import SyncHoleError
from sonar_desktop.usecases.sync_ports import Unfinished

_DONE: Final = {
    Phase.BOARD: "board_done",
    Phase.OTHER: "other_done",
    Phase.WHOLE: "other_done",
}
# By the driver itself: these run for every commit, and thousands of ids would each become text and
# bytes again.
_NOTE_ROWS: Final = (
    "UPDATE snapshot SET done_rows = done_rows + ?, unattached_held = unattached_held + ? "
    "WHERE scope = ?"
)
_NEXT_PATIENTS: Final = {
    phase: "SELECT place, patient FROM snapshot_patient "  # noqa: S608 no value in it
    f"WHERE scope = ? AND {column} = 0 ORDER BY place LIMIT ?"
    for phase, column in _DONE.items()
}
_NOTE_PATIENTS: Final = {
    phase: f"UPDATE snapshot_patient SET {column} = 1 WHERE scope = ? AND place BETWEEN ? AND ?"  # noqa: S608 no value in it
    for phase, column in _DONE.items()
}
_LEFT: Final = {
    phase: "SELECT patient, board_rows, other_rows FROM snapshot_patient "  # noqa: S608 no value in it
    f"WHERE scope = ? AND {column} = 0 ORDER BY place"
    for phase, column in _DONE.items()
}

_IS_WHOLE: Final = (
    "SELECT 1 FROM snapshot WHERE scope = ?1 AND unattached_done AND NOT EXISTS "
    "(SELECT 1 FROM snapshot_patient WHERE scope = ?1 AND NOT (board_done AND other_done))"
)


def begin(connection: Connection, manifest: Manifest) -> None:
    """Remember what will come, in place of what was remembered of an earlier beginning."""
    at = manifest.cursor
    forget(connection, at.scope)
    rows = sum(holding.board_rows + holding.other_rows for holding in manifest.holdings)
    connection.execute(
        insert(schema.snapshot),
        {
            "scope": at.scope,
            "epoch": at.epoch,
            "seq": at.seq,
            "commit_no": at.commit_no,
            "chain": at.chain,
            "unattached": manifest.unattached,
            "unattached_held": _unattached_held(connection, at.scope),
            "unattached_done": int(manifest.unattached == 0),
            "total_rows": manifest.unattached + rows,
            "done_rows": 0,
        },
    )
    # Whoever has rows on the board is asked for the rest even if there was none: what is superseded
    # from now on comes with neither the board's rows nor the tail.
    driver_connection(connection).executemany(
        "INSERT INTO snapshot_patient (scope, place, patient, board_rows, other_rows, board_done, "
        "other_done) VALUES (?1, ?2, ?3, ?4, ?5, ?4 = 0, ?4 + ?5 = 0)",
        [
            (at.scope, place, holding.patient, holding.board_rows, holding.other_rows)
            for place, holding in enumerate(manifest.holdings)
        ],
    )
    keep_places(connection, (*manifest.places, at))


def advance(
    connection: Connection, scope: str, phase: Phase, patients: int, rows: int
) -> tuple[str, ...]:
    """Note `rows` more stored and the next `patients` of a phase done; return those patients.

    Raises SyncHoleError for more patients than there are, or a scope that was not begun.
    """
    held = rows if phase is Phase.UNATTACHED else 0
    noted = driver_connection(connection).execute(_NOTE_ROWS, (rows, held, scope))
    if noted.rowcount != 1:
        raise SyncHoleError
    if phase is Phase.UNATTACHED:
        table = schema.snapshot
        is_whole = table.c.unattached_held >= table.c.unattached
        done = update(table).where(table.c.scope == scope).values(unattached_done=1)
        connection.execute(done if patients else done.where(is_whole))
        return ()
    return _patients_done(connection, scope, phase, patients)


def unfinished(connection: Connection) -> tuple[Unfinished, ...]:
    """Return the first syncs under way."""
    table = schema.snapshot
    return tuple(
        Unfinished(
            scope=row.scope,
            unattached=not row.unattached_done,
            board=_left(connection, row.scope, Phase.BOARD),
            other=_left(connection, row.scope, Phase.OTHER),
            total_rows=row.total_rows,
            done_rows=row.done_rows,
            epoch=row.epoch,
        )
        for row in connection.execute(select(table).order_by(table.c.scope)).all()
    )


def end(connection: Connection, scope: str) -> Cursor:
    """Forget a first sync that is whole; return where the tail begins.

    Raises SyncHoleError while anything is left.
    """
    if not driver_connection(connection).execute(_IS_WHOLE, (scope,)).fetchone():
        raise SyncHoleError
    table = schema.snapshot
    columns = [table.c[name] for name in Cursor.__struct_fields__]
    row = connection.execute(select(*columns).where(table.c.scope == scope)).mappings().one()
    forget(connection, scope)
    return Cursor(**row)


def forget(connection: Connection, scope: str) -> None:
    """Forget how far the first sync of a scope is: it begins anew."""
    for table in (schema.snapshot_patient, schema.snapshot):
        connection.execute(delete(table).where(table.c.scope == scope))


def _patients_done(
    connection: Connection, scope: str, phase: Phase, patients: int
) -> tuple[str, ...]:
    raw = driver_connection(connection)
    next_ones = raw.execute(_NEXT_PATIENTS[phase], (scope, patients)).fetchall()
    if len(next_ones) != patients:
        raise SyncHoleError
    if next_ones:
        first, last = next_ones[0][0], next_ones[-1][0]
        raw.execute(_NOTE_PATIENTS[phase], (scope, first, last))
    return tuple(from_bytes(patient) for _, patient in next_ones)


def _left(connection: Connection, scope: str, phase: Phase) -> tuple[Holding, ...]:
    rows = driver_connection(connection).execute(_LEFT[phase], (scope,)).fetchall()
    return tuple(Holding(*row) for row in rows)


def _unattached_held(connection: Connection, scope: str) -> int:
    counts = [
        connection.scalar(
            select(func.count()).where(table.c.scope == scope, table.c.patient.is_(None))
        )
        for table in (schema.record, schema.version)
    ]
    return sum(count or 0 for count in counts)
