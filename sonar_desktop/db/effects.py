"""What this PC's own operations make of a record until their rows have come back.

Between saving and the arrival of its row an entry never disappears: an effect stays until the row
that its operation made is stored, or a later one that holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select, update

from sonar_core import bodies
from sonar_core.records.conflict import Conflict
from sonar_core.records.registry import REGISTRY, Sort
from sonar_core.sync.decision import whose
from sonar_core.sync.messages import Receipt, Verdict
from sonar_core.sync.operations import Header, Operation, OpKind, header_of
from sonar_core.sync.overlay import project
from sonar_core.sync.rows import Provenance, Row, provenance_of
from sonar_desktop.db import schema
from sonar_desktop.db.schema import OpState
from sonar_desktop.db.shown import pending_provenance

_HELD_BACK = (Verdict.QUARANTINED, Verdict.REFUSED)
_UNSETTLED = select(schema.op_effect.c.id).distinct()


class Touched(msgspec.Struct, kw_only=True):
    """What a transaction changed, gathered as it goes: records by id with their kind.

    `is_own` says that this PC's own entries look different, or stand differently. `over` are stays
    that the server's rows say are over.
    """

    kinds: dict[str, str] = {}
    patients: set[str] = set()
    episodes: set[str] = set()
    over: set[str] = set()
    is_own: bool = False

    def add(self, kind: str, identifier: str, patient: str | None, episode: str | None) -> None:
        """Note one record and whom it belongs to."""
        self.kinds[identifier] = kind
        if patient is not None:
            self.patients.add(patient)
        if episode is not None:
            self.episodes.add(episode)


def put(connection: Connection, op_seq: int, records: Collection[tuple[str, str]]) -> None:
    """Note which records an operation changes the look of."""
    connection.execute(
        insert(schema.op_effect),
        [{"op_seq": op_seq, "kind": kind, "id": identifier} for kind, identifier in records],
    )


def settle(connection: Connection, receipt: Receipt, now_ms: int) -> list[str]:
    """Keep one verdict; return the ids of the records that may look different.

    A verdict that is known already, or on an operation that is not ours, changes nothing.
    """
    op = schema.own_op
    row = connection.execute(
        select(op.c.op_seq, op.c.kind, op.c.entity, op.c.header, op.c.state, op.c.verdict).where(
            op.c.op_id == receipt.op_id
        )
    ).first()
    if row is None or row.state == OpState.ACKED:
        return []
    is_held = receipt.verdict in _HELD_BACK
    connection.execute(
        update(op)
        .where(op.c.op_seq == row.op_seq)
        .values(
            state=OpState.HELD if is_held else OpState.ACKED,
            verdict=receipt.verdict,
            reason=receipt.reason,
            detail=receipt.detail,
            version=receipt.version,
            settled_ms=now_ms,
        )
    )
    effect = schema.op_effect
    own = effect.c.op_seq == row.op_seq
    looks = list(connection.scalars(select(effect.c.id).where(own)))
    if not is_held:
        _settle_effects(connection, row, receipt)
    return looks


def _settle_effects(connection: Connection, row: Any, receipt: Receipt) -> None:
    effect = schema.op_effect
    own = effect.c.op_seq == row.op_seq
    if row.kind in REGISTRY and REGISTRY[row.kind].sort is Sort.LOCAL:
        # Its row never comes back: the operation itself is what this PC keeps.
        connection.execute(delete(effect).where(own))
        return
    if header_of(Operation(row.header, b"", b"")).op is OpKind.RESOLVE:
        if receipt.verdict is not Verdict.APPLIED:
            # The decision is kept, and did not settle the matter.
            connection.execute(delete(effect).where(own, effect.c.id != row.entity))
    elif receipt.verdict is Verdict.CONFLICT:
        return  # until the conflict's row is here, which holds this version
    is_entity = effect.c.id == row.entity
    connection.execute(update(effect).where(own, is_entity).values(settles_at=receipt.version))
    confirmed = connection.scalar(
        select(schema.record.c.version).where(schema.record.c.id == row.entity)
    )
    connection.execute(
        delete(effect).where(own, is_entity, effect.c.settles_at <= (confirmed or 0))
    )


def unsettled_ids(connection: Connection) -> set[str]:
    """Return the records whose look this PC's operations change."""
    return set(connection.scalars(_UNSETTLED))


def rows_came(connection: Connection, rows: Iterable[tuple[Row, str]]) -> None:
    """Drop the effects that these new rows hold; each comes with its id as text."""
    effect, op = schema.op_effect, schema.own_op
    for row, identifier in rows:
        written = provenance_of(row.provenance)
        made_by = select(op.c.op_seq).where(op.c.op_id == written.operation)
        connection.execute(
            delete(effect).where(
                effect.c.id == identifier,
                or_(effect.c.op_seq.in_(made_by), effect.c.settles_at <= row.version),
            )
        )


def conflict_came(connection: Connection, body: bytes) -> list[str]:
    """Drop the effects of the versions that a conflict holds; return the disputed record's id."""
    conflict = bodies.decode(body, Conflict)
    effect, op = schema.op_effect, schema.own_op
    sides = [side.operation for side in conflict.alternatives]
    held = select(op.c.op_seq).where(op.c.op_id.in_(sides), op.c.entity == conflict.entity)
    connection.execute(
        delete(effect).where(effect.c.id == conflict.entity, effect.c.op_seq.in_(held))
    )
    return [conflict.entity]


def refresh(connection: Connection, identifiers: Collection[str], touched: Touched) -> None:
    """Make the pending records anew from the confirmed ones and the effects that are left."""
    if not identifiers:
        return
    touched.is_own = True
    operations = waiting_on(connection, identifiers)
    for identifier in identifiers:
        confirmed = confirmed_of(connection, identifier)
        waiting = operations.get(identifier)
        if waiting is None:
            connection.execute(delete(schema.pending).where(schema.pending.c.id == identifier))
            if confirmed is not None:
                touched.add(confirmed.kind, identifier, confirmed.patient, confirmed.episode)
            continue
        kind = waiting[0][0] if confirmed is None else confirmed.kind
        changes = [(header, operation) for _, header, operation in waiting]
        body = project(kind, None if confirmed is None else confirmed.body, changes)
        if body is not None:
            show(connection, kind, identifier, body, changes[-1][0], confirmed, touched)


def show(
    connection: Connection,
    kind: str,
    identifier: str,
    body: bytes,
    header: Header,
    confirmed: Any,
    touched: Touched,
) -> None:
    """Put one record as it is shown, `header` being the last change's."""
    fields = bodies.fields_of(body)
    patient, episode = whose(kind, identifier, fields)
    values = {
        "kind": kind,
        "id": identifier,
        "version": 0 if confirmed is None else confirmed.version,
        "patient": patient,
        "episode": episode,
        "at_ms": _at_ms(fields, header),
        "body": body,
        "provenance": pending_provenance(
            None if confirmed is None else provenance_of(confirmed.provenance),
            _written(header),
        ),
    }
    connection.execute(insert(schema.pending).prefix_with("OR REPLACE"), values)
    touched.is_own = True
    touched.add(kind, identifier, patient, episode)


def waiting_on(
    connection: Connection, identifiers: Collection[str]
) -> dict[str, list[tuple[str, Header, Operation]]]:
    """Return the operations that change the look of each record, in the order written."""
    effect, op = schema.op_effect, schema.own_op
    rows = connection.execute(
        select(effect.c.id, effect.c.kind, op.c.header, op.c.payload, op.c.signature)
        .join(op, op.c.op_seq == effect.c.op_seq)
        .where(effect.c.id.in_(identifiers))
        .order_by(effect.c.id, effect.c.op_seq)
    )
    found = {}
    for identifier, group in groupby(rows, key=lambda row: row.id):
        operations = [
            (row.kind, Operation(row.header, row.payload, row.signature)) for row in group
        ]
        found[identifier] = [(kind, header_of(each), each) for kind, each in operations]
    return found


def confirmed_of(connection: Connection, identifier: str) -> Any:
    """Return the newest row from the server, None where there is none yet."""
    table = schema.record
    return connection.execute(select(table).where(table.c.id == identifier)).first()


def _written(header: Header) -> Provenance:
    return Provenance(
        operation=header.op_id,
        author=header.user,
        device=header.device,
        intent=header.intent,
        recorded_at=header.recorded_at,
        received_ms=0,
        hlc=header.hlc,
        incarnation=header.incarnation,
        op_seq=header.op_seq,
        offline=header.offline,
    )


def _at_ms(fields: dict[str, Any], header: Header) -> int:
    performed = fields.get("performed_at")
    moment = performed if isinstance(performed, dict) else {}
    return int(moment.get("utc_ms", header.recorded_at.utc_ms))
