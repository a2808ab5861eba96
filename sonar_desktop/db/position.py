"""Where this PC stands: all that an exchange with nothing to do has to know, read at once."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from sonar_core.sync.grants import CopyState
from sonar_core.sync.rows import EMPTY_DIGEST
from sonar_desktop.db import grants, incidents, left_before, not_lost, removing, retiring, schema
from sonar_desktop.db.cursors import POSITIONS, cursor_from, is_unbegun
from sonar_desktop.db.identity import last_seq, must_be_enrolled
from sonar_desktop.db.outbox import waiting
from sonar_desktop.usecases.sync_ports import Position

_UNDER_WAY: Final = select(schema.snapshot.c.scope).limit(1)


class Standpoint(NamedTuple):
    """Where this PC stands but for what depends on the time, and the incidents not over or told."""

    position: Position
    incidents: list[Any]

    def at(self, now_ms: int) -> Position:
        """Return where this PC stands at a time."""
        if not self.incidents:
            return self.position
        suspicions, has_untold = incidents.due(self.incidents, now_ms)
        return msgspec.structs.replace(self.position, suspicions=suspicions, has_untold=has_untold)


def standpoint(connection: Connection) -> Standpoint:
    """Return where this PC stands; raise BugError before it is enrolled."""
    stored = must_be_enrolled(connection)
    scopes = stored.scopes
    held = {row["scope"]: row for row in connection.execute(POSITIONS).mappings()}
    cursors = tuple(cursor_from(held.get(scope), scope) for scope in scopes)
    position = Position(
        waiting=waiting(connection),
        cursors=cursors,
        digests={
            scope: held[scope]["digest"] if scope in held else EMPTY_DIGEST for scope in scopes
        },
        is_fetching=any(map(is_unbegun, cursors))
        or connection.execute(_UNDER_WAY).first() is not None,
        incarnation=stored.incarnation,
        last_seq=last_seq(connection),
        is_leaving=connection.execute(retiring.ANY_LEAVING).first() is not None
        or any(state is not CopyState.GONE for state in grants.states(connection).values()),
        is_removal_frozen=bool(removing.freezes(connection)),
        awaited=tuple(connection.scalars(left_before.AWAITED)),
        has_lost=connection.execute(not_lost.ANY).first() is not None,
    )
    return Standpoint(position, incidents.not_over(connection))
