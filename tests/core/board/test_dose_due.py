from __future__ import annotations

from sonar_core.board.dose_due import free_from_ms, next_dose_ms
from sonar_core.records.medication_administration import DoseOutcome
from tests.core.board.custody import (
    HOUR,
    MINUTE,
    NOW,
    ZONE,
    at,
    conflict,
    dose,
    in_,
    order,
    row,
    side,
)

REGULAR = {"due_times": ("08:00", "14:30", "20:00")}


def line(*entries, conflicts=(), **other):
    (found,) = row(order(**other), *entries, conflicts=conflicts).orders
    return found


def due(*entries, now=NOW, **other):
    return next_dose_ms(line(*entries, **other), ZONE, now)


def test_a_slot_that_nobody_answered_is_due_even_once_it_has_passed():
    assert due(**REGULAR) == NOW - 2 * MINUTE


def test_an_answered_slot_is_done_and_the_next_one_is_due():
    given = dose("a", 1, due_at=at(2))
    assert due(given, **REGULAR) == NOW + 5 * HOUR + 28 * MINUTE


def test_slots_before_the_order_started_were_never_due():
    assert due(start_at=in_(10), **REGULAR) == NOW + 5 * HOUR + 28 * MINUTE
    assert due(start_at=in_(24 * 60), **REGULAR) == NOW + 24 * HOUR + 5 * HOUR + 28 * MINUTE


def test_nothing_is_due_after_an_order_ends():
    assert due(start_at=in_(1), stop_at=in_(10), **REGULAR) is None


def test_a_slot_missed_for_more_than_a_day_is_the_charts_business():
    later = NOW + 3 * 24 * HOUR
    # At 14:32 the oldest slot within a day is yesterday's at 20:00, after that of 14:30.
    assert due(now=later, **REGULAR) == later - 18 * HOUR - 32 * MINUTE


def test_a_once_only_medicine_is_due_from_its_start_until_it_has_an_entry():
    assert due() == NOW - 120 * MINUTE
    assert due(dose("a", 5, DoseOutcome.REFUSED, reason="No")) is None


def test_who_slept_is_offered_it_again_at_the_time_said():
    asleep = dose("a", 1, DoseOutcome.ASLEEP, due_at=at(2), again_at=in_(30))
    assert due(asleep, **REGULAR) == NOW + 30 * MINUTE


def test_what_is_given_when_needed_is_never_due_but_free_from_a_time():
    given = dose("a", 60)
    as_needed = line(given, as_needed=True, interval_minutes=240)
    assert next_dose_ms(as_needed, ZONE, NOW) is None
    assert free_from_ms(as_needed) == NOW + 180 * MINUTE
    assert free_from_ms(line(as_needed=True, interval_minutes=240)) is None
    assert free_from_ms(line(given, as_needed=True)) is None


def test_a_disputed_order_makes_nothing_due_before_a_prescriber_was_asked():
    sides = (side("a", dose="30"), side("b", dose="60"))
    dispute = conflict("MedicationRequest", "m Dihydrocodeine", "order", *sides)
    assert next_dose_ms(line(conflicts=(dispute,), **REGULAR), ZONE, NOW) is None
