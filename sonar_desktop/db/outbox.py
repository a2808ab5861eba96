"""What is not held centrally: what goes next, and what the sync panel shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select

from sonar_core import bodies, ids
from sonar_core.records.access_event import AccessEvent
from sonar_core.records.practitioner import Practitioner
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.correcting import is_stuck
from sonar_core.sync.messages import Reason
from sonar_core.sync.operations import DamagedOperationError, Header, Operation, header_of
from sonar_desktop.db import held, schema
from sonar_desktop.db.schema import OpState
from sonar_desktop.usecases.identity_ports import OutboxEntry
from sonar_desktop.usecases.sync_ports import Waiting

_OP: Final = schema.own_op
_BY_ITSELF: Final = _OP.c.kind == AccessEvent.__name__
# Made once: asked before and after each exchange.
WAITING: Final = select(
    func.count(),
    func.count(_OP.c.txn_id.distinct()),
    func.count().filter(_BY_ITSELF),
    func.min(_OP.c.written_ms).filter(~_BY_ITSELF),
).where(_OP.c.state == OpState.WAITING, schema.NOT_ACKED)
OUTGOING: Final = (
    select(*(_OP.c[name] for name in ("op_seq", "txn_id", "header", "payload", "signature")))
    .where(_OP.c.state == OpState.WAITING, schema.NOT_ACKED, _OP.c.op_seq > bindparam("after"))
    .order_by(_OP.c.op_seq)
)
HELD: Final = select(func.count()).where(*held.IS_HELD, ~held.IS_CORRECTED)


def waiting_row(header: Header, operation: Operation, op_seq: int) -> dict[str, Any]:
    """Return an operation as it stands in the outbox under this number, not sent yet."""
    return {
        "op_seq": op_seq,
        "op_id": header.op_id,
        "txn_id": header.txn_id,
        "kind": header.kind,
        "entity": header.entity,
        "follows": held.followed_by(operation),
        "header": operation.header,
        "payload": operation.payload,
        "signature": operation.signature,
        "written_ms": header.recorded_at.utc_ms,
        "state": OpState.WAITING,
    }


def waiting(connection: Connection) -> Waiting:
    """Return how much has not reached the server, and how much of it nobody entered by hand."""
    operations, actions, access_lines, oldest_ms = connection.execute(WAITING).one()
    return Waiting(
        operations=operations,
        actions=actions,
        held_back=connection.scalar(HELD) or 0,
        oldest_ms=oldest_ms,
        access_lines=access_lines,
    )


def next_batch(
    connection: Connection, max_operations: int, max_bytes: int, after: int
) -> tuple[tuple[int, ...], tuple[Operation, ...]]:
    """Return the numbers and operations to push next, of those numbered above `after`.

    Their numbers have no gap. A user action above the limits goes alone, whole.
    """
    rows = connection.execute(OUTGOING, {"after": after})
    batch: list[Operation] = []
    numbers: list[int] = []
    weight = 0
    for _, group in groupby(_without_gap(rows), key=attrgetter("txn_id")):
        action = list(group)
        operations = [Operation(row.header, row.payload, row.signature) for row in action]
        weight += sum(map(_weight, operations))
        if batch and (len(batch) + len(action) > max_operations or weight > max_bytes):
            break
        batch += operations
        numbers += [row.op_seq for row in action]
    rows.close()
    return tuple(numbers), tuple(batch)


def _without_gap(rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    """Yield lines up to where a number does not follow: what is asked about again stands so."""
    before: int | None = None
    for row in rows:
        if before is not None and row.op_seq != before + 1:
            return
        before = row.op_seq
        yield row


def _weight(operation: Operation) -> int:
    return len(operation.header) + len(operation.payload) + len(operation.signature)


def outbox(connection: Connection, most: int) -> tuple[OutboxEntry, ...]:
    """Return at most so many, newest first: those held back, what people entered, the rest."""
    op, pending, record = schema.own_op, schema.pending, schema.record
    episode = func.coalesce(pending.c.episode, record.c.episode, type_=schema.Id())
    rows = connection.execute(
        select(op, episode.label("episode"))
        .outerjoin(pending, pending.c.id == op.c.entity)
        .outerjoin(record, record.c.id == op.c.entity)
        .where(schema.NOT_ACKED)
        .order_by(op.c.state != OpState.HELD, op.c.kind == AccessEvent.__name__, op.c.op_seq.desc())
        .limit(most)
    ).all()
    kept_back = {row.entity for row in rows if row.state == OpState.HELD}
    mended = held.corrections(connection, kept_back) if kept_back else {}
    facts = held.held_facts(connection) if kept_back else {}
    users = [_user(row.header) for row in rows]
    menders = {entity: _user(header) for entity, (header, _) in mended.items()}
    names = _names(connection, [*users, *menders.values()])
    return tuple(
        OutboxEntry(
            number=row.op_seq,
            kind=row.kind,
            episode=row.episode,
            author=names.get(user, ""),
            written_ms=row.written_ms,
            is_held=row.state == OpState.HELD,
            reason=Reason(row.reason or ""),
            entity=row.entity,
            is_readable=held.is_readable(REGISTRY.get(row.kind), row.payload),
            is_stuck=is_stuck(row.entity, facts),
            corrected_by=names.get(menders.get(row.entity, ""), ""),
            corrected_ms=mended[row.entity][1] if row.entity in mended else None,
        )
        for row, user in zip(rows, users, strict=True)
    )


def _user(header: bytes) -> str:
    """Return who wrote an operation, empty where its bytes are spoilt."""
    try:
        return header_of(Operation(header, b"", b"")).user
    except DamagedOperationError:
        return ""


def _names(connection: Connection, users: Iterable[str]) -> dict[str, str]:
    table = schema.record
    found = {}
    for row in connection.execute(
        select(table.c.id, table.c.body).where(
            table.c.kind == Practitioner.__name__, table.c.id.in_(set(filter(ids.is_id, users)))
        )
    ):
        with suppress(bodies.BodyError):
            found[row.id] = _short(bodies.decode(row.body, Practitioner).name)
    return found


def _short(name: str) -> str:
    """Return the family name, as lists have room for no more."""
    words = name.split()
    return words[-1] if words else ""
