from __future__ import annotations

from sonar_core.board.timeline import EntryState, filtered, timeline
from sonar_core.board.timeline_said import Category
from sonar_core.board.views import CopyState
from sonar_core.moments import Precision, moment_at
from sonar_core.records.base import Replacement
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.flag import FlagStanding
from tests.core.board.custody import (
    MINUTE,
    NOW,
    ZONE,
    at,
    dose,
    flag,
    in_,
    note,
    outcome,
    patient,
    referral,
    task,
    told,
    view,
)

PEOPLE = {"okafor": "R Okafor, nurse", "shah": "N Shah, doctor"}


def shown(*records):
    return timeline([view(one) for one in records], PEOPLE)


def test_what_happened_last_stands_first_whatever_order_it_was_written_in():
    found = shown(note("n1", 60), note("n2", 5), note("n3", 30))
    assert [entry.id for entry in found] == ["n2", "n3", "n1"]


def test_an_entry_has_two_times_and_its_author_by_name_and_role():
    (entry,) = shown(note("n1", 10, recorded_at=at(3), recorded_by="shah", performed_by="shah"))
    assert (entry.at, entry.recorded_at, entry.who) == (at(10), at(3), "N Shah, doctor")
    assert (entry.title, entry.text, entry.late_ms) == ("Note", "Slept", None)


def test_a_late_entry_says_how_late():
    (entry,) = shown(note("n1", 47, recorded_at=at(10)))
    assert entry.late_ms == 37 * MINUTE


def test_an_entry_at_an_unknown_time_is_not_called_late():
    when = moment_at(NOW - 60 * MINUTE, ZONE, Precision.UNKNOWN)
    (entry,) = shown(note("n1", performed_at=when, recorded_at=at()))
    assert entry.late_ms is None


def test_a_referral_written_down_after_custody_asked_is_no_late_entry():
    (entry,) = shown(referral(requested_at=at(90)))
    assert (entry.at, entry.late_ms) == (at(90), None)


def test_an_amended_entry_stays_beside_the_one_that_took_its_place():
    amended = note(
        "n2",
        10,
        text="Slept from 13:00",
        recorded_at=at(2),
        recorded_by="shah",
        replaces="n1",
        replacement=Replacement.AMENDED,
        replacement_reason="Left out the time",
    )
    new, old = shown(note("n1", 10), amended)
    assert (new.state, new.was, new.correction) == (EntryState.STANDS, "n1", None)
    assert old.state is EntryState.AMENDED
    assert old.correction is not None
    assert (old.correction.by, old.correction.who) == ("n2", "N Shah, doctor")
    assert (old.correction.at, old.correction.reason) == (at(2), "Left out the time")


def test_a_strike_out_is_no_entry_of_its_own():
    struck = note(
        "n2", 10, replaces="n1", replacement=Replacement.ENTERED_IN_ERROR, recorded_by="gray"
    )
    (entry,) = shown(note("n1", 10), struck)
    assert (entry.id, entry.state) == ("n1", EntryState.STRUCK_OUT)
    assert entry.correction is not None
    assert entry.correction.who == "gray"


def test_an_earlier_decision_was_right_when_it_was_made_and_is_not_struck():
    later = outcome(
        "o2", 5, outcome=Fitness.FIT, replaces="o1", replacement=Replacement.LATER_DECISION
    )
    found = {entry.id: entry.state for entry in shown(outcome("o1"), later)}
    assert found == {"o1": EntryState.REPLACED, "o2": EntryState.STANDS}


def test_an_entry_from_another_program_that_replaces_without_saying_why_counts_as_amended():
    found = {entry.id: entry.state for entry in shown(note("n1"), note("n2", replaces="n1"))}
    assert found["n1"] is EntryState.AMENDED


def test_a_marker_entered_in_error_is_struck_and_what_has_no_entry_is_left_out():
    found = shown(flag(status=FlagStanding.ENTERED_IN_ERROR), patient(), task(in_(5)))
    assert [(entry.kind, entry.state) for entry in found] == [("Flag", EntryState.STRUCK_OUT)]


def test_where_the_copy_is_and_what_is_odd_about_it_travel_along():
    (entry,) = timeline([view(note(), CopyState.SENDING, marks=("after_close",))], PEOPLE)
    assert (entry.standing, entry.marks) == (CopyState.SENDING, ("after_close",))


def test_the_filters_part_what_is_clinical_custodys_and_about_medicines():
    found = shown(note(), told(), dose("d1", 5))
    assert [entry.kind for entry in filtered(found, Category.CUSTODY)] == ["OutcomeTold"]
    assert [entry.kind for entry in filtered(found, Category.MEDICINES)] == [
        "MedicationAdministration"
    ]
    assert [entry.kind for entry in filtered(found, Category.CLINICAL)] == ["Note"]


def test_one_held_back_and_its_correction_name_each_other():
    held = note("n1", 60)
    corrected = note("n2", 60, corrects="n1", replacement=Replacement.AMENDED, recorded_by="shah")
    new, old = shown(held, corrected)
    assert (new.was, new.is_for_held, new.state) == ("n1", True, EntryState.STANDS)
    assert (old.state, old.correction.by, old.is_for_held) == (EntryState.AMENDED, "n2", False)
