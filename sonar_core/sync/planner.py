"""Decide operations: what becomes of each, given what is stored. The server runs it in memory.

A fact that happened is always applied, and marked where something is odd about it. An edit is
merged by field group. Whatever cannot stand yet is held back with its reason, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sonar_core import bodies, ids
from sonar_core.records.base import Record
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.kinds import Group, MergePolicy, RecordKind, Sort
from sonar_core.records.registry import REGISTRY, place_of
from sonar_core.sync import soundness
from sonar_core.sync.decision import IN_CONFLICT, Context, Decision, NewVersion, held_back
from sonar_core.sync.disputes import PLACE, changed_body, over_group, over_place, resolve
from sonar_core.sync.ledger import NOTHING_INHERITED, Held, Inherited, Ledger
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
from sonar_core.sync.versions import hidden_from, is_newer, unset

Proposal = tuple[Group, dict[str, Any]]
"""A group and the values that an author wrote for it."""


def decide(
    ledger: Ledger,
    operation: Operation,
    header: Header,
    *,
    received_ms: int,
    marks: tuple[str, ...] = (),
    inherited: Inherited = NOTHING_INHERITED,
) -> Decision:
    """Return what becomes of the operation, and bring the ledger up to it.

    The caller has checked signature, order and repetition. `marks` are what it found odd about the
    author or the lease; they are kept with the row and never stop it. `inherited` is what the
    device's incarnation has from those before it. An operation that is held
    back leaves the ledger as it was. Raises LedgerGapError when a record was not loaded that
    `needed` or `needed_next` names.
    """
    kind = REGISTRY.get(header.kind)
    if kind is None:
        return held_back(Reason.NEWER_SCHEMA)
    if kind.sort is Sort.SERVER:
        return Decision(verdict=Verdict.REFUSED, reason=Reason.SERVER_ONLY)
    trial = ledger.trial()
    context = Context(trial, header, received_ms, marks, inherited)
    try:
        soundness.check_header(kind, header)
        if header.op is OpKind.EDIT:
            decision = _edit(context, kind, edit_of(operation))
        else:
            decision = _record(context, kind, operation)
    except (DamagedOperationError, bodies.BodyError):
        newer = is_newer(header.kind, header.schema_v)
        return held_back(Reason.NEWER_SCHEMA if newer else Reason.DAMAGED)
    if decision.versions:
        trial.settle()
    return decision


def parents_of(kind: RecordKind, fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids that must be stored before a body of this kind can stand.

    A decision can without its conflict, which a server that lost commits may never hear of again.
    """
    free = ("conflict",) if kind.type is ConflictResolution else ()
    names = [name for name in kind.parents if name not in free]
    named = [fields[name] for name in names if fields.get(name) is not None]
    if kind.sort is Sort.FACT and fields.get("replaces") is not None:
        named.append(fields["replaces"])
    return tuple(str(item) for item in named)


def needed(operation: Operation, header: Header) -> tuple[tuple[str, ...], str | None]:
    """Return the record ids and the place that `decide` will ask the ledger for.

    Conflicts that name one of these ids as their entity must be in the ledger too, and then what
    `needed_next` names. All are ids in canonical text. Of what cannot be read it returns the
    record alone, or nothing where that has no id: `decide` says why.
    """
    kind = REGISTRY.get(header.kind)
    own = _only_ids((header.entity,))
    if kind is None or header.op is OpKind.EDIT:
        return own, None
    try:
        fields = body_of(operation)
        place = place_of(kind, fields)
    except (DamagedOperationError, KeyError, ValueError):
        return own, None
    named = [header.entity, *parents_of(kind, fields), *_held_back_once(kind, fields)]
    if kind.type is ConflictResolution:
        named += [str(fields.get(name)) for name in ("entity", "conflict", "stands")]
        place = str(fields.get("entity")) if fields.get("group") == PLACE else None
    if place is not None:
        named.append(place)
    found = _only_ids(named)
    return found, place if place in found else None


def _held_back_once(kind: RecordKind, fields: dict[str, Any]) -> tuple[object, ...]:
    """Return the fact that a correction was written for: it may have been taken since."""
    return (fields.get("corrects"),) if kind.sort is Sort.FACT else ()


def needed_next(held: Held) -> tuple[str, ...]:
    """Return the ids that a loaded record makes `decide` ask for: its episode, its resolution."""
    return _only_ids(held.fields.get(name) for name in ("episode", "resolution"))


def _only_ids(named: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(item) for item in named if ids.is_id(item)))


def _record(context: Context, kind: RecordKind, operation: Operation) -> Decision:
    header = context.header
    fields = body_of(operation)
    soundness.check_fields(fields)
    record = soundness.written(kind, operation.payload)
    if record.id != header.entity:
        raise DamagedOperationError("the body is another record's")
    soundness.check_references(kind, fields, context.ledger.get)
    for parent in parents_of(kind, fields):
        if context.ledger.get(parent) is None:
            return held_back(Reason.MISSING_PARENT, parent)
    before = context.ledger.get(header.entity)
    if before is not None:
        return _again(context, kind, operation, record, fields, before)
    if isinstance(record, ConflictResolution):
        return resolve(context, operation, record, fields)
    return _append_new(context, kind, operation, fields)


def _again(
    context: Context,
    kind: RecordKind,
    operation: Operation,
    record: Record,
    fields: dict[str, Any],
    before: Held,
) -> Decision:
    """Return what becomes of a record whose id is stored already."""
    is_other = any(fields.get(name) != before.fields.get(name) for name in kind.parents)
    if before.kind == kind.name and kind.sort is not Sort.ENTITY:
        if before.body == operation.payload:
            return Decision(verdict=Verdict.DUPLICATE, version=before.version)
        is_other = True
    if before.kind != kind.name or is_other:
        return held_back(Reason.ID_COLLISION, context.header.entity)
    # What the author left out stood on their screen with its default.
    whole = {**bodies.fields_of(bodies.encode(record)), **fields}
    return _edit(context, kind, _as_edit(kind, whole))


def _append_new(
    context: Context, kind: RecordKind, operation: Operation, fields: dict[str, Any]
) -> Decision:
    header = context.header
    place = place_of(kind, fields)
    standing = None if place is None else context.ledger.in_place(place)
    row = context.append(
        kind.name,
        header.entity,
        operation.payload,
        fields,
        groups=_all_groups(kind, fields),
        marks=() if standing is None else (IN_CONFLICT,),
    )
    if place is None:
        return Decision(verdict=Verdict.APPLIED, version=1, versions=(row,))
    if standing is None:
        context.ledger.take_place(place, header.entity)
        return Decision(verdict=Verdict.APPLIED, version=1, versions=(row,))
    conflict = over_place(context, kind, place, standing, fields)
    return Decision(verdict=Verdict.CONFLICT, version=1, versions=(row, conflict))


def _all_groups(kind: RecordKind, fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the groups that the first version of an entity writes, unknown fields' too."""
    if kind.sort is not Sort.ENTITY:
        return ()
    known = [group.name for group in kind.groups]
    return tuple(dict.fromkeys([*known, *(kind.group_of(f).name for f in fields if f != "id")]))


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
    if held.kind != kind.name:
        raise DamagedOperationError("the record is of another kind")
    proposals = _by_group(kind, edit, hidden_from(kind, header.schema_v))
    results = [_decide_group(context, held, proposal, edit) for proposal in proposals]
    values = {k: v for merged in results for k, v in merged.values.items()}
    written = [
        name
        for (group, new), merged in zip(proposals, results, strict=True)
        if merged.outcome is not Outcome.CONFLICT
        for name in group.touched_by(new)
    ]
    if any(merged.outcome is Outcome.CONFLICT for merged in results):
        # A version that could not be read if a person chose it is no choice.
        changed_body(kind, held, {k: v for _, new in proposals for k, v in new.items()})
    versions: list[NewVersion] = []
    if written:
        body = changed_body(kind, held, values)
        fields = bodies.fields_of(body)
        versions.append(
            context.append(kind.name, header.entity, body, fields, groups=tuple(written))
        )
    for (group, new), merged in zip(proposals, results, strict=True):
        if merged.outcome is Outcome.CONFLICT:
            versions.append(over_group(context, held, group, new, edit.base))
    return Decision(
        verdict=_verdict({merged.outcome for merged in results}),
        version=held.version + (1 if written else 0),
        versions=tuple(versions),
    )


def _by_group(kind: RecordKind, edit: Edit, hidden: frozenset[str]) -> list[Proposal]:
    """Return the proposed values by group as this side knows the groups.

    A field that only a newer program knows stays with the group its author wrote it in. One that
    was `hidden` from the author's older program is not filled in what they wrote. Raises
    DamagedOperationError for part of a group that must be written whole.
    """
    found: dict[str, Proposal] = {}
    known = {group.name: group for group in kind.groups}
    for name, changes in edit.groups.items():
        for field, (_, new) in changes.items():
            group = kind.group_of(field)
            if group.name not in known:
                group = known.get(name, group)
            found.setdefault(group.name, (group, {}))[1][field] = new
    for group, values in found.values():
        lacking = set(group.fields) - values.keys()
        if group.policy is not MergePolicy.AUTO and not lacking <= hidden:
            raise DamagedOperationError("part of a group that only makes sense whole")
        if group.policy is MergePolicy.CLINICAL:
            values.update(unset(kind, lacking))
    return list(found.values())


def _decide_group(context: Context, held: Held, proposal: Proposal, edit: Edit) -> Merged:
    group, new = proposal
    if group.policy is MergePolicy.CLINICAL and context.ledger.open_conflict(
        context.header.entity, group.name
    ):
        same = all(held.fields.get(field) == value for field, value in new.items())
        return Merged(outcome=Outcome.MERGED if same else Outcome.CONFLICT, values={})
    touched = held.is_touched(group.touched_by(new), edit.base, context.header, context.inherited)
    if not touched and edit.base > 0 and group.policy is not MergePolicy.AUTO:
        # Numbers alone do not tell after a restore, when another entry may bear the base's number.
        touched = any(held.fields.get(name) != value for name, value in _seen(edit, new).items())
    return merge(
        group=group,
        current=held.fields,
        proposed=new,
        touched=touched or _is_over_hidden(held, new, context.header),
    )


def _is_over_hidden(held: Held, new: dict[str, Any], header: Header) -> bool:
    """Return whether the group holds something that the author's older program could not show."""
    kind = REGISTRY[held.kind]
    empty = unset(kind, hidden_from(kind, header.schema_v) & new.keys())
    return any(held.fields.get(field, value) != value for field, value in empty.items())


def _seen(edit: Edit, new: dict[str, Any]) -> dict[str, Any]:
    """Return the values that the author saw in these fields."""
    return {
        field: old
        for changes in edit.groups.values()
        for field, (old, _) in changes.items()
        if field in new
    }


def _verdict(outcomes: set[Outcome]) -> Verdict:
    if Outcome.CONFLICT in outcomes:
        return Verdict.CONFLICT
    return Verdict.MERGED if Outcome.MERGED in outcomes else Verdict.APPLIED
