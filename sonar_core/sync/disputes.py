"""Conflicts: opened when two versions cannot both stand, settled by a person's resolution."""

from __future__ import annotations

from typing import Any

import msgspec

from sonar_core import bodies
from sonar_core.ids import is_id, slot
from sonar_core.records.conflict import Alternative, Conflict, ConflictResolution, ConflictStatus
from sonar_core.records.kinds import Group, RecordKind
from sonar_core.records.registry import REGISTRY
from sonar_core.sync import soundness
from sonar_core.sync.decision import Context, Decision, NewVersion, held_back, whose
from sonar_core.sync.ledger import Held, LedgerGapError, Written
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import DamagedOperationError, Operation
from sonar_core.sync.versions import hidden_from, unset

PLACE = "replaces"
"""The group name of a conflict between two facts that take one place."""


def over_place(
    context: Context, kind: RecordKind, place: str, standing: str, fields: dict[str, Any]
) -> NewVersion:
    """Return the conflict between the fact that stands in a place and the one that came after."""
    first = context.ledger.get(standing)
    if first is None:
        raise LedgerGapError("the ledger lacks the fact that stands in a place")
    return _dispute(
        context,
        Conflict(
            id=slot(place, PLACE, standing),
            patient=fields.get("patient"),
            episode=fields.get("episode"),
            entity_kind=kind.name,
            entity=place,
            group=PLACE,
            base=0,
            alternatives=(_side(first.history[0], {}, fact=standing),),
        ),
        context.alternative({}, fact=context.header.entity),
    )


def over_group(
    context: Context, held: Held, group: Group, new: dict[str, Any], base: int
) -> NewVersion:
    """Return the conflict over a group with this operation's version as a further side.

    The first side is what stands now, under the name of whoever wrote it last.
    """
    header = context.header
    present = held.writer_of(group.touched_by(new))
    patient, episode = whose(held.kind, header.entity, held.fields)
    return _dispute(
        context,
        Conflict(
            id=slot(header.entity, group.name, str(base)),
            patient=patient,
            episode=episode,
            entity_kind=held.kind,
            entity=header.entity,
            group=group.name,
            base=base,
            alternatives=(_side(present, held.values(new)),),
        ),
        context.alternative(new),
    )


def _dispute(context: Context, fresh: Conflict, side: Alternative) -> NewVersion:
    """Return the next version of the conflict that is open already, or settled once, or new.

    Whatever a conflict has ever held stays in it, so that the next decision is made on all of it.
    """
    known = context.ledger.open_conflict(fresh.entity, fresh.group)
    if known is None:
        if (settled := _settled_on(context, fresh)) is not None:
            return _grown(context, settled, side)
        known = context.ledger.conflict(fresh.id)
        if known is None:
            return _grown(context, fresh, side)
        known = _reopened(context, known)
        present = fresh.alternatives[0]
        if present.operation not in {item.operation for item in known.alternatives}:
            return _grown(context, known, present, side)
    return _grown(context, known, side)


def _settled_on(context: Context, fresh: Conflict) -> Conflict | None:
    """Return the conflict whose decision was made with this operation's version on the screen.

    A server that lost both may be given the decision back first: nobody has to decide it again.
    """
    about = sorted(context.ledger.disputes_about(fresh.entity, fresh.group))
    settled = [known for known in map(context.ledger.conflict, about) if known is not None]
    op_id = context.header.op_id
    seen_by = (one for one in settled if op_id in _decision_of(context, one).fields["seen"])
    return next(seen_by, None)


def _decision_of(context: Context, conflict: Conflict) -> Held:
    held = context.ledger.get(str(conflict.resolution))
    if held is None:
        raise LedgerGapError("the ledger lacks the decision that settled a conflict")
    return held


def _grown(context: Context, conflict: Conflict, *sides: Alternative) -> NewVersion:
    return context.append_conflict(
        msgspec.structs.replace(conflict, alternatives=(*conflict.alternatives, *sides))
    )


def _reopened(context: Context, conflict: Conflict) -> Conflict:
    """Return the conflict open again, with the decision made on it as one of its sides."""
    if conflict.resolution is None:
        return conflict
    held = _decision_of(context, conflict)
    decided = msgspec.structs.replace(
        _side(held.history[0], held.fields["values"], fact=held.fields.get("stands")),
        resolution=conflict.resolution,
    )
    return msgspec.structs.replace(
        conflict,
        alternatives=(*conflict.alternatives, decided),
        status=ConflictStatus.OPEN,
        resolution=None,
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


def resolve(
    context: Context, operation: Operation, resolution: ConflictResolution, fields: dict[str, Any]
) -> Decision:
    """Return what becomes of a person's decision on a conflict.

    It settles only what its author had on the screen: a version unseen, a value that their program
    could not show, or a different decision made elsewhere, leaves the conflict open with all of
    them. One whose conflict the server lost is on what is there instead, and waits only for the
    record that it is about.
    """
    if (lacking := _lacking(context, resolution)) is not None:
        return held_back(Reason.MISSING_PARENT, lacking)
    conflict, history = _on_what(context, resolution)
    body = _settled_body(context, conflict, resolution)
    row = context.append(
        ConflictResolution.__name__, context.header.entity, operation.payload, fields, groups=()
    )
    own = {item.operation for item in history if item.before(context.header, context.inherited)}
    unseen = {side.operation for side in conflict.alternatives} - set(resolution.seen) - own
    is_blind = _is_blind(context, conflict, resolution)
    if conflict.status is ConflictStatus.OPEN and not unseen and not is_blind:
        return _settle(context, conflict, resolution, row, body)
    if conflict.status is ConflictStatus.RESOLVED and _agrees(context, conflict, resolution):
        return Decision(verdict=Verdict.MERGED, version=1, versions=(row,))
    side = context.alternative(
        resolution.values, fact=resolution.stands, resolution=context.header.entity
    )
    again = _grown(context, _reopened(context, conflict), side)
    return Decision(verdict=Verdict.CONFLICT, version=1, versions=(row, again))


def _lacking(context: Context, resolution: ConflictResolution) -> str | None:
    """Return what must come before a decision whose conflict is not here, None where nothing."""
    ledger = context.ledger
    if ledger.conflict(resolution.conflict) is not None:
        return None
    named = resolution.stands if resolution.group == PLACE else resolution.entity
    if named is None or not (is_id(named) and is_id(resolution.entity)):
        raise DamagedOperationError("the decision is about no record")
    if ledger.get(named) is None:
        return named
    is_held = resolution.group != PLACE or ledger.in_place(resolution.entity) is not None
    return None if is_held else resolution.entity


def _on_what(
    context: Context, resolution: ConflictResolution
) -> tuple[Conflict, tuple[Written, ...]]:
    """Return the conflict that a decision settles, with who wrote what of it.

    Without the one that it names, that is the one open over the same thing, else what stands now:
    a server that lost commits is given them back in another order, and some by nobody.
    """
    ledger = context.ledger
    known = ledger.conflict(resolution.conflict)
    known = known or ledger.open_conflict(resolution.entity, resolution.group)
    if known is None:
        known, history = _remade(context, resolution)
    else:
        held = ledger.get(known.id)
        history = () if held is None else held.history
    if known.patient != resolution.patient:
        raise DamagedOperationError("the decision is about another person's record")
    return known, history


def _remade(
    context: Context, resolution: ConflictResolution
) -> tuple[Conflict, tuple[Written, ...]]:
    about = resolution.entity
    if resolution.group == PLACE:
        about = str(context.ledger.in_place(resolution.entity))
    held = context.ledger.get(about)
    if held is None:
        raise LedgerGapError("the ledger lacks the fact that stands in a place")
    if resolution.group == PLACE:
        present = held.history[0]
        side = _side(present, {}, fact=about)
    else:
        present = held.writer_of(_group_of(held, resolution).touched_by(resolution.values))
        side = _side(present, held.values(resolution.values))
    patient, episode = whose(held.kind, about, held.fields)
    remade = Conflict(
        id=resolution.conflict,
        patient=patient,
        episode=episode,
        entity_kind=held.kind,
        entity=resolution.entity,
        group=resolution.group,
        base=0,
        alternatives=(side,),
    )
    return remade, (present,)


def _group_of(held: Held, resolution: ConflictResolution) -> Group:
    kind = REGISTRY[held.kind]
    if resolution.group not in {group.name for group in kind.groups}:
        raise DamagedOperationError("the decision is about another dispute")
    return kind.group_named(resolution.group)


def _is_blind(context: Context, conflict: Conflict, resolution: ConflictResolution) -> bool:
    """Return whether the author's older program could not show something that is in dispute."""
    kind = REGISTRY[conflict.entity_kind]
    lacking = hidden_from(kind, context.header.schema_v) - resolution.values.keys()
    return any(
        side.values.get(field, value) != value
        for field, value in unset(kind, lacking).items()
        for side in conflict.alternatives
    )


def _settled_body(
    context: Context, conflict: Conflict, resolution: ConflictResolution
) -> bytes | None:
    """Return the disputed record with the values decided, None where facts were in dispute.

    Raises DamagedOperationError for a decision about something else than the conflict, or one
    that would leave a record that nobody can read.
    """
    for name in ("entity_kind", "entity", "group"):
        if getattr(conflict, name) != getattr(resolution, name):
            raise DamagedOperationError("the decision is about another dispute")
    if conflict.group == PLACE:
        _check_stands(context, conflict, resolution)
        return None
    entity = context.ledger.get(conflict.entity)
    if entity is None:
        raise LedgerGapError("the ledger lacks the record in dispute")
    kind = REGISTRY[entity.kind]
    whole = set(kind.group_named(conflict.group).fields)
    needed = whole - hidden_from(kind, context.header.schema_v)
    allowed = whole.union(*(side.values for side in conflict.alternatives))
    if resolution.stands is not None or not needed <= set(resolution.values) <= allowed:
        raise DamagedOperationError("the decision is not on the whole group and nothing else")
    return changed_body(kind, entity, resolution.values)


def _check_stands(context: Context, conflict: Conflict, resolution: ConflictResolution) -> None:
    """Raise DamagedOperationError unless the decision names one fact, in dispute or a third."""
    if resolution.values or resolution.stands is None:
        raise DamagedOperationError("the decision names no fact")
    if resolution.stands in {side.fact for side in conflict.alternatives}:
        return
    third = context.ledger.get(resolution.stands)
    if third is None or (third.kind, third.fields.get("patient")) != (
        conflict.entity_kind,
        conflict.patient,
    ):
        raise DamagedOperationError("the fact that is to stand is not one of these")


def changed_body(kind: RecordKind, held: Held, values: dict[str, Any]) -> bytes:
    """Return a record's body with values changed.

    Raises DamagedOperationError where that is no record of its kind, or another's.
    """
    for name in ("id", *kind.parents):
        if name in values and values[name] != held.fields.get(name):
            raise DamagedOperationError("nobody changes whose record it is")
    fields = {**held.fields, **values}
    soundness.check_fields(fields)
    try:
        body = bodies.encode(fields)
    except bodies.BodyError as error:
        raise DamagedOperationError("the change leaves no body that can be written") from error
    soundness.written(kind, body)
    return body


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
    earlier = _decision_of(context, conflict)
    return (
        earlier.fields["values"] == resolution.values
        and earlier.fields.get("stands") == resolution.stands
    )
