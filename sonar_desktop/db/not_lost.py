"""Rows put aside as lost that the server holds: of stays that have left, so that they never come.

A PC that goes back puts aside what the server's log has beyond their common place. Rows of a stay
that had come back stand there for the second time: their first places are before it, known to
the server alone. It is asked. What it holds goes by the door of any stay that left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select

from sonar_core import ids
from sonar_core.sync.healing import LostRow
from sonar_desktop.db import drafted, effects, schema, unheld
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.identity import must_be_enrolled
from sonar_desktop.db.left_before import are_safe, places_compared
from sonar_desktop.db.withdrawing import OFF_BOARD
from sonar_desktop.usecases.sync_ports import Compared

ANY: Final = select(schema.unheld.c.id).where(schema.unheld.c.episode.is_not(None)).limit(1)
_PUT_ASIDE: Final = (
    "SELECT DISTINCT scope, episode, id, operation FROM unheld WHERE episode IS NOT NULL"
)
_KEPT: Final = (
    "SELECT pending.episode FROM own_op JOIN op_effect ON op_effect.op_seq = own_op.op_seq "
    "JOIN pending ON pending.id = op_effect.id WHERE own_op.state <> 'acked' "
    "UNION SELECT record.episode FROM own_op JOIN record ON record.id = own_op.entity "
    "WHERE own_op.state <> 'acked'"
)


def asked_about(connection: Connection) -> tuple[LostRow, ...]:
    """Return the rows of stays that the server may hold after all.

    None of a stay that an entry, not sent or held back, or a draft keeps on this PC.
    """
    return tuple(row for rows in _by_stay(connection).values() for row in rows)


def end(
    connection: Connection, compared: Compared, safe: Mapping[str, int], touched: Touched
) -> bool:
    """Forget these rows where the server holds all of a stay; return whether some wait for it.

    They wait for its horizon alone: `safe`, by scope. `compared.held` are the operations that it
    named when it was asked. Both sides' digests being equal, what is not here counts no more.
    """
    if not compared.held:
        return False
    stays = {
        episode: rows
        for episode, rows in _by_stay(connection).items()
        if all(row.operation in compared.held for row in rows)
    }
    at = places_compared(connection, compared)
    if not stays or at is None:
        return False
    if not are_safe(at, safe):
        return True
    for episode, rows in stays.items():
        touched.episodes.add(ids.from_bytes(episode))
        unheld.forget(connection, {row.operation for row in rows})
        effects.refresh(connection, {ids.from_bytes(row.id) for row in rows}, touched)
    driver_connection(connection).execute(OFF_BOARD)
    return False


def _by_stay(connection: Connection) -> dict[bytes, list[LostRow]]:
    scopes = must_be_enrolled(connection).scopes
    raw = driver_connection(connection)
    kept = {episode for (episode,) in raw.execute(_KEPT)}
    kept |= drafted.stays(raw)
    found: dict[bytes, list[LostRow]] = {}
    for scope, episode, record, operation in raw.execute(_PUT_ASIDE).fetchall():
        if scope in scopes and episode not in kept:
            found.setdefault(episode, []).append(LostRow(record, operation))
    return found
