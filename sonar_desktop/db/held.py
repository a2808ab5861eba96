"""What the server holds back of this PC's own operations, and which of it has been corrected."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, exists, select

from sonar_core import bodies, ids
from sonar_core.records.base import Fact
from sonar_core.records.kinds import RecordKind
from sonar_core.records.registry import REGISTRY, is_fact
from sonar_core.sync.correcting import HeldFact
from sonar_core.sync.messages import Reason
from sonar_core.sync.operations import Edit, Operation
from sonar_desktop.db import schema
from sonar_desktop.db.schema import OpState

_OP: Final = schema.own_op
_CORRECTION: Final = schema.own_op.alias("correction")
IS_HELD: Final = (_OP.c.state == OpState.HELD, schema.NOT_ACKED)
IS_CORRECTED: Final = exists().where(_CORRECTION.c.follows == _OP.c.entity)
_HELD: Final = select(_OP.c.kind, _OP.c.entity, _OP.c.payload, _OP.c.reason, _OP.c.detail).where(
    *IS_HELD
)


def followed_by(operation: Operation) -> str | None:
    """Return the fact whose place an operation takes, None for nearly all.

    Where it names two, that is the one held back for which it was written.
    """
    if b'"corrects"' not in operation.payload and b'"replaces"' not in operation.payload:
        return None
    fields = bodies.fields_of(operation.payload)
    named = fields.get("corrects") or fields.get("replaces")
    return named if isinstance(named, str) and ids.is_id(named) else None


def held_facts(connection: Connection) -> dict[str, HeldFact]:
    """Return the facts that are held back, by id; one with spoilt bytes without its content."""
    found = {}
    for row in connection.execute(_HELD):
        kind = REGISTRY.get(row.kind)
        if kind is None or not is_fact(kind):
            continue
        fact: Fact | None = None
        with suppress(bodies.BodyError):
            read = bodies.decode(row.payload, kind.type)
            fact = read if isinstance(read, Fact) else None
        reason = Reason(row.reason or "")
        found[row.entity] = HeldFact(fact=fact, reason=reason, detail=row.detail or "")
    return found


def is_readable(kind: RecordKind | None, payload: bytes) -> bool:
    """Return whether this program can show what somebody entered."""
    for type_ in () if kind is None else (kind.type, Edit):
        with suppress(bodies.BodyError):
            bodies.decode(payload, type_)
            return True
    return False


def corrections(connection: Connection, entities: Collection[str]) -> dict[str, tuple[bytes, int]]:
    """Return the newest correction of each fact that has one: its header, and when it was made."""
    rows = connection.execute(
        select(_OP.c.follows, _OP.c.header, _OP.c.written_ms)
        .where(_OP.c.follows.in_(entities))
        .order_by(_OP.c.op_seq)
    )
    return {row.follows: (row.header, row.written_ms) for row in rows}
