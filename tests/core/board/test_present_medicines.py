from __future__ import annotations

from sonar_core.board.policy import DEFAULT_POLICY
from sonar_core.board.present_medicines import medicines_cell
from sonar_core.board.severity import CellText, Severity
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome
from tests.core.board.custody import (
    NOW,
    allergy,
    at,
    conflict,
    dose,
    observed,
    order,
    row,
    side,
    status,
)


def cell(*records, **other):
    return medicines_cell(row(status(), *records, **other), NOW, DEFAULT_POLICY)


def text(first, second="", severity=Severity.OK):
    return CellText(first=first, second=second, severity=severity)


def test_allergies_nobody_asked_about_come_before_any_medicine():
    not_asked = status(AllergyKnowledge.NOT_RECORDED)
    found = medicines_cell(row(not_asked, order(due_times=("14:00",))), NOW, DEFAULT_POLICY)
    assert found == text("Allergies not recorded", severity=Severity.SOON)
    refused = row(not_asked, observed("a", 5))
    assert medicines_cell(refused, NOW, DEFAULT_POLICY).first == "Allergies not recorded"


def test_a_person_nobody_has_seen_is_not_yet_assessed():
    assert medicines_cell(row(), NOW, DEFAULT_POLICY) == text(
        "Not yet assessed", severity=Severity.QUIET
    )


def test_while_loading_allergies_are_never_called_none():
    found = cell(is_complete=False)
    assert found == text("Allergies not loaded", severity=Severity.SOON)


def test_a_late_dose_says_when_it_was_due():
    found = cell(order(due_times=("14:30",)), order("Sertraline", due_times=("18:00",)))
    assert found == text("Late, due 14:30", "Dihydrocodeine", Severity.LATE)


def test_an_order_to_ask_about_comes_before_what_is_due():
    sides = (side("a", dose="30"), side("b", dose="60"))
    dispute = conflict("MedicationRequest", "m Dihydrocodeine", "order", *sides)
    found = cell(order(), order("Sertraline", due_times=("14:45",)), conflicts=(dispute,))
    assert found == text("Check first", "Dihydrocodeine", Severity.COPIES)


def test_a_dose_within_the_hour_is_due_and_a_later_one_is_next():
    assert cell(order(due_times=("14:45",))) == text("Due 14:45", "Dihydrocodeine", Severity.INFO)
    later = cell(order("Sertraline", due_times=("18:00",)))
    assert later == text("Next 18:00", "Sertraline")


def test_a_withheld_medicine_says_why():
    withheld = dose("a", 2, DoseOutcome.WITHHELD, due_at=at(2), reason="sedated", dose=None)
    found = cell(order(due_times=("14:30",)), withheld)
    assert found == text("Withheld", "Dihydrocodeine, sedated", Severity.SOON)


def test_a_medicine_when_needed_says_from_when():
    as_needed = order(as_needed=True, interval_minutes=240)
    found = cell(as_needed, dose("a", 142))
    assert found == text("PRN from 16:10", "Dihydrocodeine")
    assert cell(as_needed) == text("When needed", "Dihydrocodeine")


def test_with_nothing_on_order_none_is_due():
    assert cell() == text("None due", severity=Severity.QUIET)


def test_allergies_that_a_newer_program_wrote_are_never_called_none():
    found = cell(is_complete=False, has_newer=True)
    assert found.first == "Allergies cannot be shown: update this PC"


def test_a_broken_rule_comes_before_everything_else():
    not_asked = status(AllergyKnowledge.NOT_RECORDED)
    apart = order(interval_minutes=240, due_times=("14:00",))
    doses = (dose("a", 130), dose("b", 10))
    found = medicines_cell(row(not_asked, apart, *doses), NOW, DEFAULT_POLICY)
    assert found == text("Check: too soon", "Dihydrocodeine", Severity.ACT)
    worse = cell(apart, *doses, allergy(substance="Dihydrocodeine"))
    assert worse == text("Check: allergy", "Dihydrocodeine +3 more", Severity.ACT)


def test_medicines_that_a_pc_may_not_hold_are_never_called_none():
    for revoked in (("medicines",), ("clinical",)):
        assert cell(revoked=revoked).first == "Not on this PC"
