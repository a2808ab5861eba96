"""What is to leave goes off the disk, unless the breaker has tripped: then nothing goes."""

from __future__ import annotations

from sqlalchemy import Connection

from sonar_desktop.db import left_before, not_lost, reconciling, removing, retiring, withdrawing
from sonar_desktop.db.database import Database
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.errors import MassRemovalError
from sonar_desktop.db.projections import BoardRow, update_projections
from sonar_desktop.db.store import changed
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.sync_ports import Compared, Departed


def let_go(database: Database, compared: Compared, now_ms: int, board_row: BoardRow) -> Departed:
    """Take a few stays off the disk, or some of what is in a scope that was revoked.

    Where too much would go, nothing goes from then on.
    """
    try:
        return database.write(
            Priority.SYNC, lambda connection: _let_go(connection, compared, board_row)
        )
    except MassRemovalError as error:
        kinds = error.kinds

    def freeze(connection: Connection) -> Departed:
        removing.freeze(connection, now_ms, kinds)
        return Departed(freezes=removing.freezes(connection))

    return database.write(Priority.SYNC, freeze)


def _let_go(connection: Connection, compared: Compared, board_row: BoardRow) -> Departed:
    if freezes := removing.freezes(connection):
        return Departed(freezes=freezes)
    touched = Touched()
    safe = reconciling.horizon(connection)
    waits = left_before.end(connection, compared, safe, touched)
    waits |= not_lost.end(connection, compared, safe, touched)
    gone = retiring.let_go(connection, compared.agreed, safe, touched)
    has_more = gone.stays > 0 or withdrawing.let_go(connection, touched)
    update_projections(connection, touched, board_row)
    return Departed(
        stays=gone.stays,
        has_more=has_more,
        waits_for_horizon=waits or gone.waits_for_horizon,
        changed=changed(touched, outbox=touched.is_own),
    )
