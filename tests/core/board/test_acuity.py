from __future__ import annotations

from sonar_core.board.acuity import acuity, worst_first
from sonar_core.records.fitness_outcome import Fitness
from tests.core.board.custody import (
    care,
    dose,
    flag,
    observed,
    order,
    outcome,
    row,
    score,
    stay,
    told,
)

WELL = row(observed("a", 5, 1, "low"), care(1, 60))


def test_a_well_and_settled_person_stands_last():
    assert acuity(WELL) == 1


def test_a_high_score_comes_before_a_medium_one_and_a_higher_before_a_lower():
    scores = [(9, "high"), (7, "high"), (6, "medium"), (3, "low_medium"), (4, "low")]
    points = [acuity(row(observed("a", 5, total, band))) for total, band in scores]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) == len(points)


def test_an_outcome_not_told_comes_before_any_score():
    untold = acuity(row(observed("a", 5, 0, "low"), outcome(outcome=Fitness.FIT)))
    assert untold > acuity(row(observed("a", 5, 20, "high")))


def test_a_broken_rule_of_medicines_comes_before_any_score():
    too_soon = (order(interval_minutes=240), dose("a", 60), dose("b", 0))
    broken = acuity(row(observed("a", 5, 0, "low"), *too_soon))
    assert broken > acuity(row(observed("a", 5, 20, "high")))


def test_somebody_not_scored_comes_before_somebody_who_scores_low():
    assert acuity(row()) > acuity(row(observed("a", 5, 4, "low")))


def test_a_high_score_is_not_forgotten_by_an_incomplete_set_after_it():
    partial = observed("b", 5, news2=score(None, None))
    points = [acuity(row(observed("a", 30, total, "x"), partial)) for total in (8, 5, 2)]
    assert points == [400, 300, 120]


def test_level_outcome_and_urgent_markers_count():
    told_deferred = (outcome(outcome=Fitness.DEFERRED), told())
    assert acuity(row(observed("a", 5, 1, "low"), care(4, None))) == acuity(WELL) + 240
    assert acuity(row(observed("a", 5, 1, "low"), *told_deferred)) == acuity(WELL) + 60
    assert acuity(row(observed("a", 5, 1, "low"), flag(is_urgent=True))) == acuity(WELL) + 20


def test_equals_stand_by_cell():
    first, second = row(episode=stay(cell="M2")), row(episode=stay(cell="M1"))
    ill = row(observed("a", 5, 9, "high"), episode=stay(cell="M9"))
    assert [one.cell for one in worst_first([first, second, ill])] == ["M9", "M1", "M2"]
