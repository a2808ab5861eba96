"""Going on in another incarnation: this store was copied, or put back to an earlier state.

The server holds operations under this PC's numbers that are not in this store. What it may not have
of ours keeps its number and its id, and is signed anew as part of a chain of its own.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Select, bindparam, func, or_, select, update

from sonar_core.sync.messages import PROTOCOL, BeginAnew, BegunAnew, OwnPlace, Reason
from sonar_core.sync.operations import (
    FIRST_PREV_HASH,
    Operation,
    Sign,
    header_hash,
    header_of,
    moved,
)
from sonar_desktop.db import schema, unheld
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.identity import chain_of, must_be_enrolled
from sonar_desktop.db.reconciling import hash_at, send_again
from sonar_desktop.db.schema import OpState
from sonar_desktop.usecases.sync_ports import Resumption

_OP: Final = schema.own_op
_WAITING: Final = select(func.min(_OP.c.op_seq)).where(
    _OP.c.state == OpState.WAITING, schema.NOT_ACKED
)
_FOR_NOW: Final = (Reason.MISSING_PARENT, Reason.NEWER_SCHEMA)
_OPEN: Final = select(func.min(_OP.c.op_seq)).where(
    or_(_OP.c.state == OpState.WAITING, _OP.c.reason.in_(_FOR_NOW)), schema.NOT_ACKED
)
_OWN: Final = select(_OP.c.op_seq, _OP.c.header).order_by(_OP.c.op_seq)
_MOVE: Final = (
    update(_OP)
    .where(_OP.c.op_seq == bindparam("number"))
    .values(header=bindparam("new_header"), signature=bindparam("new_signature"))
)


def first_seq(connection: Connection) -> int:
    """Return the number of the first operation of the present incarnation."""
    return int(connection.execute(select(schema.device.c.first_seq)).scalar_one())


def is_over(connection: Connection) -> bool:
    """Return whether something waits that was written before the present incarnation began."""
    waiting = connection.scalar(_WAITING)
    return waiting is not None and waiting < first_seq(connection)


def to_begin(connection: Connection) -> BeginAnew:
    """Return what to ask the server for when the present incarnation is not this store's."""
    stored = must_be_enrolled(connection)
    first = goes_on_from(connection)
    before = _places(connection, _OWN.where(_OP.c.op_seq == first - 1))
    return BeginAnew(
        protocol=PROTOCOL,
        device=stored.device,
        incarnation=stored.incarnation,
        first_seq=first,
        after=before[0] if before else None,
    )


def goes_on_from(connection: Connection) -> int:
    """Return the number that a new incarnation begins at: the first that has no last verdict."""
    found = connection.scalar(_OPEN)
    return chain_of(connection).next_seq if found is None else int(found)


def known_to_server(connection: Connection, to: Resumption) -> int | None:
    """Return the last operation of the present incarnation that the server has.

    None where the server's chain is not this store's: another copy of it writes there, or what was
    written after is gone from here, or the server never heard of the incarnation.
    """
    if to.op_seq < first_seq(connection) - 1 or hash_at(connection, to.op_seq) != to.header_hash:
        return None
    return to.op_seq


def written(connection: Connection) -> tuple[OwnPlace, ...]:
    """Return the operations that this PC keeps, in order."""
    return _places(connection, _OWN)


def _places(connection: Connection, own: Select[tuple[int, bytes]]) -> tuple[OwnPlace, ...]:
    rows = connection.execute(own)
    return tuple(
        OwnPlace(
            header_of(Operation(row.header, b"", b"")).incarnation,
            row.op_seq,
            header_hash(row.header),
        )
        for row in rows
    )


def begin(connection: Connection, begun: BegunAnew, sign: Sign, touched: Touched) -> None:
    """Put everything from `begun.first_seq` on into the new incarnation, to be sent again."""
    send_again(connection, begun.first_seq, touched)
    own = select(_OP.c.op_seq, _OP.c.header, _OP.c.payload, _OP.c.signature)
    rows = connection.execute(own.where(_OP.c.op_seq >= begun.first_seq).order_by(_OP.c.op_seq))
    changed = []
    prev_hash = FIRST_PREV_HASH
    for row in rows:
        operation = moved(
            Operation(row.header, row.payload, row.signature),
            incarnation=begun.incarnation,
            op_seq=row.op_seq,
            prev_hash=prev_hash,
            sign=sign,
        )
        prev_hash = header_hash(operation.header)
        changed.append(
            {
                "number": row.op_seq,
                "new_header": operation.header,
                "new_signature": operation.signature,
            }
        )
    if changed:
        with unheld.purging(connection):
            connection.execute(_MOVE, changed)
    connection.execute(
        update(schema.device).values(
            incarnation=begun.incarnation, first_seq=begun.first_seq, prev_hash=prev_hash
        )
    )
