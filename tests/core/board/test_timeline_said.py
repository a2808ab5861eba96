from __future__ import annotations

from sonar_core.board.timeline_said import plain, sentence


def test_parts_that_hold_nothing_leave_no_gap():
    assert sentence("a", "", "b") == "a · b"
    assert sentence("", "") == ""


def test_a_code_is_read_as_words():
    assert plain("in_person") == "in person"
