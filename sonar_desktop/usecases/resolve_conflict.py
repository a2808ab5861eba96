"""Resolve a conflict: one whole side stands, or a third that the person writes."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sonar_core.records.base import Replacement
from sonar_core.records.conflict import Conflict, ConflictResolution, ConflictStatus
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.registry import REGISTRY
from sonar_core.roles import Duty
from sonar_core.sync.disputes import PLACE
from sonar_desktop.usecases.acting import existing, now, require, stamps
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Reading, Writing
from sonar_desktop.usecases.record_fitness_outcome import (
    Deciding,
    ask_to_tell,
    check_decision,
    close_tasks_of,
    outcome_from,
)

SAFETY_KINDS: Final = frozenset(
    {
        "AllergyIntolerance",
        "AllergyStatus",
        "CareLevel",
        "FitnessOutcome",
        "Flag",
        "MedicationAdministration",
        "MedicationRequest",
        "Patient",
    }
)
"""What needs a reason of at least ten characters to be decided (ux.md 7.8)."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What shall stand: exactly one of the three.

    `side` counts from 0 in `Conflict.alternatives`. `values` are the group's fields as a form's
    checks let them through, for disputed fields. `decision` is a third fitness decision.
    `seen` are the operations of the sides that were on the screen.
    """

    conflict: str
    seen: tuple[str, ...]
    reason: str
    side: int | None = None
    values: dict[str, Any] | None = None
    decision: Deciding | None = None


def resolve_conflict(desk: Desk, choice: Choice) -> tuple[ConflictResolution, Changed]:
    """Write the decision with the whole tuple that stands from now on.

    Raises InputError without a choice or a reason, or when a further version has come that was not
    on the screen; RoleError.
    """
    require(desk.actor, Duty.DECIDE_CONFLICT)

    def act(writing: Writing) -> ConflictResolution:
        conflict = existing(writing, Conflict, choice.conflict)
        _check(desk, conflict, choice)
        values = _values(writing, conflict, choice)
        stands = _stands(desk, writing, conflict, choice)
        resolution = ConflictResolution(
            **_stamps(desk, conflict),
            conflict=conflict.id,
            entity_kind=conflict.entity_kind,
            entity=conflict.entity,
            group=conflict.group,
            values=values,
            seen=tuple(side.operation for side in conflict.alternatives),
            stands=stands,
            reason=choice.reason.strip(),
        )
        writing.record(resolution)
        if stands is not None:
            _close_tasks_of_the_others(desk, writing, conflict, stands)
        return resolution

    return desk.store.write(desk.actor, "resolve_conflict", act)


def _check(desk: Desk, conflict: Conflict, choice: Choice) -> None:
    problems = Problems()
    if conflict.status is not ConflictStatus.OPEN:
        problems.add("conflict", "This was decided meanwhile. Open it again.")
    if {side.operation for side in conflict.alternatives} - set(choice.seen):
        problems.add("conflict", "Another version has come in. Look again before you decide.")
    offered = [one for one in (choice.side, choice.values, choice.decision) if one is not None]
    if len(offered) != 1 or not _fits(conflict, choice):
        problems.add("choice", "Choose what stands.")
    if conflict.entity_kind in SAFETY_KINDS:
        problems.reason("reason", choice.reason)
    if choice.decision is not None:
        check_decision(choice.decision, problems, desk)
    problems.raise_if_any()


def _fits(conflict: Conflict, choice: Choice) -> bool:
    if choice.side is not None:
        return 0 <= choice.side < len(conflict.alternatives)
    if choice.decision is not None:
        return conflict.group == PLACE and conflict.entity_kind == FitnessOutcome.__name__
    return conflict.group != PLACE


def _values(reading: Reading, conflict: Conflict, choice: Choice) -> dict[str, Any]:
    """Return the group's fields that stand; nothing where facts are in dispute."""
    if conflict.group == PLACE:
        return {}
    if choice.side is not None:
        return conflict.alternatives[choice.side].values
    group = REGISTRY[conflict.entity_kind].group_named(conflict.group)
    kind = REGISTRY[conflict.entity_kind].type
    present = msgspec.to_builtins(existing(reading, kind, conflict.entity))
    wanted = msgspec.to_builtins(choice.values)
    values = {name: wanted.get(name, present.get(name)) for name in group.fields}
    try:
        msgspec.convert({**present, **values}, kind)
    except msgspec.ValidationError:
        problems = Problems()
        problems.add("values", "These values cannot be recorded together. Check each of them.")
        problems.raise_if_any()
    return values


def _stands(desk: Desk, writing: Writing, conflict: Conflict, choice: Choice) -> str | None:
    """Return the fact that stands, writing it first where it is a third.

    A third takes the place of the last side, so that two who each write one meet again.
    """
    if conflict.group != PLACE:
        return None
    decision = choice.decision
    if decision is None:
        return None if choice.side is None else conflict.alternatives[choice.side].fact
    found = stamps(desk, writing, decision.signing)
    third = msgspec.structs.replace(
        outcome_from(decision, found),
        replaces=conflict.alternatives[-1].fact,
        replacement=Replacement.LATER_DECISION,
        replacement_reason=choice.reason.strip(),
    )
    writing.record(third)
    ask_to_tell(desk, writing, third)
    return third.id


def _close_tasks_of_the_others(
    desk: Desk, writing: Writing, conflict: Conflict, stands: str
) -> None:
    standing = writing.get(FitnessOutcome, stands)
    if standing is not None:
        lost = tuple(
            side.fact
            for side in conflict.alternatives
            if side.fact is not None and side.fact != stands
        )
        close_tasks_of(desk, writing, standing, lost)


def _stamps(desk: Desk, conflict: Conflict) -> dict[str, Any]:
    at = now(desk)
    return {
        "id": desk.ids.new(),
        "patient": conflict.patient or "",
        "episode": conflict.episode,
        "performed_at": at,
        "recorded_at": at,
        "recorded_by": desk.actor.user,
        "performed_by": desk.actor.user,
    }
