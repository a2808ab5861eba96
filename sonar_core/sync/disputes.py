"""Conflicts: opened when two versions cannot both stand, settled by a person's resolution."""

from __future__ import annotations

from typing import Any

import msgspec

from sonar_core import bodies
from sonar_core.ids import slot
from sonar_core.records.conflict import Alternative, Conflict, ConflictResolution, ConflictStatus
from sonar_core.records.registry import REGISTRY, Group, RecordKind
from sonar_core.sync.decision import Context, Decision, NewVersion, held_back, whose
from sonar_core.sync.ledger import Held, Written
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import DamagedOperationError, Operation

PLACE = "replaces"
"""The group name of a conflict between two facts that take one place."""


def over_place(
    context: Context, kind: RecordKind, place: str, standing: str, fields: dict[str, Any]
) -> NewVersion:
    """Return the conflict between the fact that stands in a place and the one that came after."""
    second = context.alternative({}, fact=context.header.entity)
    known = context.ledger.open_conflict(place, PLACE)
    if known is not None:
        return context.append_conflict(_with(known, second))
    first = context.ledger.get(standing)
    sides = () if first is None else (_side(first.history[0], {}, fact=standing),)
    return context.append_conflict(
        Conflict(
            id=slot(place, PLACE, standing),
            patient=fields.get("patient"),
            episode=fields.get("episode"),
            entity_kind=kind.name,
            entity=place,
            group=PLACE,
            base=0,
            alternatives=(*sides, second),
        )
    )


def over_group(
    context: Context, held: Held, group: Group, new: dict[str, Any], base: int
) -> NewVersion:
    """Return the conflict over a group with this operation's version as a further side."""
    header = context.header
    side = context.alternative({**held.values(group.fields), **new})
    known = context.ledger.open_conflict(header.entity, group.name)
    if known is not None:
        return context.append_conflict(_with(known, side))
    first = held.last_to_touch(group.name, base)
    sides = () if first is None else (_side(first, held.values(group.fields)),)
    patient, episode = whose(held.kind, header.entity, held.fields)
    return context.append_conflict(
        Conflict(
            id=slot(header.entity, group.name, str(base)),
            patient=patient,
            episode=episode,
            entity_kind=held.kind,
            entity=header.entity,
            group=group.name,
            base=base,
            alternatives=(*sides, side),
        )
    )


def _with(conflict: Conflict, side: Alternative) -> Conflict:
    return msgspec.structs.replace(
        conflict, alternatives=(*conflict.alternatives, side), status=ConflictStatus.OPEN
    )


def _side(written: Written, values: dict[str, Any], fact: str | None = None) -> Alternative:
    return Alternative(
        operation=written.operation,
        values=values,
        author=written.author,
        device=written.device,
        recorded_at=written.recorded_at,
        offline=written.offline,
        fact=fact,
    )


def resolve(context: Context, operation: Operation, fields: dict[str, Any]) -> Decision:
    """Return what becomes of a person's decision on a conflict.

    It settles only what its author had on the screen: a version unseen, or a different decision
    made elsewhere, leaves the conflict open with all of them.
    """
    header = context.header
    resolution = bodies.decode(operation.payload, ConflictResolution)
    held = context.ledger.get(resolution.conflict)
    if held is None or held.kind != Conflict.__name__:
        return held_back(Reason.MISSING_PARENT, resolution.conflict)
    conflict = msgspec.convert(held.fields, Conflict)
    settled_body = _settled_body(context, conflict, resolution)
    row = context.append(
        ConflictResolution.__name__, header.entity, operation.payload, fields, groups=()
    )
    unseen = {side.operation for side in conflict.alternatives} - set(resolution.seen)
    if conflict.status is ConflictStatus.OPEN and not unseen:
        return _settle(context, conflict, resolution, row, settled_body)
    if conflict.status is ConflictStatus.RESOLVED and _agrees(context, conflict, resolution):
        return Decision(verdict=Verdict.MERGED, version=1, versions=(row,))
    sides = [
        context.alternative(resolution.values, fact=resolution.stands, resolution=header.entity)
    ]
    if conflict.resolution is not None:
        sides.insert(0, _earlier_resolution(context, conflict.resolution))
    reopened = msgspec.structs.replace(
        conflict,
        alternatives=(*conflict.alternatives, *sides),
        status=ConflictStatus.OPEN,
        resolution=None,
    )
    again = context.append_conflict(reopened)
    return Decision(verdict=Verdict.CONFLICT, version=1, versions=(row, again))


def _settled_body(
    context: Context, conflict: Conflict, resolution: ConflictResolution
) -> bytes | None:
    """Return the disputed record with the values decided, None where facts were in dispute.

    Raises DamagedOperationError when the values would leave a record that nobody can read.
    """
    entity = context.ledger.get(conflict.entity)
    if conflict.group == PLACE or entity is None:
        return None
    body = bodies.encode({**entity.fields, **resolution.values})
    must_decode(REGISTRY[entity.kind], body)
    return body


def must_decode(kind: RecordKind, body: bytes) -> None:
    """Raise DamagedOperationError for a body that is no record of its kind."""
    try:
        bodies.decode(body, kind.type)
    except bodies.BodyError as error:
        raise DamagedOperationError("the change leaves no record of its kind") from error


def _settle(
    context: Context,
    conflict: Conflict,
    resolution: ConflictResolution,
    row: NewVersion,
    body: bytes | None,
) -> Decision:
    versions = [row]
    if body is not None:
        versions.append(
            context.append(
                conflict.entity_kind,
                conflict.entity,
                body,
                bodies.fields_of(body),
                groups=(conflict.group,),
            )
        )
    settled = msgspec.structs.replace(
        conflict, status=ConflictStatus.RESOLVED, resolution=resolution.id
    )
    versions.append(context.append_conflict(settled))
    return Decision(verdict=Verdict.APPLIED, version=1, versions=tuple(versions))


def _agrees(context: Context, conflict: Conflict, resolution: ConflictResolution) -> bool:
    earlier = context.ledger.get(str(conflict.resolution))
    return (
        earlier is not None
        and earlier.fields.get("values") == resolution.values
        and earlier.fields.get("stands") == resolution.stands
    )


def _earlier_resolution(context: Context, identifier: str) -> Alternative:
    """Return the resolution already made as a side of the conflict that is open again."""
    held = context.ledger.get(identifier)
    if held is None:
        raise DamagedOperationError("the ledger lacks the earlier resolution")
    return msgspec.structs.replace(
        _side(held.history[0], held.fields.get("values", {}), fact=held.fields.get("stands")),
        resolution=identifier,
    )
