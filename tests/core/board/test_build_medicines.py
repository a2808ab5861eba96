from __future__ import annotations

import msgspec

from sonar_core.board.build_medicines import MOST_ANSWERED
from sonar_core.medicines.recheck import BrokenRule, Charted, still_to_answer
from sonar_core.records.allergy_intolerance import AllergyStanding
from sonar_core.records.base import Replacement
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import RequestStatus
from sonar_core.records.task import TaskStatus
from tests.core.board.custody import (
    HOUR,
    MINUTE,
    NOW,
    allergy,
    at,
    conflict,
    dose,
    in_,
    order,
    row,
    side,
    stay,
)


def test_an_order_is_shown_with_its_last_entry_and_when_it_was_given():
    entries = (
        dose("a", 300, due_at=at(300)),
        dose("b", 30, DoseOutcome.WITHHELD, due_at=at(30), reason="Sedated", again_at=in_(30)),
    )
    (line,) = row(order(interval_minutes=240, stop_at=in_(600)), *entries).orders
    assert (line.given_ms, line.last_ms) == (NOW - 300 * MINUTE, NOW - 30 * MINUTE)
    assert (line.last_code, line.last_reason) == ("W", "Sedated")
    assert line.answered == (NOW - 300 * MINUTE, NOW - 30 * MINUTE)
    assert (line.again_ms, line.stop_ms) == (NOW + 30 * MINUTE, NOW + 600 * MINUTE)


def test_an_order_without_an_entry_has_nothing_last():
    (line,) = row(order()).orders
    assert (line.given_ms, line.last_code, line.last_ms, line.last_reason) == (None, None, None, "")


def test_a_struck_out_dose_frees_its_slot_again():
    struck = dose(
        "b",
        20,
        DoseOutcome.ENTERED_IN_ERROR,
        replaces="a",
        replacement=Replacement.ENTERED_IN_ERROR,
    )
    (line,) = row(order(), dose("a", 30, due_at=at(30)), struck).orders
    assert (line.answered, line.given_ms) == ((), None)


def test_stopped_orders_are_off_the_board_and_the_rest_stand_by_name():
    stopped = order("Aspirin", status=RequestStatus.STOPPED)
    found = row(order("Sertraline"), stopped, order("amoxicillin")).orders
    assert [line.medicine for line in found] == ["amoxicillin", "Sertraline"]


def test_an_order_with_two_versions_is_asked_about_first_even_if_one_stops_it():
    record = order(status=RequestStatus.STOPPED)
    sides = (side("a", status="stopped"), side("b", status="active"))
    dispute = conflict("MedicationRequest", record.id, "order", *sides)
    (line,) = row(record, conflicts=(dispute,)).orders
    assert line.stop_first


def test_only_the_newest_answered_slots_are_kept():
    entries = [dose(str(n), n * 60, due_at=at(n * 60)) for n in range(MOST_ANSWERED + 5)]
    (line,) = row(order(), *entries).orders
    assert len(line.answered) == MOST_ANSWERED
    assert line.answered[0] == NOW - (MOST_ANSWERED - 1) * HOUR


APART = order(interval_minutes=240)
TOO_SOON = (APART, dose("a", 130), dose("b", 10))


def test_a_rule_that_two_pcs_break_together_is_a_line_and_a_task_until_somebody_answers():
    found = row(*TOO_SOON)
    (line,) = found.broken
    (task,) = found.tasks
    assert (line.rule, line.medicine) == (BrokenRule.INTERVAL, "Dihydrocodeine")
    assert (task.id, task.due_ms, task.cause) == (line.task, NOW - 10 * MINUTE, "b")
    charted = Charted(orders=((APART,),), taken=TOO_SOON[1:])
    ((_, asked),) = still_to_answer(charted, stay(), ())
    for status in (TaskStatus.DONE, TaskStatus.CANCELLED):
        answered = row(*TOO_SOON, msgspec.structs.replace(asked, status=status))
        assert (answered.broken, answered.tasks) == ((), ())


def test_a_dose_in_another_stay_counts_too_and_belongs_to_this_row_in_nothing_else():
    elsewhere = dose("a", 130, episode="e0", recorded_by="x", performed_by="x")
    found = row(APART, dose("b", 10), elsewhere=(elsewhere,))
    assert [line.rule for line in found.broken] == [BrokenRule.INTERVAL]
    assert "x" not in found.staff
    assert found.orders == row(APART, dose("b", 10)).orders


def test_what_is_struck_out_breaks_no_rule():
    struck = dose(
        "c",
        10,
        DoseOutcome.ENTERED_IN_ERROR,
        replaces="b",
        replacement=Replacement.ENTERED_IN_ERROR,
    )
    assert row(*TOO_SOON, struck).broken == ()
    gone = allergy(substance="Dihydrocodeine", status=AllergyStanding.ENTERED_IN_ERROR)
    assert row(order(), gone).broken == ()


def test_the_worst_broken_rule_stands_first():
    found = row(*TOO_SOON, allergy(substance="Dihydrocodeine"))
    rules = [line.rule for line in found.broken]
    assert rules == [BrokenRule.ALLERGY] * 3 + [BrokenRule.INTERVAL]
