"""Own operations that the server has: kept for the case that it loses them, then purged.

Once a day it is noted how far they are safe; a month later they go, the oldest first and a few at
once. What is left has no gap, so that it can be sent again as a chain.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select

from sonar_core.records.kinds import ScopeKind
from sonar_core.sync.keeping import Clocks, is_kept_long_enough, is_to_be_noted
from sonar_desktop.db import schema
from sonar_desktop.db.identity import last_seq
from sonar_desktop.db.unheld import purging

AT_ONCE: Final = 200
"""So many operations go in one transaction: a person's entry waits for no more."""
_OP: Final = schema.own_op
_SAFE: Final = schema.safe_point
_NEWEST_FIRST: Final = select(_SAFE).order_by(_SAFE.c.op_seq.desc())
_FIRST_OPEN: Final = select(func.min(_OP.c.op_seq)).where(schema.NOT_ACKED)
_FIRST_SHOWN: Final = select(func.min(schema.op_effect.c.op_seq))
_MAY_BE_LOST: Final = select(
    exists(
        select(schema.cursor.c.scope)
        .outerjoin(schema.horizon, schema.horizon.c.scope == schema.cursor.c.scope)
        .where(
            # This PC writes nothing there, and the server tells no horizon of it.
            ~schema.cursor.c.scope.endswith(f"/{ScopeKind.REFERENCE}"),
            or_(schema.horizon.c.seq.is_(None), schema.horizon.c.seq < schema.cursor.c.seq),
        )
    )
)
_OLDEST: Final = (
    select(_OP.c.op_seq)
    .where(_OP.c.op_seq <= bindparam("last"))
    .order_by(_OP.c.op_seq)
    .limit(AT_ONCE)
)
_PURGE: Final = delete(_OP).where(_OP.c.op_seq.in_(_OLDEST))
_PASSED: Final = delete(_SAFE).where(_SAFE.c.op_seq < bindparam("last"))
_UNDO: Final = delete(_SAFE).where(_SAFE.c.op_seq >= bindparam("first"))


def note_safe(connection: Connection, now: Clocks) -> None:
    """Note how far this PC's operations are safe, if that is due and further than before.

    Safe is what has its verdict, whose row has come, and what the server says it cannot lose: all
    that was fetched lies within its horizon. So nothing counts that waits or is held back, nor
    anything after it.
    """
    last = connection.execute(_NEWEST_FIRST.limit(1)).first()
    if not is_to_be_noted(None if last is None else Clocks(last.server_ms, last.own_ms), now):
        return
    ends = (connection.scalar(_FIRST_OPEN), connection.scalar(_FIRST_SHOWN))
    end = min([last_seq(connection) + 1, *(one for one in ends if one is not None)]) - 1
    if end > (0 if last is None else last.op_seq) and not connection.scalar(_MAY_BE_LOST):
        connection.execute(insert(_SAFE), {"op_seq": end, **now._asdict()})


def purge(connection: Connection, now: Clocks) -> int:
    """Delete some of the operations that were kept long enough, the oldest; return how many."""
    for point in connection.execute(_NEWEST_FIRST).all():
        if is_kept_long_enough(Clocks(point.server_ms, point.own_ms), now):
            connection.execute(_PASSED, {"last": point.op_seq})
            with purging(connection, "acknowledged"):
                return connection.execute(_PURGE, {"last": point.op_seq}).rowcount
    return 0


def undo_from(connection: Connection, first: int) -> None:
    """Forget that operations from this number on were safe: they are sent again."""
    connection.execute(_UNDO, {"first": first})
