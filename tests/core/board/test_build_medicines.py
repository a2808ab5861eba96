from __future__ import annotations

from sonar_core.board.build_medicines import MOST_ANSWERED
from sonar_core.records.base import Replacement
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import RequestStatus
from tests.core.board.custody import HOUR, MINUTE, NOW, at, conflict, dose, in_, order, row, side


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
