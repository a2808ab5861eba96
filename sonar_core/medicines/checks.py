"""Safety checks before a dose: the order's own limits, and allergies.

Limits are those of the order (decision 38): nothing here knows a medicine. Time is counted in UTC
over a rolling 24 hours, half open: (now - 24 h, now] (custody-healthcare.md 4.2; vectors
``medication_checks.json``). Doses refused or struck out never count. "Late" is a mark, no check.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.medicines.allergy_match import matches
from sonar_core.medicines.doses import amount
from sonar_core.medicines.emergency import DEFAULT_EMERGENCY_LIST, EmergencyList
from sonar_core.moments import DAY_MS, MINUTE_MS, Precision, format_duration, format_time, moment_at
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest, RequestStatus

VERSION: Final = "sonar-dose-checks/0.1"


class CheckLevel(StrEnum):
    """How a check comes out, in the order shown."""

    STOP = "stop"
    THINK = "think"
    UNKNOWN = "unknown"
    CLEAR = "clear"


class Rule(StrEnum):
    """Which check it is."""

    ORDER = "order"
    ALLERGIES_RECORDED = "allergies_recorded"
    ALLERGY = "allergy"
    DOSE = "dose"
    INTERVAL = "interval"
    MAXIMUM = "maximum"
    ELSEWHERE = "elsewhere"
    UNREADABLE = "unreadable"


class DoseCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One line beside the dose. `blocks` says that giving needs a named prescriber's word."""

    rule: Rule
    level: CheckLevel
    text: str
    blocks: bool = False


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries that a check needs a newer program wrote, so that they cannot be read here.

    `medicines` are orders, doses and decisions about them; `unknown` are of a kind that this
    program does not know, and may be about anything.
    """

    allergies: int = 0
    medicines: int = 0
    unknown: int = 0


class DoseAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be given, and what is known.

    `dose` is decimal text in the order's unit. `at_ms` is when it is taken. `taken` are the doses
    that were taken (`doses_taken`), of this patient, under whatever order. `allergies` are the
    entries that stand, in every version that applies. `must_ask_first` is set while the order is
    disputed. `unseen_since_ms` is since when this PC has not heard from the others, None online.
    `unreadable` counts the entries of the person that only a newer program can read.
    """

    order: MedicationRequest
    dose: str
    at_ms: int
    zone: str
    taken: tuple[MedicationAdministration, ...]
    allergy_knowledge: AllergyKnowledge
    allergies: tuple[AllergyIntolerance, ...] = ()
    must_ask_first: bool = False
    unseen_since_ms: int | None = None
    unreadable: Unreadable = Unreadable()


_ORDER: Final = list(CheckLevel)
_LOOK: Final = "Look on a PC that has the update, or ask a prescriber."


def check_dose(
    asked: DoseAsked, emergency: EmergencyList = DEFAULT_EMERGENCY_LIST
) -> tuple[DoseCheck, ...]:
    """Return the checks, worst first. Nothing blocks a medicine of the emergency list."""
    order = asked.order
    checks = [
        *_order(asked),
        *_unreadable(asked.unreadable),
        *_allergies_recorded(asked),
        *allergy_checks(order, asked.allergies),
        *_limits(asked),
    ]
    if asked.unseen_since_ms is not None:
        since = _clock(asked.unseen_since_ms, asked.zone)
        text = f"Doses given elsewhere since {since} are not known here."
        checks.append(DoseCheck(rule=Rule.ELSEWHERE, level=CheckLevel.UNKNOWN, text=text))
    if emergency.holds(order.ingredients, route=order.route, strength=order.strength):
        checks = [_without_block(check) for check in checks]
    return tuple(sorted(checks, key=lambda check: _ORDER.index(check.level)))


def is_blocked(checks: Iterable[DoseCheck]) -> bool:
    """Return whether the dose may not be given without a prescriber's word."""
    return any(check.blocks for check in checks)


def _order(asked: DoseAsked) -> list[DoseCheck]:
    order = asked.order
    if asked.must_ask_first:
        return [_stop(Rule.ORDER, "There are two versions of this order. Ask a prescriber first.")]
    if order.status is not RequestStatus.ACTIVE:
        return [_stop(Rule.ORDER, "This order was stopped.")]
    if asked.at_ms < order.start_at.utc_ms:
        start = format_time(order.start_at)
        return [_stop(Rule.ORDER, f"This order starts at {start}.")]
    if order.stop_at is not None and asked.at_ms > order.stop_at.utc_ms:
        return [_stop(Rule.ORDER, f"This order ended at {format_time(order.stop_at)}.")]
    return []


def _unreadable(found: Unreadable) -> list[DoseCheck]:
    """Return what cannot be checked: what is known to matter needs a prescriber's word."""
    checks = [
        _stop(Rule.UNREADABLE, f"{_written(count, what)} {_LOOK}")
        for count, what in ((found.allergies, "allergies"), (found.medicines, "medicines"))
        if count
    ]
    if found.unknown:
        text = f"{_written(found.unknown, 'what this PC does not know')} {_LOOK}"
        checks.append(DoseCheck(rule=Rule.UNREADABLE, level=CheckLevel.UNKNOWN, text=text))
    return checks


def _written(count: int, what: str) -> str:
    entries, them = ("1 entry", "it") if count == 1 else (f"{count} entries", "them")
    return f"{entries} about {what} cannot be read here: a newer version of SONAR wrote {them}."


def _allergies_recorded(asked: DoseAsked) -> list[DoseCheck]:
    """Return whether allergies are known; nothing while some of what is known is unreadable."""
    if asked.unreadable.allergies:
        return []
    return [_recorded(asked.allergy_knowledge)]


def _recorded(knowledge: AllergyKnowledge) -> DoseCheck:
    rule = Rule.ALLERGIES_RECORDED
    if knowledge is AllergyKnowledge.NOT_RECORDED:
        return _stop(
            rule,
            "Allergies are not recorded. Record them first."
            " Emergency medicines can still be given.",
        )
    if knowledge is AllergyKnowledge.UNAVAILABLE:
        text = "Allergies unavailable: nobody could say."
        return DoseCheck(rule=rule, level=CheckLevel.THINK, text=text)
    known = "Known allergies" if knowledge is AllergyKnowledge.KNOWN else "No known allergies"
    return DoseCheck(rule=rule, level=CheckLevel.CLEAR, text=f"{known}.")


def allergy_checks(
    order: MedicationRequest, allergies: Iterable[AllergyIntolerance]
) -> list[DoseCheck]:
    """Return a Stop for each allergy that is about the medicine."""
    found: list[DoseCheck] = []
    for allergy in allergies:
        if matches(allergy.substance, order.medicine, order.ingredients):
            reaction = f": {allergy.reaction}" if allergy.reaction else ""
            found.append(_stop(Rule.ALLERGY, f"Allergy to {allergy.substance}{reaction}."))
    return found


def _limits(asked: DoseAsked) -> list[DoseCheck]:
    """Return the checks of interval and maximum; doses of a shared ingredient count too."""
    taken = counted_with(asked.order, asked.taken)
    checks = [*interval_checks(asked, taken), *maximum_checks(asked, taken)]
    return [_not_clear(check) for check in checks] if asked.unreadable.medicines else checks


def counted_with(
    order: MedicationRequest, taken: Iterable[MedicationAdministration]
) -> list[MedicationAdministration]:
    """Return the doses that count for an order: its own, and those of a shared ingredient."""
    names = {name.casefold() for name in order.ingredients}
    return [
        dose
        for dose in taken
        if dose.request == order.id or names & {name.casefold() for name in dose.ingredients}
    ]


def is_interval_kept(order: MedicationRequest, at_ms: int, other: MedicationAdministration) -> bool:
    """Return whether a dose at `at_ms` is far enough from another; True without an interval."""
    least_ms = (order.interval_minutes or 0) * MINUTE_MS
    return abs(at_ms - other.performed_at.utc_ms) >= least_ms


def interval_checks(asked: DoseAsked, taken: Sequence[MedicationAdministration]) -> list[DoseCheck]:
    """Return how far the nearest of the doses that count is, where the order has an interval."""
    minutes = asked.order.interval_minutes
    if minutes is None:
        return []
    least_ms = minutes * MINUTE_MS
    if not taken:
        return [_clear(Rule.INTERVAL, "No earlier dose is on the chart.")]
    nearest = min(taken, key=lambda dose: abs(asked.at_ms - dose.performed_at.utc_ms))
    apart = abs(asked.at_ms - nearest.performed_at.utc_ms)
    # A dose at an unknown time is ordered by when it was written, which is never before it.
    when = format_time(nearest.performed_at)
    said = f"{nearest.medicine} {when}, {format_duration(apart)} apart."
    if nearest.performed_at.precision is Precision.UNKNOWN:
        said = f"{nearest.medicine} was given at a time that is not known."
    if is_interval_kept(asked.order, asked.at_ms, nearest):
        return [_clear(Rule.INTERVAL, said)]
    needed = format_duration(least_ms)
    return [_stop(Rule.INTERVAL, f"{said} The order says {needed} at least.")]


def maximum_checks(asked: DoseAsked, taken: Sequence[MedicationAdministration]) -> list[DoseCheck]:
    """Return the sum of the doses that count in 24 hours, where the order has a maximum."""
    order = asked.order
    this = amount(asked.dose)
    if this is None or this <= 0:
        return [_stop(Rule.DOSE, "Enter the dose as a number above 0.")]
    most = amount(order.maximum_24h)
    if order.maximum_24h is None:
        return []
    if most is None:
        return [_stop(Rule.MAXIMUM, "The order's most in 24hr is not a number. Ask a prescriber.")]
    window = [
        dose for dose in taken if asked.at_ms - DAY_MS < dose.performed_at.utc_ms <= asked.at_ms
    ]
    counted = [amount(dose.dose) for dose in window if dose.unit == order.unit]
    total = sum((one for one in counted if one is not None), Decimal(0)) + this
    unit, limit = order.unit, f"{most:f}"
    said = f"{total:f} {unit} in 24hr with this dose, of {limit} {unit}."
    if total > most:
        return [_stop(Rule.MAXIMUM, said)]
    checks = [_clear(Rule.MAXIMUM, said)]
    uncounted = [dose for dose in window if dose.unit != order.unit or amount(dose.dose) is None]
    if uncounted:
        names = ", ".join(sorted({dose.medicine for dose in uncounted}))
        text = f"{names} holds the same ingredient and is not in this sum."
        checks.append(DoseCheck(rule=Rule.MAXIMUM, level=CheckLevel.UNKNOWN, text=text))
    return checks


def _not_clear(check: DoseCheck) -> DoseCheck:
    """Return a check of what can be read alone: nothing is clear by that."""
    if check.level is not CheckLevel.CLEAR:
        return check
    text = f"As far as can be read here: {check.text}"
    return DoseCheck(rule=check.rule, level=CheckLevel.UNKNOWN, text=text)


def _without_block(check: DoseCheck) -> DoseCheck:
    return msgspec.structs.replace(check, blocks=False)


def _stop(rule: Rule, text: str) -> DoseCheck:
    return DoseCheck(rule=rule, level=CheckLevel.STOP, text=text, blocks=True)


def _clear(rule: Rule, text: str) -> DoseCheck:
    return DoseCheck(rule=rule, level=CheckLevel.CLEAR, text=text)


def _clock(ms: int, zone: str) -> str:
    return format_time(moment_at(ms, zone))
