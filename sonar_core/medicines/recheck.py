"""Rules that doses and orders break once every PC's entries are known, and who must look at them.

The checks before a dose know what its PC knew. Another PC's entry may break a rule that held there:
a dose within the interval, a sum above the maximum, an allergy, an order that had ended. Here the
same checks are made again of every dose that was taken, against all that is known now. It is
computed at reading and never stored, so every PC that knows the same says the same (ADR 18). What
the giver was shown and a prescriber overruled is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import takewhile
from typing import Final

import msgspec

from sonar_core.conflicts import written_order
from sonar_core.ids import slot
from sonar_core.medicines.checks import (
    CheckLevel,
    DoseAsked,
    DoseCheck,
    Rule,
    allergy_checks,
    counted_with,
    interval_checks,
    is_interval_kept,
    maximum_checks,
)
from sonar_core.medicines.emergency import DEFAULT_EMERGENCY_LIST
from sonar_core.moments import DAY_MS, MINUTE_MS, Moment, format_time
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest, RequestStatus
from sonar_core.records.task import Task, TaskKind, TaskOwner

VERSION: Final = "sonar-recheck/0.1"

TWICE_WITHIN_MS: Final = 15 * MINUTE_MS
"""Two people's doses of one order this near may be one dose, charted twice or given twice."""

_ALONE: Final = frozenset({DoseOutcome.GIVEN, DoseOutcome.GIVEN_BY_CUSTODY})


class BrokenRule(StrEnum):
    """Which rule it is, in the order shown."""

    ALLERGY = "allergy"
    MAXIMUM = "maximum"
    INTERVAL = "interval"
    TWICE = "twice"
    ORDER = "order"


_SHOWN: Final = list(BrokenRule)


class Charted(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one person's medicines.

    `orders` are those of the stay, each with every version that applies while it is disputed.
    `taken` are the doses taken (`doses_taken`) in whatever stay, `allergies` the entries that
    stand, in every version that applies.
    """

    orders: tuple[tuple[MedicationRequest, ...], ...]
    taken: tuple[MedicationAdministration, ...]
    allergies: tuple[AllergyIntolerance, ...] = ()


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that does not hold.

    `about` are the ids of the records that break it together, first the dose or the order that is
    to be looked at. `at` is when that dose was taken, or when the order began.
    """

    rule: BrokenRule
    about: tuple[str, ...]
    medicine: str
    text: str
    at: Moment


def broken_rules(charted: Charted) -> tuple[Broken, ...]:
    """Return the rules that do not hold, oldest first, each once."""
    taken = sorted(charted.taken, key=written_order)
    found: dict[tuple[BrokenRule, tuple[str, ...]], Broken] = {}
    for versions in charted.orders:
        for order in versions:
            for one in _under(order, charted, taken):
                found.setdefault((one.rule, one.about), one)
    return tuple(
        sorted(found.values(), key=lambda one: (one.at.utc_ms, _SHOWN.index(one.rule), one.about))
    )


def review_of(broken: Broken, stay: CustodyEpisode) -> Task:
    """Return the open task that a broken rule is, the same on every PC.

    Nobody writes it before somebody answers it; the answer is this task, closed.
    """
    return Task(
        id=slot(stay.id, "recheck", broken.rule.value, *broken.about),
        patient=stay.patient,
        episode=stay.id,
        what=f"Check: {broken.text}",
        kind=TaskKind.REASSESS,
        due_at=broken.at,
        owner=TaskOwner.HEALTHCARE,
        cause=broken.about[0],
        created_by="",
    )


def still_to_answer(
    charted: Charted, stay: CustodyEpisode, tasks: Iterable[Task]
) -> tuple[tuple[Broken, Task], ...]:
    """Return the broken rules that nobody has answered, each with the task it is."""
    known = {task.id for task in tasks}
    every = ((broken, review_of(broken, stay)) for broken in broken_rules(charted))
    return tuple((broken, task) for broken, task in every if task.id not in known)


def _under(
    order: MedicationRequest, charted: Charted, taken: Sequence[MedicationAdministration]
) -> Iterator[Broken]:
    """Yield what the doses under an order break, and the order itself."""
    against = [
        (allergy.id, check)
        for allergy in charted.allergies
        for check in allergy_checks(order, (allergy,))
    ]
    counted = counted_with(order, taken)
    mine = [(place, dose) for place, dose in enumerate(counted) if dose.request == order.id]
    for place, dose in mine:
        yield from _after_the_end(order, dose)
        for allergy, check in against:
            if not _was_shown(dose, check):
                yield _broken(BrokenRule.ALLERGY, dose, (allergy,), check.text)
        before = _before(order, counted, place)
        yield from _too_soon(charted, order, dose, before)
        yield from _too_much(order, dose, before)
        yield from _twice(order, dose, before)
    if order.status is RequestStatus.ACTIVE:
        yield from _ordered_against(order, against, [dose for _, dose in mine])


def _ordered_against(
    order: MedicationRequest,
    against: Iterable[tuple[str, DoseCheck]],
    doses: Iterable[MedicationAdministration],
) -> Iterator[Broken]:
    """Yield the allergies that an order is against, unless a prescriber overruled them."""
    overruled = [dose for dose in doses if dose.override_reason]
    for allergy, check in against:
        if not any(_was_shown(dose, check) for dose in overruled):
            yield Broken(
                rule=BrokenRule.ALLERGY,
                about=(order.id, allergy),
                medicine=order.medicine,
                text=f"{order.medicine} is ordered. {check.text}",
                at=order.start_at,
            )


def _before(
    order: MedicationRequest, counted: Sequence[MedicationAdministration], place: int
) -> list[MedicationAdministration]:
    """Return the doses before one of those that count, as far back as the order's limits reach."""
    dose = counted[place]
    reach = max(DAY_MS, (order.interval_minutes or 0) * MINUTE_MS)
    since = dose.performed_at.utc_ms - reach
    near = takewhile(lambda one: one.performed_at.utc_ms >= since, reversed(counted[:place]))
    return [one for one in reversed(list(near)) if not _is_same(one, dose)]


def _after_the_end(order: MedicationRequest, dose: MedicationAdministration) -> Iterator[Broken]:
    if any(shown.rule == Rule.ORDER.value for shown in dose.checks):
        return
    ended = order.stop_at
    if order.status is RequestStatus.ENTERED_IN_ERROR:
        yield _broken(BrokenRule.ORDER, dose, (order.id,), "The order was entered in error.")
    elif ended is not None and dose.performed_at.utc_ms > ended.utc_ms:
        text = f"The order ended at {format_time(ended)}."
        yield _broken(BrokenRule.ORDER, dose, (order.id,), text)


def _too_soon(
    charted: Charted,
    order: MedicationRequest,
    dose: MedicationAdministration,
    before: Sequence[MedicationAdministration],
) -> Iterator[Broken]:
    """Yield the interval between a dose and the last one before it.

    Whoever wrote the earlier one down last, for a time that had passed, was shown the later one.
    """
    if not before or is_interval_kept(order, dose.performed_at.utc_ms, before[-1]):
        return
    last = before[-1]
    for check in _stops(interval_checks(_asked(order, dose), (last,))):
        mirrored = [
            text
            for versions in charted.orders
            for other in versions
            if other.id == last.request
            for text in _stops(interval_checks(_asked(other, last), (dose,)))
        ]
        if not _was_shown(dose, check) and not any(_was_shown(last, one) for one in mirrored):
            yield _broken(BrokenRule.INTERVAL, dose, (last.id,), check.text)


def _too_much(
    order: MedicationRequest,
    dose: MedicationAdministration,
    before: Sequence[MedicationAdministration],
) -> Iterator[Broken]:
    if order.maximum_24h is None:
        return
    since = dose.performed_at.utc_ms - DAY_MS
    for check in _stops(maximum_checks(_asked(order, dose), before)):
        if check.rule is Rule.MAXIMUM and not _was_shown(dose, check):
            with_these = sorted(one.id for one in before if one.performed_at.utc_ms > since)
            yield _broken(BrokenRule.MAXIMUM, dose, with_these, check.text)


def _twice(
    order: MedicationRequest,
    dose: MedicationAdministration,
    before: Sequence[MedicationAdministration],
) -> Iterator[Broken]:
    """Yield an earlier entry that may be the same dose, where no interval speaks of the two."""
    alike = [one for one in before if one.request == order.id and _may_be_one(order, one, dose)]
    if alike and not _stops(interval_checks(_asked(order, dose), (alike[-1],))):
        text = f"One dose or two? Also written as given at {format_time(alike[-1].performed_at)}."
        yield _broken(BrokenRule.TWICE, dose, (alike[-1].id,), text)


def _may_be_one(
    order: MedicationRequest, one: MedicationAdministration, other: MedicationAdministration
) -> bool:
    if not {one.code, other.code} <= _ALONE:
        return False
    if one.due_at is not None and other.due_at is not None:
        return one.due_at.utc_ms == other.due_at.utc_ms
    apart = other.performed_at.utc_ms - one.performed_at.utc_ms
    if apart > TWICE_WITHIN_MS or one.recorded_by == other.recorded_by:
        return False
    return not DEFAULT_EMERGENCY_LIST.holds(
        order.ingredients, route=order.route, strength=order.strength
    )


def _broken(
    rule: BrokenRule, dose: MedicationAdministration, others: Iterable[str], text: str
) -> Broken:
    given = f"{dose.medicine} given {format_time(dose.performed_at)}."
    return Broken(
        rule=rule,
        about=(dose.id, *others),
        medicine=dose.medicine,
        text=f"{given} {text}",
        at=dose.performed_at,
    )


def _asked(order: MedicationRequest, dose: MedicationAdministration) -> DoseAsked:
    return DoseAsked(
        order=order,
        dose=dose.dose or "",
        at_ms=dose.performed_at.utc_ms,
        zone=dose.performed_at.zone,
        taken=(),
        allergy_knowledge=AllergyKnowledge.KNOWN,
    )


def _stops(checks: Iterable[DoseCheck]) -> list[DoseCheck]:
    return [check for check in checks if check.level is CheckLevel.STOP]


def _was_shown(dose: MedicationAdministration, check: DoseCheck) -> bool:
    """Return whether the giver was shown this very Stop."""
    return any(
        (shown.rule, shown.level, shown.text) == (check.rule.value, check.level.value, check.text)
        for shown in dose.checks
    )


def _is_same(one: MedicationAdministration, other: MedicationAdministration) -> bool:
    """Return whether they are two versions of one entry, between which a person will decide."""
    return one.replaces is not None and one.replaces == other.replaces
