"""Own entries of stays that left before a first sync here: their rows are the server's alone.

Nothing says so of each. It follows: the server judged them before it was asked for what is new, has
their numbers still, and what counts there is what is here. So they count no more, their stay left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from sonar_core import ids
from sonar_core.records.kinds import ScopeKind
from sonar_desktop.db import drafted, effects, grants, schema
from sonar_desktop.db.cursors import cursor_at
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.identity import must_be_enrolled
from sonar_desktop.db.schema import OpState
from sonar_desktop.db.withdrawing import OFF_BOARD
from sonar_desktop.usecases.sync_ports import Compared

AWAITED: Final = (
    select(schema.op_effect.c.op_seq)
    .distinct()
    .join(schema.own_op, schema.own_op.c.op_seq == schema.op_effect.c.op_seq)
    .where(schema.own_op.c.state == OpState.ACKED)
)
_LOOKS: Final = (
    "SELECT op_effect.op_seq, op_effect.kind, op_effect.id, pending.id, pending.episode, "
    "EXISTS (SELECT 1 FROM record WHERE record.id = op_effect.id) "
    "OR EXISTS (SELECT 1 FROM unheld WHERE unheld.id = op_effect.id) "
    "FROM op_effect LEFT JOIN pending ON pending.id = op_effect.id"
)
_LOST: Final = (
    "SELECT DISTINCT episode FROM unheld WHERE episode IS NOT NULL "
    "AND scope NOT IN (SELECT scope FROM revoked_scope)"
)
_END: Final = "DELETE FROM op_effect WHERE op_seq = ? AND id = ?"


def end(
    connection: Connection, compared: Compared, safe: Mapping[str, int], touched: Touched
) -> bool:
    """End what is shown of such entries; return whether some wait for the server's horizon alone.

    `safe` is the horizon, by scope. The operations stay, until they are purged like any other. What
    keeps a stay on this PC keeps these too.
    """
    if not compared.awaited:
        return False
    at = places_compared(connection, compared)
    if at is None:
        return False
    raw = driver_connection(connection)
    kinds = frozenset[str]().union(*map(grants.record_kinds, at))
    ended = _ended(raw, frozenset(compared.awaited), kinds)
    if not ended:
        return False
    if not are_safe(at, safe):
        return True
    raw.executemany(_END, ended)
    effects.refresh(connection, {ids.from_bytes(one) for _, one in ended}, touched)
    raw.execute(OFF_BOARD)
    return False


def places_compared(connection: Connection, compared: Compared) -> dict[str, int] | None:
    """Return where each scope held here stands, None where both sides are not known to agree."""
    at = {scope: cursor_at(connection, scope).seq for scope in must_be_enrolled(connection).scopes}
    return at if all(compared.agreed.get(scope) == seq for scope, seq in at.items()) else None


def are_safe(at: Mapping[str, int], safe: Mapping[str, int]) -> bool:
    """Return whether the server's horizon, by scope, has passed these places."""
    return all(
        seq <= safe.get(scope, 0)
        for scope, seq in at.items()
        if grants.kind_of(scope) is not ScopeKind.REFERENCE
    )


def _ended(raw: Any, awaited: frozenset[int], kinds: frozenset[str]) -> list[tuple[int, bytes]]:
    """Return the effects, by operation and record, of which nothing is here nor to come.

    None of a stay of which anything else was written here, or was lost by the server.
    """
    kept = {episode for (episode,) in raw.execute(_LOST)}
    kept |= drafted.stays(raw)
    found: list[tuple[int, bytes, bytes | None]] = []
    for op_seq, kind, record, shown, episode, is_here in raw.execute(_LOOKS).fetchall():
        if op_seq not in awaited or kind not in kinds:
            kept |= {episode} - {None}
        elif not is_here and (shown is None or episode is not None):
            # What is the person's alone never leaves; what shows nothing hides nothing.
            found.append((op_seq, record, episode))
    return [(op_seq, record) for op_seq, record, episode in found if episode not in kept]
