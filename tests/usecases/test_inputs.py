from __future__ import annotations

import pytest

from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.inputs import InputError, Problems
from tests.usecases.fakes import FakeClock


def test_no_problem_raises_nothing():
    Problems().raise_if_any()


def test_all_problems_are_said_at_once_and_none_stands_in_the_exceptions_text():
    problems = Problems()
    problems.add("dose", "Enter Barrow's dose.")
    problems.require("unit", "", "the unit")
    with pytest.raises(InputError) as refused:
        problems.raise_if_any()
    assert refused.value.problems == (("dose", "Enter Barrow's dose."), ("unit", "Enter the unit."))
    assert refused.value.user_message == "2 answers need you."
    assert str(refused.value) == ""
    assert isinstance(refused.value, KnownError)


def test_a_time_a_little_ahead_was_asked_back_at_its_field_and_may_stay():
    problems, clock = Problems(), FakeClock()
    problems.happened("performed_at", clock.in_minutes(30), clock)
    problems.raise_if_any()


def test_what_is_far_ahead_of_the_pc_alone_is_no_future():
    clock = FakeClock()
    tomorrow = clock.in_minutes(24 * 60)
    clock.hear(tomorrow.utc_ms)
    told = Problems()
    told.happened("performed_at", tomorrow, clock)
    told.raise_if_any()


@pytest.mark.parametrize("server_minutes", [0, -24 * 60])
def test_what_is_far_ahead_of_pc_and_server_is_refused_with_the_later_time(server_minutes):
    clock, problems = FakeClock(), Problems()
    clock.hear(clock.in_minutes(server_minutes).utc_ms)
    problems.happened("performed_at", clock.in_minutes(13 * 60), clock)
    with pytest.raises(InputError) as refused:
        problems.raise_if_any()
    assert refused.value.problems == (
        (
            "performed_at",
            "15-Nov-2026 03:32 is in the future. It is 14-Nov-2026 14:32 now.",
        ),
    )


@pytest.mark.parametrize("server_minutes", [-180, 180])
def test_a_true_due_time_is_never_past_and_one_that_both_clocks_have_passed_is(server_minutes):
    clock = FakeClock()
    clock.hear(clock.in_minutes(server_minutes).utc_ms)
    taken, refused = Problems(), Problems()
    taken.to_come("due_at", clock.in_minutes(server_minutes + 60), clock)
    taken.to_come("review_at", None, clock)
    taken.raise_if_any()
    refused.to_come("due_at", clock.in_minutes(min(server_minutes, 0) - 1), clock)
    with pytest.raises(InputError) as said:
        refused.raise_if_any()
    assert said.value.problems == (("due_at", "This time has passed. Enter a time to come."),)
