from __future__ import annotations

import pytest

from sonar_core.board.speech import in_turn, stopped


@pytest.mark.parametrize("typed", ["Settled", "Settled.", "Settled?", "Settled!"])
def test_a_stop_that_somebody_typed_is_not_doubled(typed):
    assert stopped(typed) == (typed if typed != "Settled" else "Settled.")
    assert stopped("") == ""


def test_parts_are_said_in_turn_and_the_last_as_it_is():
    assert in_turn("M4", "", "Rousable.", "Jo") == "M4. Rousable. Jo"
    assert in_turn("", "M4") == "M4"
    assert in_turn() == ""
