from __future__ import annotations

import pytest

from sonar_core.moments import DAY_MS
from tests.ui.conftest import START_MS, HandClock

YEAR_MS = 365 * DAY_MS


@pytest.fixture
def clock():
    return HandClock()


def test_a_pc_that_heard_no_server_has_only_its_own_clock(clock):
    assert clock.server_ms() == clock.latest_ms() == START_MS


def test_what_has_passed_since_is_counted_by_the_clock_that_nobody_sets(clock):
    clock.hear(START_MS + 5_000)
    clock.let_pass(minutes=1)
    clock.wall_ms -= YEAR_MS
    assert clock.server_ms() == START_MS + 65_000


def test_the_later_of_the_two_clocks_is_the_latest_and_the_other_the_earliest(clock):
    clock.hear(START_MS - 5_000)
    assert (clock.earliest_ms(), clock.latest_ms()) == (START_MS - 5_000, START_MS)
    clock.wall_ms -= YEAR_MS
    assert clock.latest_ms() == START_MS - 5_000
    assert clock.earliest_ms() == START_MS - YEAR_MS


def test_what_an_earlier_run_heard_is_carried_on_by_the_wall_clock(clock):
    clock.recall(START_MS - YEAR_MS, START_MS)
    assert clock.server_ms() == START_MS + YEAR_MS


def test_a_wall_clock_set_back_meanwhile_takes_nothing_off_what_the_server_said(clock):
    clock.recall(START_MS + YEAR_MS, START_MS + YEAR_MS + 5_000)
    assert clock.latest_ms() == START_MS + YEAR_MS + 5_000


def test_what_this_run_heard_is_not_replaced_by_what_an_earlier_one_did(clock):
    clock.hear(START_MS)
    clock.recall(START_MS - YEAR_MS, START_MS)
    assert clock.server_ms() == START_MS
