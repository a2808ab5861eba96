"""Decide operations: what becomes of each, given what is stored. The server runs it in memory.

A fact that happened is always applied, and marked where something is odd about it. An edit is
merged by field group. Whatever cannot stand yet is held back with its reason, never dropped.
"""

from __future__ import annotations

from typing import Any

from sonar_core import bodies
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.registry import (
    REGISTRY,
    SCHEMA_VERSION,
    Group,
    MergePolicy,
    RecordKind,
    Sort,
    place_of,
)
from sonar_core.sync.decision import IN_CONFLICT, Context, Decision, NewVersion, held_back
from sonar_core.sync.disputes import must_decode, over_group, over_place, resolve
from sonar_core.sync.ledger import Held, Ledger
from sonar_core.sync.merge import Merged, Outcome, merge
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import (
    DamagedOperationError,
    Edit,
    Header,
    Operation,
    OpKind,
    body_of,
    edit_of,
)


def decide(
    ledger: Ledger,
    operation: Operation,
    header: Header,
    *,
    received_ms: int,
    marks: tuple[str, ...] = (),
) -> Decision:
    """Return what becomes of the operation, and bring the ledger up to it.

    The caller has checked signature, order and repetition. `marks` are what it found odd about the
    author or the lease; they are kept with the row and never stop it.
    """
    kind = REGISTRY.get(header.kind)
    if kind is None:
        return held_back(Reason.NEWER_SCHEMA)
    if kind.sort is Sort.SERVER:
        return Decision(verdict=Verdict.REFUSED, reason=Reason.SERVER_ONLY)
    context = Context(ledger, header, received_ms, marks)
    try:
        if header.op is OpKind.EDIT:
            return _edit(context, kind, edit_of(operation))
        return _record(context, kind, operation)
    except DamagedOperationError:
        newer = header.schema_v > SCHEMA_VERSION
        return held_back(Reason.NEWER_SCHEMA if newer else Reason.DAMAGED)


def parents_of(kind: RecordKind, fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids that must be stored before a body of this kind can stand."""
    named = [fields[name] for name in kind.parents if fields.get(name) is not None]
    if kind.sort is Sort.FACT and fields.get("replaces") is not None:
        named.append(fields["replaces"])
    return tuple(str(item) for item in named)


def needed(operation: Operation, header: Header) -> tuple[tuple[str, ...], str | None]:
    """Return the record ids and the place that `decide` will ask the ledger for.

    Conflicts that name one of these ids as their entity must be in the ledger too, and then what
    `needed_next` names. Of what cannot be read it returns the record alone: `decide` says why.
    """
    kind = REGISTRY.get(header.kind)
    if kind is None or header.op is OpKind.EDIT:
        return (header.entity,), None
    try:
        fields = body_of(operation)
        place = place_of(kind, fields)
    except (DamagedOperationError, KeyError):
        return (header.entity,), None
    ids = [header.entity, *parents_of(kind, fields)]
    if kind.type is ConflictResolution:
        ids += [str(fields.get("entity")), str(fields.get("conflict"))]
    if place is not None:
        ids.append(place)
    return tuple(dict.fromkeys(ids)), place


def needed_next(held: Held) -> tuple[str, ...]:
    """Return the ids that a loaded record makes `decide` ask for: its episode, its resolution."""
    names = (held.fields.get("episode"), held.fields.get("resolution"))
    return tuple(str(name) for name in names if name is not None)


def _record(context: Context, kind: RecordKind, operation: Operation) -> Decision:
    header = context.header
    fields = body_of(operation)
    try:
        bodies.decode(operation.payload, kind.type)
    except bodies.BodyError as error:
        raise DamagedOperationError("the body is not of its kind") from error
    if fields["id"] != header.entity:
        raise DamagedOperationError("the body is another record's")
    for parent in parents_of(kind, fields):
        if context.ledger.get(parent) is None:
            return held_back(Reason.MISSING_PARENT, parent)
    before = context.ledger.get(header.entity)
    if before is not None:
        if before.kind != kind.name or kind.sort is not Sort.ENTITY:
            return held_back(Reason.ID_COLLISION, header.entity)
        return _edit(context, kind, _as_edit(kind, fields))
    if kind.type is ConflictResolution:
        return resolve(context, operation, fields)
    return _append_new(context, kind, operation, fields)


def _append_new(
    context: Context, kind: RecordKind, operation: Operation, fields: dict[str, Any]
) -> Decision:
    header = context.header
    place = place_of(kind, fields)
    standing = None if place is None else context.ledger.in_place(place)
    groups = tuple(group.name for group in kind.groups)
    marks = () if standing is None else (IN_CONFLICT,)
    row = context.append(
        kind.name, header.entity, operation.payload, fields, groups=groups, marks=marks
    )
    if place is None:
        return Decision(verdict=Verdict.APPLIED, version=1, versions=(row,))
    if standing is None:
        context.ledger.take_place(place, header.entity)
        return Decision(verdict=Verdict.APPLIED, version=1, versions=(row,))
    conflict = over_place(context, kind, place, standing, fields)
    return Decision(verdict=Verdict.CONFLICT, version=1, versions=(row, conflict))


def _as_edit(kind: RecordKind, fields: dict[str, Any]) -> Edit:
    """Return the creation of a record that exists as an edit of nothing (decision 5)."""
    groups: dict[str, dict[str, tuple[Any, Any]]] = {}
    for field, value in fields.items():
        if field != "id":
            groups.setdefault(kind.group_of(field).name, {})[field] = (None, value)
    return Edit(base=0, groups=groups)


def _edit(context: Context, kind: RecordKind, edit: Edit) -> Decision:
    header = context.header
    held = context.ledger.get(header.entity)
    if held is None:
        return held_back(Reason.MISSING_PARENT, header.entity)
    if held.kind != kind.name or kind.sort is not Sort.ENTITY:
        return held_back(Reason.DAMAGED, header.entity)
    proposals = _by_group(kind, edit)
    results = {group: _decide_group(context, held, group, new, edit) for group, new in proposals}
    set_values = {k: v for merged in results.values() for k, v in merged.values.items()}
    written = tuple(g.name for g, m in results.items() if m.outcome is not Outcome.CONFLICT)
    versions: list[NewVersion] = []
    if written:
        fields = {**held.fields, **set_values}
        body = bodies.encode(fields)
        must_decode(kind, body)
        versions.append(context.append(kind.name, header.entity, body, fields, groups=written))
    for group, new in proposals:
        if results[group].outcome is Outcome.CONFLICT:
            versions.append(over_group(context, held, group, new, edit.base))
    outcomes = {merged.outcome for merged in results.values()}
    return Decision(
        verdict=_verdict(outcomes),
        version=held.version + (1 if written else 0),
        versions=tuple(versions),
    )


def _by_group(kind: RecordKind, edit: Edit) -> list[tuple[Group, dict[str, Any]]]:
    """Return the proposed values by group as this side knows the groups."""
    found: dict[str, tuple[Group, dict[str, Any]]] = {}
    for changes in edit.groups.values():
        for field, (_, new) in changes.items():
            group = kind.group_of(field)
            found.setdefault(group.name, (group, {}))[1][field] = new
    return list(found.values())


def _decide_group(
    context: Context, held: Held, group: Group, new: dict[str, Any], edit: Edit
) -> Merged:
    if group.policy is MergePolicy.CLINICAL and context.ledger.open_conflict(
        context.header.entity, group.name
    ):
        same = all(held.fields.get(field) == value for field, value in new.items())
        return Merged(outcome=Outcome.MERGED if same else Outcome.CONFLICT, values={})
    touched = held.last_to_touch(group.name, edit.base) is not None
    return merge(group=group, current=held.fields, proposed=new, touched=touched)


def _verdict(outcomes: set[Outcome]) -> Verdict:
    if Outcome.CONFLICT in outcomes:
        return Verdict.CONFLICT
    return Verdict.MERGED if Outcome.MERGED in outcomes else Verdict.APPLIED
