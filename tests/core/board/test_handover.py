from __future__ import annotations

import pytest

from sonar_core.board.handover import handover, has_something_open
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.referral import Urgency
from sonar_core.records.task import TaskOwner
from tests.core.board.custody import (
    NOW,
    allergy,
    at,
    care,
    conflict,
    dose,
    flag,
    in_,
    observed,
    order,
    outcome,
    referral,
    row,
    score,
    seen_referral,
    side,
    status,
    stay,
    task,
    told,
)

DIFFERS = conflict("Task", "t", "task", side("a"), side("b"))


def line(*records, **other):
    found = handover([row(*records, **other)], NOW)
    (one,) = (*found.with_something_open, *found.others)
    return one


@pytest.mark.parametrize(
    "open_row",
    [
        row(task(in_(5))),
        row(order()),
        row(conflicts=(DIFFERS,)),
        row(referral()),
        row(outcome()),
        row(care(2)),
        row(observed("a", 5)),
        row(is_complete=False),
    ],
)
def test_whatever_the_next_shift_must_do_or_watch_is_something_open(open_row):
    assert has_something_open(open_row)


def test_a_person_seen_told_and_scoring_low_has_nothing_open():
    settled = row(
        seen_referral(),
        outcome(outcome=Fitness.FIT),
        told(),
        care(1, 60),
        observed("a", 5, 1, "low"),
    )
    assert not has_something_open(settled)


def test_the_worst_come_first_and_the_others_by_cell():
    ill = row(observed("a", 5, 8, "high"), episode=stay(cell="M9"))
    waiting = row(referral(), episode=stay(cell="M1"))
    settled = [row(seen_referral(), episode=stay(cell=cell)) for cell in ("F2", "F1")]
    found = handover([waiting, *settled, ill], NOW)
    assert [one.shown.cell for one in found.with_something_open] == ["M9", "M1"]
    assert [one.shown.cell for one in found.others] == ["F1", "F2"]


def test_the_situation_says_every_decision_and_what_waits():
    detained = outcome("o2", purpose=FitnessPurpose.DETAINED, outcome=Fitness.FIT_WITH_CONDITIONS)
    found = line(outcome(), detained, told("o2"), seen_referral(), conflicts=(DIFFERS, DIFFERS))
    assert found.situation == (
        "Not fit to be interviewed, custody officer not told."
        " Fit to be detained with conditions, told Sgt Marsh 14:12."
        " Referred 13:58 for intoxication, seen 14:12."
        " 2 entries have two versions to decide."
    )


def test_every_referral_that_waits_is_handed_over_the_worst_first():
    emergency = referral(id="r2", requested_at=at(5), urgency=Urgency.EMERGENCY)
    assert line(referral(), emergency).situation == (
        "No fitness decision recorded."
        " Referred 14:27 for intoxication, emergency, not yet seen."
        " Referred 13:58 for intoxication, not yet seen."
    )


def test_a_new_arrival_is_said_as_far_as_it_is_known():
    found = line(referral(), conflicts=(DIFFERS,), is_complete=False)
    assert found.situation == (
        "No fitness decision recorded. Referred 13:58 for intoxication, not yet seen."
        " 1 entry has two versions to decide."
        " Still loading: do not rely on what is missing."
    )
    assert found.background == "Arrived 12:32. Allergies not loaded. No warning markers."
    assert found.assessment == "NEWS2 not scored. Level of observation not set."


def test_a_disputed_decision_and_allergy_are_said_to_be_provisional():
    sides = (
        side("a", status="entered_in_error", severity="mild", substance="Penicillin"),
        side("b", status="active", severity="mild", substance="Penicillin"),
    )
    allergy_differs = conflict("AllergyIntolerance", "al", "allergy", *sides)
    outcome_differs = conflict("FitnessOutcome", "x", "replaces", side("1", "o1"), side("2", "o2"))
    found = line(
        status(),
        allergy(),
        outcome(),
        outcome("o2", outcome=Fitness.FIT),
        flag(),
        conflicts=(allergy_differs, outcome_differs),
    )
    assert found.situation.startswith("Not fit to be interviewed, provisional, custody officer")
    assert found.background == (
        "Arrived 12:32. Known allergies, provisional. Markers: Opioids today."
    )


def test_what_somebody_ended_with_a_stop_gets_no_second_one():
    said = line(flag(text="Ligature."), task(in_(5), what="Look at the wound."))
    assert "Markers: Ligature. " in f"{said.background} "
    assert "Look at the wound 14:37." in said.recommendation


def test_watching_all_the_time_is_said_once():
    said = line(care(3, None)).assessment
    assert said.endswith("Level 3 constant.")
    assert line(care(4, None)).assessment.endswith("Constant.")


def test_the_assessment_says_score_the_one_before_and_the_level():
    found = line(observed("a", 94, 1, "low"), observed("b", 30), care())
    assert found.assessment == (
        "NEWS2 6, medium, at 14:02. Was 1 at 12:58. Level 2 intermittent. Rouse every 30 min."
    )
    partial = observed("c", 5, news2=score(None, None, reason="1 part missing: pulse"))
    assert line(partial).assessment.startswith("NEWS2 not scored: 1 part missing: pulse.")


def test_the_recommendation_lists_what_is_due_by_time_and_what_is_late():
    found = line(
        task(at(2), "Ring GP"),
        task(in_(28), "Rouse", owner=TaskOwner.CUSTODY),
        outcome(review_at=in_(88)),
        told(),
    )
    assert found.recommendation == (
        "Ring GP 14:30, late. Rouse (custody) 15:00. Review fitness 16:00."
    )
    assert line().recommendation == "Nothing due."


def test_what_is_to_be_checked_comes_first_and_is_not_called_late():
    found = line(task(at(70), "Ring GP"), order(interval_minutes=240), dose("a", 60), dose("b", 10))
    assert found.recommendation == (
        "Check: Dihydrocodeine given 14:22. Dihydrocodeine 13:32, 50min apart."
        " The order says 4hr at least. Ring GP 13:22, late."
    )


def test_nothing_is_called_none_of_what_a_newer_program_wrote():
    found = line(is_complete=False, has_newer=True)
    assert found.situation == (
        "Fitness decisions cannot be shown: update this PC. "
        "Partly written by a newer version of SONAR: do not rely on what is missing."
    )
    assert found.background == (
        "Arrived 12:32. Allergies cannot be shown: update this PC. "
        "Warning markers cannot be shown: update this PC."
    )
    known = line(flag("Ask twice"), outcome(), is_complete=False, has_newer=True)
    assert "Markers: Ask twice." in known.background
    assert known.situation.startswith("Not fit to be interviewed")


def test_the_next_shift_hears_what_this_pc_may_not_hold():
    assert "may not hold medicines records" in line(revoked=("medicines",)).situation
    assert "is not kept up to date" in line(is_complete=False, revoked=("clinical",)).situation
    assert has_something_open(row(revoked=("medicines",)))
