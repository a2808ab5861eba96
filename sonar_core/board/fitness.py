"""The fitness decision that stands for each purpose, and whether custody was told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from sonar_core.clinical.safety import safer_value
from sonar_core.conflicts import standing_facts, written_order
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.outcome_told import OutcomeTold

SEVERITY: Final = {
    Fitness.NOT_FIT: 3,
    Fitness.DEFERRED: 2,
    Fitness.FIT_WITH_CONDITIONS: 1,
    Fitness.FIT: 0,
}
"""The worst first wherever one decision speaks for several; ours, not clinically signed off."""

_PURPOSES: Final = {purpose: index for index, purpose in enumerate(FitnessPurpose)}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one purpose.

    `told` is the first telling of this very decision. `also` are the other versions while it is
    disputed: two people decided without seeing each other, and `outcome` is the safer.
    """

    outcome: FitnessOutcome
    told: OutcomeTold | None
    also: tuple[FitnessOutcome, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions that apply: of two sets while it is disputed, both."""
        alike = [one for one in self.also if one.outcome is self.outcome.outcome]
        every = [text for one in (self.outcome, *alike) for text in one.conditions]
        return tuple(dict.fromkeys(every))

    @property
    def is_provisional(self) -> bool:
        """Whether a person has yet to decide between two versions."""
        return bool(self.also)


def decisions(
    outcomes: Iterable[FitnessOutcome],
    tellings: Iterable[OutcomeTold],
    lost: frozenset[str] = frozenset(),
) -> tuple[Decision, ...]:
    """Return one decision for each purpose decided on, in the order of the purposes.

    `lost` are the facts that a person set aside when deciding a conflict.
    """
    told: dict[str, OutcomeTold] = {}
    for telling in sorted(standing_facts(tellings), key=written_order):
        told.setdefault(telling.about, telling)
    by_purpose: dict[FitnessPurpose, list[FitnessOutcome]] = {}
    for outcome in standing_facts(outcomes, lost):
        by_purpose.setdefault(outcome.purpose, []).append(outcome)
    return tuple(
        _decide(by_purpose[purpose], told) for purpose in FitnessPurpose if purpose in by_purpose
    )


def worst_first(found: Iterable[Decision]) -> list[Decision]:
    """Return the decisions, those not told first, then by severity, then by purpose."""
    return sorted(
        found,
        key=lambda one: (
            one.told is not None,
            -SEVERITY[one.outcome.outcome],
            _PURPOSES[one.outcome.purpose],
        ),
    )


def _decide(versions: Sequence[FitnessOutcome], told: dict[str, OutcomeTold]) -> Decision:
    ordered = sorted(versions, key=written_order)
    if len(ordered) == 1:
        return Decision(outcome=ordered[0], told=told.get(ordered[0].id))
    safer = safer_value(
        FitnessOutcome.__name__, None, [msgspec.structs.asdict(one) for one in ordered]
    )
    index = _strictest(ordered) if safer.index is None else safer.index
    chosen = ordered[index]
    also = tuple(one for one in ordered if one is not chosen)
    return Decision(outcome=chosen, told=told.get(chosen.id), also=also)


def _strictest(versions: Sequence[FitnessOutcome]) -> int:
    """Return the index of the worst, the newest of equals: two sets of conditions both apply."""
    return max(range(len(versions)), key=lambda i: (SEVERITY[versions[i].outcome], i))
