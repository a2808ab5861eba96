"""Own operations whose rows are here before their verdict: no row will end their look any more.

A PC sends again what the server may have lost, and what it goes on with in another incarnation. Of
most of it the verdict tells the version that holds it; not of what ended in a conflict, and not of
the record that a decision changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from sonar_core import ids
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.sync.messages import Receipt, Verdict
from sonar_core.sync.rows import provenance_of
from sonar_desktop.db import schema
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.schema import OpState

_HELD: Final = select(schema.own_op.c.op_id).where(
    schema.own_op.c.state == OpState.HELD, schema.NOT_ACKED
)
_ASK_AGAIN: Final = (
    update(schema.own_op)
    .where(schema.own_op.c.op_id.in_(bindparam("operations", expanding=True)))
    .values(state=OpState.WAITING, verdict="", reason="", detail="", settled_ms=None)
)
_RESOLUTION: Final = ConflictResolution.__name__
_OF_RECORD: Final = (
    "SELECT provenance FROM record WHERE id = ?1 "
    "UNION ALL SELECT provenance FROM version WHERE id = ?1"
)
_CONFLICTS: Final = (
    f"SELECT id FROM record WHERE kind = '{Conflict.__name__}' AND patient IN "  # noqa: S608 no value in it
    "(SELECT patient FROM record WHERE id = ?1 UNION SELECT patient FROM pending WHERE id = ?1)"
)


_ON_CONFLICTS: Final = (
    f"FROM op_effect WHERE kind = '{Conflict.__name__}' AND op_seq = "  # noqa: S608 no value in it
    "(SELECT op_seq FROM own_op WHERE op_id = ?)"
)


def with_decisions(connection: Connection, operations: Collection[str]) -> set[str]:
    """End the looks that decisions whose rows came give to conflicts; return the conflicts.

    What became of a conflict comes in the commit of the decision, and maybe under another id: a
    server that lost it had another one instead.
    """
    raw = driver_connection(connection)
    found: set[str] = set()
    for operation in operations:
        found |= _on_conflicts(raw, operation)
        raw.execute(f"DELETE {_ON_CONFLICTS}", (operation,))
    return found


def _on_conflicts(raw: Any, operation: str) -> set[str]:
    rows = raw.execute(f"SELECT id {_ON_CONFLICTS}", (operation,)).fetchall()
    return {ids.from_bytes(conflict) for (conflict,) in rows}


def asked_again(connection: Connection, operations: Collection[str]) -> set[str]:
    """Have those of these operations sent again that are held back, and return them.

    A row that one of them made is here: it was taken since, and a copy of this disk heard of it.
    """
    held = set(connection.scalars(_HELD)).intersection(operations)
    if held:
        connection.execute(_ASK_AGAIN, {"operations": list(held)})
    return held


def looks_over(
    connection: Connection,
    accepted: Iterable[tuple[Any, Receipt]],
    looks: Collection[tuple[int, str]],
) -> set[tuple[int, str]]:
    """Return which looks, by operation and record, are those of rows that are here.

    `accepted` are this PC's operations with verdicts that hold nothing back, `looks` all that
    these operations have.
    """
    raw = driver_connection(connection)
    found: set[tuple[int, str]] = set()
    for operation, receipt in accepted:
        is_conflict = receipt.verdict is Verdict.CONFLICT
        if not is_conflict and operation.kind != _RESOLUTION:
            continue
        own = {entity for op_seq, entity in looks if op_seq == operation.op_seq}
        if is_conflict and _is_disputed(raw, operation):
            found |= {(operation.op_seq, entity) for entity in own}
        found |= {
            (operation.op_seq, entity)
            for entity in own
            if _is_among(raw, ids.to_bytes(entity), operation.op_id)
        }
        if (operation.op_seq, operation.entity) in found:
            conflicts = _on_conflicts(raw, operation.op_id)
            found |= {(operation.op_seq, conflict) for conflict in conflicts}
    return found


def _is_disputed(raw: Any, operation: Any) -> bool:
    """Return whether a version of a conflict is here that this operation made: it holds it."""
    conflicts = raw.execute(_CONFLICTS, (ids.to_bytes(operation.entity),)).fetchall()
    return any(_is_among(raw, conflict, operation.op_id) for (conflict,) in conflicts)


def operations_of(connection: Connection, record: str) -> set[str]:
    """Return the operations of which a version of this record is here."""
    return _made(driver_connection(connection), ids.to_bytes(record))


def _is_among(raw: Any, record: bytes, operation: str) -> bool:
    return operation in _made(raw, record)


def _made(raw: Any, record: bytes) -> set[str]:
    rows = raw.execute(_OF_RECORD, (record,)).fetchall()
    return {provenance_of(made).operation for (made,) in rows}
