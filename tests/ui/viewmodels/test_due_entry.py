"""Due times as people type them."""

from __future__ import annotations

import pytest

from sonar_core.moments import HOUR_MS, format_time, moment_at
from sonar_desktop.ui.viewmodels.due_entry import read_due, read_optional_due, understood
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry, as_it_was
from tests.ui.conftest import START_MS, ZONE, HandClock

BEFORE_THE_CHANGE_MS = 1_792_879_200_000
"""The evening before the clocks go back in London, 25-Oct-2026."""


def clock(now_ms=START_MS, server_ahead_ms=0):
    made = HandClock()
    made.wall_ms = now_ms
    made.hear(now_ms + server_ahead_ms)
    return made


def due(typed, now_ms=START_MS, typed_ms=START_MS, answer="", server_ahead_ms=0):
    entry = TimeEntry(typed=typed, typed_ms=typed_ms, answer=answer)
    return read_due(entry, clock=clock(now_ms, server_ahead_ms), zone=ZONE)


@pytest.mark.parametrize(
    ("typed", "echo"),
    [("+1h", "14-Nov-2026 15:32"), ("16:00", "14-Nov-2026 16:00"), ("09:00", "15-Nov-2026 09:00")],
)
def test_a_time_to_come_is_understood(typed, echo):
    assert due(typed).echo == echo
    assert due(typed).flaw is None


def test_nothing_typed_is_asked_for_unless_it_may_be_left_out():
    assert due(" ").flaw.text == "Enter when it is due."
    entry = TimeEntry(typed=" ", typed_ms=START_MS)
    assert read_optional_due(entry, clock=clock(), zone=ZONE).flaw is None
    bad = TimeEntry(typed="soon", typed_ms=START_MS)
    assert read_optional_due(bad, clock=clock(), zone=ZONE).flaw is not None


def test_a_draft_of_an_hour_ago_still_means_its_own_time():
    found = due("+30m", now_ms=START_MS + 3_600_000)
    assert found.flaw.text == "This time has passed. Enter a time to come."
    assert due("+2h", now_ms=START_MS + 3_600_000).moment == moment_at(START_MS + 7_200_000, ZONE)


def test_what_is_no_time_says_how_to_write_one():
    assert "+1h" in due("soonish").flaw.text


def test_an_hour_that_comes_twice_is_asked_back():
    night = {"now_ms": BEFORE_THE_CHANGE_MS, "typed_ms": BEFORE_THE_CHANGE_MS}
    asked = due("01:30", **night)
    assert not asked.flaw.is_refused
    assert (asked.flaw.fix, asked.flaw.keep) == ("Before (BST)", "After (GMT)")
    before = due("01:30", **night, answer="before")
    after = due("01:30", **night, answer="after")
    assert after.moment.utc_ms - before.moment.utc_ms == 3_600_000


@pytest.mark.parametrize("server_ahead_ms", [3 * HOUR_MS, -3 * HOUR_MS])
def test_what_is_due_counts_from_the_servers_clock_whichever_way_this_pc_s_is_wrong(
    server_ahead_ms,
):
    true_ms = START_MS + server_ahead_ms
    found = due("+1h", server_ahead_ms=server_ahead_ms)
    assert found.moment == moment_at(true_ms + HOUR_MS, ZONE)
    at = format_time(found.moment)
    assert due(at, server_ahead_ms=server_ahead_ms).moment.utc_ms // 60_000 == (
        found.moment.utc_ms // 60_000
    )


def test_a_draft_still_means_the_servers_time_of_when_it_was_typed():
    later = {"now_ms": START_MS + HOUR_MS, "server_ahead_ms": -3 * HOUR_MS}
    assert due("+2h", **later).moment == moment_at(START_MS - HOUR_MS, ZONE)
    assert due("+30m", **later).flaw.text == "This time has passed. Enter a time to come."


def test_a_time_that_was_signed_is_understood_though_it_has_passed():
    signed = moment_at(START_MS - 3 * HOUR_MS + 4_321, ZONE)
    assert understood(as_it_was(signed), clock(), ZONE).moment == signed
