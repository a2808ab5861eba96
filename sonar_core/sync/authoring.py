"""A user action as operations: numbered, chained and signed on the author's device."""

from __future__ import annotations

from typing import Any

import msgspec

from sonar_core import bodies
from sonar_core.moments import Moment
from sonar_core.records.base import Record
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.kinds import MergePolicy, RecordKind
from sonar_core.records.registry import REGISTRY, kind_of
from sonar_core.sync import clock
from sonar_core.sync.messages import MAX_OPERATIONS
from sonar_core.sync.operations import (
    MAX_EDIT_BYTES,
    Edit,
    Header,
    Operation,
    OpKind,
    Sign,
    header_hash,
    payload_hash,
    seal,
)
from sonar_core.sync.versions import unset


class DeviceChain(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device's chain of operations stands: the next number, the last header's hash."""

    device: str
    incarnation: int
    next_seq: int
    prev_hash: str
    hlc: str


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One change within a user action, before it has its place in the chain."""

    op: OpKind
    kind: str
    entity: str
    scope: str
    payload: bytes


class Authorship(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, under which lease, through which use case, when and with what contact.

    `emergency` is the id of the AccessEvent that began emergency access, empty without it.
    """

    user: str
    lease_id: str | None
    intent: str
    recorded_at: Moment
    monotonic_ms: int
    offline: bool
    emergency: str = ""


class Authored(msgspec.Struct, frozen=True, kw_only=True):
    """The operations of one user action, with their headers, and the chain after them."""

    operations: tuple[Operation, ...]
    headers: tuple[Header, ...]
    chain: DeviceChain


def record_intent(record: Record, scope: str) -> Intent:
    """Return the change that writes a whole new record."""
    is_decision = isinstance(record, ConflictResolution)
    return Intent(
        op=OpKind.RESOLVE if is_decision else OpKind.RECORD,
        kind=kind_of(record).name,
        entity=record.id,
        scope=scope,
        payload=bodies.encode(record),
    )


def edit_intent(
    *,
    kind: RecordKind,
    entity: str,
    scope: str,
    base: int,
    current: dict[str, Any],
    changes: dict[str, Any],
) -> Intent | None:
    """Return the change of an entity's fields, or None when nothing would change.

    `current` is what the author saw, at version `base` (0 while unconfirmed). A group that is not
    merged by itself travels whole, so that what its author saw can stand whole. Raises ValueError
    for a change of whose record it is, bodies.BodyError for values that no record may have.
    """
    # In the form that they will have once stored: a tuple or a decomposed letter is no change.
    plain = bodies.fields_of(bodies.encode(changes))
    for name in ("id", *kind.parents):
        if name in plain and plain[name] != current.get(name):
            raise ValueError("nobody changes whose record it is")
    changed = {field: new for field, new in plain.items() if current.get(field) != new}
    groups: dict[str, dict[str, tuple[Any, Any]]] = {}
    for field, new in changed.items():
        group = kind.group_of(field)
        if group.policy is MergePolicy.AUTO:
            groups.setdefault(group.name, {})[field] = (current.get(field), new)
        else:
            # A body of an older program lacks what came later: it stood there with its default.
            stood = unset(kind, (name for name in group.fields if name not in current))
            whole = {**stood, **current, **changed}
            groups[group.name] = {
                name: (current.get(name), whole.get(name)) for name in group.fields
            }
    if not groups:
        return None
    return Intent(
        op=OpKind.EDIT,
        kind=kind.name,
        entity=entity,
        scope=scope,
        payload=bodies.encode(Edit(base=base, groups=groups), most=MAX_EDIT_BYTES),
    )


def author(
    chain: DeviceChain,
    intents: tuple[Intent, ...],
    by: Authorship,
    *,
    txn_id: str,
    op_ids: tuple[str, ...],
    sign: Sign,
) -> Authored:
    """Return one user action's operations in order; `op_ids` holds one id for each intent.

    Raises ValueError for an action of no or more operations than one push may carry.
    """
    if not 0 < len(intents) <= MAX_OPERATIONS:
        raise ValueError("a user action has one to 500 operations")
    operations: list[Operation] = []
    headers: list[Header] = []
    prev_hash, hlc = chain.prev_hash, chain.hlc
    for index, (intent, op_id) in enumerate(zip(intents, op_ids, strict=True)):
        hlc = clock.tick(hlc, by.recorded_at.utc_ms)
        header = Header(
            op_id=op_id,
            device=chain.device,
            incarnation=chain.incarnation,
            op_seq=chain.next_seq + index,
            txn_id=txn_id,
            txn_index=index,
            txn_size=len(intents),
            user=by.user,
            lease_id=by.lease_id,
            scope=intent.scope,
            op=intent.op,
            kind=intent.kind,
            entity=intent.entity,
            intent=by.intent,
            schema_v=REGISTRY[intent.kind].schema_v,
            recorded_at=by.recorded_at,
            monotonic_ms=by.monotonic_ms,
            hlc=hlc,
            offline=by.offline,
            prev_hash=prev_hash,
            payload_hash=payload_hash(intent.payload),
            emergency=by.emergency,
        )
        operation = seal(header, intent.payload, sign)
        prev_hash = header_hash(operation.header)
        operations.append(operation)
        headers.append(header)
    return Authored(
        operations=tuple(operations),
        headers=tuple(headers),
        chain=msgspec.structs.replace(
            chain, next_seq=chain.next_seq + len(intents), prev_hash=prev_hash, hlc=hlc
        ),
    )
