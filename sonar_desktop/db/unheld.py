"""Versions that the server had and lost: kept and shown until their operation is held again.

Their authors give them back by themselves. Where an author's PC is gone, the version stays here for
good, and says that it is not held centrally.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select

from sonar_core.sync.rows import Row, provenance_of
from sonar_desktop.db import schema

_TABLE: Final = schema.unheld
# What is shown of these is no version that the server has, and is not all this PC's to give back.
_NOT_OURS: Final = (
    select(_TABLE.c.id)
    .distinct()
    .join(schema.pending, schema.pending.c.id == _TABLE.c.id)
    .where(
        _TABLE.c.id.in_(bindparam("entities", expanding=True)),
        _TABLE.c.version > schema.pending.c.version,
        ~exists()
        .where(schema.own_op.c.op_id == _TABLE.c.operation)
        .where(schema.op_effect.c.op_seq == schema.own_op.c.op_seq)
        .where(schema.op_effect.c.id == _TABLE.c.id),
    )
)
COUNT: Final = select(func.count(_TABLE.c.id.distinct())).where(
    ~exists()
    .where(schema.own_op.c.op_id == _TABLE.c.operation)
    .where(schema.own_op.c.state == schema.OpState.WAITING)
)
"""How many records the server lost, but for those that this PC itself is to send again."""
_LOST: Final = (
    select(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("entities", expanding=True)))
    .order_by(_TABLE.c.version, _TABLE.c.seq)
)
_ANY: Final = select(_TABLE.c.id).limit(1)
_OF_OPERATIONS: Final = _TABLE.c.operation.in_(bindparam("operations", expanding=True))
_HELD_AGAIN: Final = select(_TABLE.c.id).where(_OF_OPERATIONS)
_DROP: Final = delete(_TABLE).where(_OF_OPERATIONS)
_KEEP: Final = insert(_TABLE).prefix_with("OR IGNORE")


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """The newest lost version of a record, and the operations that made its lost versions."""

    row: Any
    operations: frozenset[str]


def keep(connection: Connection, rows: Sequence[Any]) -> None:
    """Put rows of the log aside."""
    lines = [
        {
            **{column.name: getattr(row, column.name) for column in schema.record.columns},
            "operation": provenance_of(row.provenance).operation,
        }
        for row in rows
    ]
    if lines:
        connection.execute(_KEEP, lines)


def newest(connection: Connection, identifiers: Collection[str]) -> dict[str, Lost]:
    """Return what was lost of these records."""
    found: dict[str, list[Any]] = {}
    for row in connection.execute(_LOST, {"entities": list(identifiers)}):
        found.setdefault(row.id, []).append(row)
    return {
        identifier: Lost(row=rows[-1], operations=frozenset(row.operation for row in rows))
        for identifier, rows in found.items()
    }


def of_others(connection: Connection, identifiers: Collection[str]) -> set[str]:
    """Return which of these are shown as the server lost them, and another PC is to give back."""
    if connection.execute(_ANY).first() is None:
        return set()
    return set(connection.scalars(_NOT_OURS, {"entities": list(identifiers)}))


def held_again(connection: Connection, rows: Iterable[Row]) -> set[str]:
    """Forget what these rows' operations bring back; return the records concerned."""
    if connection.execute(_ANY).first() is None:
        return set()
    operations = list({provenance_of(row.provenance).operation for row in rows})
    found = set(connection.scalars(_HELD_AGAIN, {"operations": operations}))
    if found:
        forget(connection, operations)
    return found


def forget(connection: Connection, operations: Collection[str]) -> None:
    """Forget what was lost of these operations, which the server holds."""
    with purging(connection):
        connection.execute(_DROP, {"operations": list(operations)})


@contextmanager
def purging(connection: Connection, why: str = "reconcile") -> Iterator[None]:
    """Allow rows to go within this transaction, which has put them elsewhere."""
    connection.execute(insert(schema.purge), {"name": why})
    yield
    connection.execute(delete(schema.purge))
