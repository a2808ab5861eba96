from __future__ import annotations

import pytest

from sonar_core.board.build_score import score_state
from sonar_core.board.rows import ScoreState
from sonar_core.records.base import Replacement
from tests.core.board.custody import MINUTE, NOW, conflict, observed, row, score, side


def test_the_last_score_is_shown_beside_the_one_before_it():
    found = row(observed("a", 30), observed("b", 90, 3, "low"), observed("c", 95, 1, "low")).news2
    assert (found.state, found.total, found.band) == (ScoreState.SCORED, 6, "medium")
    assert (found.at_ms, found.previous_total) == (NOW - 30 * MINUTE, 3)
    assert found.previous_ms == NOW - 90 * MINUTE


def test_an_incomplete_set_does_not_hide_the_score_before_it():
    partial = observed("b", 10, news2=score(None, None, missing=("pulse",), reason="1 part"))
    found = row(observed("a", 30, 7, "high"), partial).news2
    assert (found.state, found.total, found.previous_total) == (ScoreState.INCOMPLETE, None, 7)
    assert found.reason == "1 part"


def test_nobody_measured_yet_is_not_the_same_as_not_loaded_yet():
    assert row().news2.state is ScoreState.NOT_YET
    assert row(is_complete=False).news2.state is ScoreState.NOT_LOADED


def test_a_set_without_a_score_is_passed_over_and_a_corrected_one_replaces():
    corrected = observed("b", 20, 4, "low", replaces="a", replacement=Replacement.AMENDED)
    glucose = observed("c", 5, news2=None)
    found = row(observed("a", 20), corrected, glucose).news2
    assert (found.total, found.previous_total) == (4, None)


def test_a_single_three_is_kept_for_the_mark():
    one = observed("a", 5, 3, "low_medium", news2=score(3, "low_medium", parts={"pulse": 3}))
    assert row(one).news2.has_single_3


def test_of_two_disputed_corrections_the_worse_is_shown_as_provisional():
    versions = (
        observed("b", 20, 2, "low", replaces="a"),
        observed("c", 19, 7, "high", replaces="a"),
        observed("d", 18, replaces="a", news2=score(None, None)),
    )
    sides = (side("1", "b"), side("2", "c"), side("3", "d"))
    dispute = conflict("ObservationSet", "a", "replaces", *sides)
    found = row(observed("z", 90, 1, "low"), observed("a", 20), *versions, conflicts=(dispute,))
    assert (found.news2.total, found.news2.is_provisional) == (7, True)
    assert found.news2.previous_total == 1


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"news2": None}, ScoreState.NOT_YET),
        ({"news2": score(None, None, parts={}), "refused": ("pulse",)}, ScoreState.REFUSED),
        ({"news2": score(None, None, parts={}, missing=("pulse",))}, ScoreState.INCOMPLETE),
        ({"news2": score(None, None, parts={})}, ScoreState.NOT_FOR_THIS_PERSON),
    ],
)
def test_why_there_is_no_total_is_told_apart(values, state):
    assert score_state(observed("a", 5, **values)) is state
