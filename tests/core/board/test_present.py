from __future__ import annotations

import pytest

from sonar_core.board.policy import BoardPolicy
from sonar_core.board.present import Edge, OutcomeIcon, Trend, is_mine, present
from sonar_core.board.severity import CellText, Severity
from sonar_core.board.suite_change import SuiteChange
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.referral import Urgency
from tests.core.board.custody import (
    HOUR,
    NOW,
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
    task,
    told,
)

HERE = BoardPolicy(custody_checks_recorded_here=True)
DIFFERS = conflict("AllergyIntolerance", "al", "allergy", side("a"), side("b"))


def shown(*records, policy=None, now=NOW, **other):
    return present(row(*records, **other), now, policy or BoardPolicy())


def text(first, second="", severity=Severity.OK):
    return CellText(first=first, second=second, severity=severity)


def test_who_it_is_stands_beside_the_cell():
    found = shown()
    assert (found.cell, found.name, found.who) == ("M4", "BARROW, Connor (Mr)", "37y M · NF/3417")


def test_who_came_from_another_suite_is_said_to_beside_the_name():
    came = SuiteChange(suite="Northfield", came_at=at(30))
    found = present(row(), NOW, BoardPolicy(), came)
    assert found.who == "37y M · from Northfield 14:02"


def test_an_outcome_nobody_was_told_of_is_the_reddest_thing_with_how_long_it_waits():
    found = shown(outcome(), seen_referral(), conflicts=(DIFFERS,))
    expected = text("NOT FIT: interview", "Custody officer not told · 26min", Severity.ACT)
    assert found.outcome == expected
    assert (found.outcome_icon, found.edge) == (OutcomeIcon.NOT_TOLD, Edge.ACT)
    assert found.needs_action


def test_a_conflict_is_violet_and_about_copies():
    found = shown(outcome(), told(), conflicts=(DIFFERS,))
    assert found.outcome == text("Allergy differs", "Two versions to decide", Severity.COPIES)
    assert (found.outcome_icon, found.edge) == (OutcomeIcon.CONFLICT, Edge.CONFLICT)
    three = conflict("Unheard", "x", "y", side("a"), side("b"), side("c"))
    assert shown(conflicts=(three,)).outcome.first == "Versions differ"
    assert shown(conflicts=(three,)).outcome.second == "3 versions to decide"


def test_a_referral_that_waits_counts_its_minutes_against_the_target():
    found = shown(referral())
    assert found.outcome == text("Requested 13:58", "34min of 60min", Severity.INFO)
    assert (found.outcome_icon, found.is_waiting) == (OutcomeIcon.REFERRAL, True)
    assert found.edge is Edge.NONE
    late = shown(referral(requested_at=at(70)))
    assert late.outcome == text("Requested 13:22", "70min of 60min · late", Severity.LATE)
    assert late.edge is Edge.LATE
    without = shown(referral(target_minutes=None))
    assert without.outcome == text("Requested 13:58", "34min ago", Severity.INFO)


def test_a_broken_rule_of_medicines_needs_action():
    found = shown(order(interval_minutes=240), dose("a", 60), dose("b", 10))
    assert found.edge is Edge.ACT
    assert found.needs_action
    assert (found.tasks, found.late, found.late_tasks) == (text("1 open"), 0, 0)


def test_an_emergency_is_red_and_comes_before_a_conflict_and_an_older_referral():
    emergency = referral(id="r2", requested_at=at(5), target_minutes=15, urgency=Urgency.EMERGENCY)
    found = shown(referral(requested_at=at(70)), emergency, conflicts=(DIFFERS,))
    assert found.outcome == text("Emergency 14:27", "5min of 15min · +1 more", Severity.ACT)
    assert (found.outcome_icon, found.edge) == (OutcomeIcon.REFERRAL, Edge.ACT)
    assert found.needs_action
    untold = shown(outcome(), emergency)
    assert (untold.outcome_icon, untold.edge) == (OutcomeIcon.NOT_TOLD, Edge.ACT)


def test_an_urgent_referral_says_so_and_how_many_wait_beside_it():
    urgent = referral(id="r2", requested_at=at(31), target_minutes=30, urgency=Urgency.URGENT)
    found = shown(referral(), referral(id="r3"), urgent)
    expected = text("Urgent, asked 14:01", "31min of 30min · late · +2 more", Severity.LATE)
    assert found.outcome == expected


def test_a_decision_custody_was_told_of_says_whom_and_when():
    fit = outcome(purpose=FitnessPurpose.DETAINED, outcome=Fitness.FIT)
    found = shown(fit, told(minutes_ago=12), seen_referral())
    assert found.outcome == text("Fit to detain", "Told Sgt Marsh 14:20")
    assert (found.outcome_icon, found.needs_action, found.is_waiting) == (
        OutcomeIcon.DECIDED,
        False,
        False,
    )
    reviewed = shown(outcome(outcome=Fitness.FIT, review_at=in_(88)), told())
    assert reviewed.outcome.first == "Fit to interview, review 16:00"


def test_no_decision_yet_is_said_quietly_and_a_row_still_loading_says_so():
    assert shown().outcome == text("No decision recorded", severity=Severity.QUIET)
    assert shown(is_complete=False).outcome == text("Still loading", severity=Severity.QUIET)
    assert shown().outcome_icon is OutcomeIcon.NONE


def test_the_level_is_shown_with_its_name_or_that_it_is_not_set():
    assert shown(care()).care == text("Level 2", "Intermittent")
    assert shown(care()).level == 2
    assert shown().care == text("Not set", severity=Severity.SOON)
    assert shown(is_complete=False).care.first == "Still loading"
    sides = (
        side("a", level=3, check_every_minutes=None, rouse=False),
        side("b", level=2, check_every_minutes=30, rouse=True),
    )
    disputed = shown(care(), conflicts=(conflict("CareLevel", "care", "level", *sides),))
    assert disputed.care == text("Level 3", "Provisional", Severity.COPIES)


@pytest.mark.parametrize(
    ("total", "band", "first", "severity"),
    [
        (1, "low", "Low", Severity.OK),
        (3, "low_medium", "Low-medium", Severity.SOON),
        (6, "medium", "Medium", Severity.SOON),
        (7, "high", "High", Severity.ACT),
        (2, "newer", "Scored", Severity.OK),
    ],
)
def test_a_score_is_a_number_with_a_word_and_its_time(total, band, first, severity):
    found = shown(observed("a", 30, total, band)).score
    assert (found.total, found.band, found.text) == (total, band, text(first, "14:02", severity))


@pytest.mark.parametrize(
    ("before", "trend"), [(3, Trend.WORSE), (8, Trend.BETTER), (6, Trend.NONE)]
)
def test_the_trend_is_against_the_score_before(before, trend):
    assert shown(observed("a", 60, before, "low"), observed("b", 5)).score.trend is trend


def test_without_two_totals_there_is_no_trend():
    assert shown(observed("b", 5)).score.trend is Trend.NONE


@pytest.mark.parametrize(
    ("news2", "refused", "second"),
    [
        (score(None, None), (), "Incomplete 14:27"),
        (score(None, None, parts={}), ("pulse",), "Refused 14:27"),
        (score(None, None, parts={}), (), "Values only 14:27"),
    ],
)
def test_why_there_is_no_score_is_said(news2, refused, second):
    found = shown(observed("a", 5, news2=news2, refused=refused)).score
    assert found.text == text("Not scored", second, Severity.QUIET)


def test_not_yet_seen_and_not_loaded_are_different_things():
    assert shown().score.text.second == "Not yet seen"
    assert shown(is_complete=False).score.text.second == "Not loaded"


def test_a_score_twelve_hours_old_says_its_age():
    found = shown(observed("a", 0), now=NOW + 12 * HOUR).score
    assert (found.text.second, found.is_stale) == ("12hr old", True)


def test_a_disputed_score_says_provisional():
    versions = (observed("b", 20, 2, "low", replaces="a"), observed("c", 20, replaces="a"))
    sides = (side("1", "b"), side("2", "c"))
    dispute = conflict("ObservationSet", "a", "replaces", *sides)
    found = shown(observed("a", 20), *versions, conflicts=(dispute,))
    assert found.score.text.second == "14:12 · provisional"


def test_custodys_plan_is_shown_without_a_countdown_unless_checks_are_recorded_here():
    plan = shown(care()).check
    assert (plan.text, plan.per_mille) == (text("Custody: rouse every 30 min"), None)
    found = shown(care(), policy=HERE).check
    assert found.text == text("Rouse in 8min", severity=Severity.SOON)
    assert found.per_mille == 733
    visit = shown(care(1, 60), policy=HERE).check
    assert visit.text == text("Visit in 38min")


def test_a_late_check_says_by_how_much_and_its_bar_is_full():
    found = shown(care(set_at=at(36)), policy=HERE)
    assert found.check.text == text("Rouse 6min late", severity=Severity.LATE)
    assert (found.check.per_mille, found.edge, found.late) == (1000, Edge.LATE, 1)


def test_constant_observation_and_no_level_have_no_countdown():
    constant = shown(care(3, None), policy=HERE).check
    assert (constant.text, constant.is_constant) == (text("Constant"), True)
    none = shown(policy=HERE).check
    assert (none.text, none.is_constant) == (text("No schedule", severity=Severity.QUIET), False)


def test_tasks_are_counted_and_the_late_ones_named():
    found = shown(task(at(1), "A"), task(in_(5), "B"))
    assert found.tasks == text("2 open", "1 late", Severity.LATE)
    assert (found.late_tasks, found.edge) == (1, Edge.LATE)
    assert shown(task(in_(5), "B")).tasks == text("1 open")
    assert shown().tasks == text("None", severity=Severity.QUIET)
    assert shown(is_complete=False).tasks.first == "Still loading"


def test_mine_is_who_i_did_something_for():
    assert is_mine(row(seen_referral()), "okafor")
    assert not is_mine(row(flag()), "okafor")


def test_a_row_partly_written_by_a_newer_program_says_what_to_do_and_never_none():
    found = shown(is_complete=False, has_newer=True)
    assert found.outcome.first == found.care.first == found.tasks.first == "Update this PC"


def test_what_a_pc_may_not_hold_is_never_called_none():
    found = shown(is_complete=False, revoked=("clinical",))
    assert found.outcome.first == found.care.first == found.tasks.first == "Not on this PC"
    assert shown(revoked=("medicines",)).care.first == "Not set"
