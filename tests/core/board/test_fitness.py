from __future__ import annotations

from sonar_core.board.fitness import decisions, worst_first
from sonar_core.records.base import Replacement
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from tests.core.board.custody import outcome, told

DETAINED = {"purpose": FitnessPurpose.DETAINED, "outcome": Fitness.FIT}


def test_each_purpose_has_the_decision_that_stands_and_who_was_told_first():
    later = outcome(
        "o2", 5, outcome=Fitness.FIT, replaces="o1", replacement=Replacement.LATER_DECISION
    )
    again = told("o2", 2, id="second telling", told_to="Insp Bell")
    found = decisions(
        [outcome("o1"), later, outcome("d1", **DETAINED)], [told("o1", 20), told("o2", 3), again]
    )
    assert [one.outcome.id for one in found] == ["d1", "o2"]
    assert found[0].told is None
    assert found[1].told is not None
    assert found[1].told.told_to == "Sgt Marsh"
    assert not found[1].is_provisional


def test_telling_of_an_earlier_decision_is_not_telling_of_this_one():
    later = outcome("o2", 5, replaces="o1", replacement=Replacement.LATER_DECISION)
    (found,) = decisions([outcome("o1"), later], [told("o1")])
    assert found.told is None


def test_a_telling_struck_out_does_not_count():
    struck = told("o1", 10, id="t2", replaces="told o1", replacement=Replacement.ENTERED_IN_ERROR)
    (found,) = decisions([outcome()], [told(), struck])
    assert found.told is None


def test_of_two_made_apart_not_fit_holds_and_the_other_is_beside_it():
    (found,) = decisions([outcome("o1", outcome=Fitness.FIT), outcome("o2", 20)], [])
    assert found.outcome.id == "o2"
    assert [one.id for one in found.also] == ["o1"]
    assert found.is_provisional


def test_two_sets_of_conditions_both_apply():
    with_one = {"outcome": Fitness.FIT_WITH_CONDITIONS, "conditions": ("Rouse", "Inhaler")}
    with_two = {"outcome": Fitness.FIT_WITH_CONDITIONS, "conditions": ("Inhaler", "Adult")}
    fit = outcome("o3", 5, outcome=Fitness.FIT)
    (found,) = decisions([outcome("o1", **with_one), outcome("o2", 10, **with_two), fit], [])
    assert found.outcome.id == "o2"
    assert found.conditions == ("Inhaler", "Adult", "Rouse")


def test_a_decision_set_aside_is_gone():
    (found,) = decisions([outcome("o1"), outcome("o2", 5)], [], frozenset({"o1"}))
    assert (found.outcome.id, found.also) == ("o2", ())


def test_not_told_comes_before_told_and_not_fit_before_fit():
    found = decisions(
        [
            outcome("told not fit", purpose=FitnessPurpose.RELEASED),
            outcome("fit", **DETAINED),
            outcome("deferred", purpose=FitnessPurpose.CHARGED, outcome=Fitness.DEFERRED),
        ],
        [told("told not fit")],
    )
    assert [one.outcome.id for one in worst_first(found)] == ["deferred", "fit", "told not fit"]
