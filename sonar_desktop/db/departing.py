"""Stays that are over go off the disk, unless the breaker has tripped: then nothing goes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from sonar_desktop.db import reconciling, removing, retiring
from sonar_desktop.db.database import Database
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.errors import MassRemovalError
from sonar_desktop.db.store import changed
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.sync_ports import Departed


def let_go(database: Database, agreed: Mapping[str, int], now_ms: int) -> Departed:
    """Take a few stays off the disk; where too much would go, nothing goes from then on."""
    try:
        return database.write(Priority.SYNC, lambda connection: _let_go(connection, agreed))
    except MassRemovalError as error:
        kinds = error.kinds

    def freeze(connection: Connection) -> Departed:
        removing.freeze(connection, now_ms, kinds)
        return Departed(freezes=removing.freezes(connection))

    return database.write(Priority.SYNC, freeze)


def _let_go(connection: Connection, agreed: Mapping[str, int]) -> Departed:
    if freezes := removing.freezes(connection):
        return Departed(freezes=freezes)
    touched = Touched()
    gone = retiring.let_go(connection, agreed, reconciling.horizon(connection), touched)
    return Departed(
        stays=gone.stays, waits_for_horizon=gone.waits_for_horizon, changed=changed(touched)
    )
