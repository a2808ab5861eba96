"""What this PC writes down of its copy having differed from the server's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from sonar_core.ids import slot
from sonar_core.sync.grants import CopyState
from sonar_core.sync.healing import MOST_INCIDENTS, CopyIncident, FoundBy
from sonar_desktop.db import schema
from sonar_desktop.db.cursors import cursor_at
from sonar_desktop.db.identity import must_be_enrolled
from sonar_desktop.usecases.healing_ports import Suspicion

FIRST_PAUSE_MS: Final = 60_000
LONGEST_PAUSE_MS: Final = 60 * 60_000
_TABLE: Final = schema.incident
_IS_OPEN: Final = _TABLE.c.healed_ms.is_(None)
_OF_SCOPE: Final = (_TABLE.c.scope == bindparam("wanted")) & _IS_OPEN
# Made once: asked before each exchange.
_WANTED: Final = select(
    *(_TABLE.c[name] for name in ("scope", "healed_ms", "heal_ms", "tell_ms", "is_told"))
).where(or_(_IS_OPEN, _TABLE.c.is_told == 0))


def not_over(connection: Connection) -> list[Any]:
    """Return what is known of the incidents that are not over, or not told."""
    return list(connection.execute(_WANTED))


def due(rows: Sequence[Any], now_ms: int) -> tuple[tuple[Suspicion, ...], bool]:
    """Return the scopes that differ, and whether the server is to be told of anything now.

    `rows` are those of the incidents that are not over.
    """
    suspicions = tuple(
        Suspicion(row.scope, _is_due(row.heal_ms, now_ms)) for row in rows if row.healed_ms is None
    )
    return suspicions, any(not row.is_told and _is_due(row.tell_ms, now_ms) for row in rows)


def begin(connection: Connection, scope: str, found_by: FoundBy, now_ms: int) -> None:
    """Write down that a scope differs, unless it is known."""
    if identifier(connection, scope) is not None:
        return
    device = must_be_enrolled(connection).device
    at = cursor_at(connection, scope)
    count = connection.scalar(select(func.count()).select_from(_TABLE))
    connection.execute(
        insert(_TABLE),
        {
            "id": slot("incident", device, str(count), str(now_ms)),
            "scope": scope,
            "epoch": at.epoch,
            "seq": at.seq,
            "found_ms": now_ms,
            "found_by": found_by,
            "heal_ms": now_ms,
            "tell_ms": now_ms,
        },
    )


def identifier(connection: Connection, scope: str) -> str | None:
    """Return the id of the incident of a scope that differs, None where none is known."""
    return connection.scalar(select(_TABLE.c.id).where(_OF_SCOPE), {"wanted": scope})


def postpone(connection: Connection, scope: str, now_ms: int) -> None:
    """Have the next try wait twice as long as the last."""
    tries = connection.scalar(select(_TABLE.c.tries).where(_OF_SCOPE), {"wanted": scope}) or 0
    pause_ms = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(tries, 8))
    values = {"tries": tries + 1, "heal_ms": now_ms + pause_ms}
    connection.execute(update(_TABLE).where(_OF_SCOPE).values(values), {"wanted": scope})


def add_records(connection: Connection, scope: str, count: int) -> None:
    """Note that so many records were put right."""
    more = {"records": _TABLE.c.records + count}
    connection.execute(update(_TABLE).where(_OF_SCOPE).values(more), {"wanted": scope})


def end(connection: Connection, scope: str, now_ms: int) -> None:
    """Note that a scope is the server's again; the server is to be told what came of it."""
    values = {"healed_ms": now_ms, "tell_ms": now_ms, "is_told": 0}
    connection.execute(update(_TABLE).where(_OF_SCOPE).values(values), {"wanted": scope})


def untold(connection: Connection, now_ms: int) -> tuple[CopyIncident, ...]:
    """Return the oldest incidents of which the server is to be told now."""
    query = select(_TABLE).where(_TABLE.c.is_told == 0).order_by(_TABLE.c.found_ms, _TABLE.c.id)
    rows = [row for row in connection.execute(query) if _is_due(row.tell_ms, now_ms)]
    return tuple(map(_incident, rows[:MOST_INCIDENTS]))


def note_told(
    connection: Connection, incidents: tuple[CopyIncident, ...], now_ms: int, *, is_kept: bool
) -> None:
    """Note that the server knows these as they are, or is to be told again in an hour."""
    values = {"is_told": 1} if is_kept else {"tell_ms": now_ms + LONGEST_PAUSE_MS}
    for one in incidents:
        connection.execute(update(_TABLE).where(_TABLE.c.id == one.id).values(values))


def newest(connection: Connection) -> CopyIncident | None:
    """Return the newest incident; one that is not over before all others.

    One over a copy that has left this PC since, because its scope was revoked, is over for people:
    nobody compares what is not there. It stays written down.
    """
    gone = select(schema.revoked_scope.c.scope).where(
        schema.revoked_scope.c.state == CopyState.GONE.value
    )
    query = (
        select(_TABLE)
        .where(_TABLE.c.healed_ms.is_not(None) | _TABLE.c.scope.not_in(gone))
        .order_by(_TABLE.c.healed_ms.is_not(None), _TABLE.c.found_ms.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _incident(row)


def _is_due(next_ms: int, now_ms: int) -> bool:
    """Return whether it is time, by a clock that may have been set back since."""
    return not 0 < next_ms - now_ms <= LONGEST_PAUSE_MS


def _incident(row: Any) -> CopyIncident:
    return CopyIncident(
        id=row.id,
        scope=row.scope,
        epoch=row.epoch,
        seq=row.seq,
        found_ms=row.found_ms,
        found_by=FoundBy(row.found_by),
        records=row.records,
        healed_ms=row.healed_ms,
    )
