from __future__ import annotations

from sonar_core.moments import DAY_MS, MINUTE_MS, format_moment, moment_at
from sonar_desktop.ui.viewmodels.time_entry import (
    TimeEntry,
    answer_of_fix,
    answer_of_keep,
    as_it_was,
    read_entry,
)

ZONE = "Europe/London"
NOW = 1_794_666_720_000  # 14-Nov-2026 14:32 in London
NIGHT_CLOCKS_GO_BACK = 1_792_891_800_000  # 25-Oct-2026 03:30 in London


def entry(typed, at=NOW):
    return TimeEntry(typed=typed, typed_ms=at)


def read(one, now=NOW, behind=0):
    return read_entry(one, now_ms=now, latest_ms=now + behind, zone=ZONE)


def test_a_time_is_echoed_with_its_date():
    assert read(entry("1430")).echo == "14-Nov-2026 14:30"
    assert read(entry("1430")).flaw is None


def test_nothing_typed_asks_for_a_time():
    assert read(entry("  ")).flaw.text == "Enter when it was done."


def test_a_draft_opened_the_next_day_still_means_the_day_it_was_typed():
    later = NOW + DAY_MS
    assert read(entry("14:20"), later).echo == "14-Nov-2026 14:20"
    assert read(entry("-30m"), later).moment.utc_ms == NOW - 30 * MINUTE_MS
    assert read(entry("14:20"), later).late.startswith("This happened 1d")


def test_a_late_time_says_how_late():
    assert read(entry("14:00")).late == "This happened 32min ago."
    assert read(entry("14:20")).late == ""


def test_an_hour_that_came_twice_is_asked_in_place_and_both_answers_differ():
    asked = entry("25-Oct-2026 01:30", NIGHT_CLOCKS_GO_BACK)
    found = read(asked, NIGHT_CLOCKS_GO_BACK)
    assert found.moment is None
    assert found.flaw.fix == "Before (BST)"
    assert found.flaw.keep == "After (GMT)"
    before = read(answer_of_fix(asked, found.flaw, 0), NIGHT_CLOCKS_GO_BACK).moment
    after = read(answer_of_keep(asked, found.flaw), NIGHT_CLOCKS_GO_BACK).moment
    assert after.utc_ms - before.utc_ms == 60 * MINUTE_MS
    assert format_moment(before) == "25-Oct-2026 01:30 BST"


def test_a_time_a_little_ahead_is_kept_with_one_press_and_needs_no_answer_once_it_has_passed():
    ahead = entry("15:00")
    found = read(ahead)
    assert not found.flaw.is_refused
    assert found.flaw.keep == "Keep"
    kept = answer_of_keep(ahead, found.flaw)
    assert read(kept).flaw is None
    assert read(ahead, NOW + 40 * MINUTE_MS).flaw is None


def test_a_pc_that_knows_it_is_behind_takes_the_true_time_unasked():
    hour = 60 * MINUTE_MS
    assert read(entry("15:30"), behind=hour).flaw is None
    assert read(entry("15:40"), behind=hour).flaw.keep == "Keep"
    assert read(entry("14-Nov-2027 12:00")).flaw.is_refused
    assert read(entry("14-Nov-2027 12:00"), behind=365 * DAY_MS).flaw is None


def test_what_was_refused_when_it_was_typed_stays_refused_when_that_time_has_come():
    early = entry("23:50", NOW - 14 * 60 * MINUTE_MS)  # typed at 00:32, and meant yesterday
    assert read(early, NOW + DAY_MS).moment is None


def test_rubbish_is_refused_and_a_guess_is_taken_with_one_press():
    assert read(entry("soon")).flaw.is_refused
    tonight = read(entry("15-Nov-2026 14:00"))
    assert tonight.moment is None
    early = entry("23:50", NOW - 14 * 60 * MINUTE_MS)  # typed at 00:32
    flaw = read(early, NOW - 14 * 60 * MINUTE_MS).flaw
    assert flaw.fix == "Use yesterday 23:50"
    taken = answer_of_fix(early, flaw, NOW - 14 * 60 * MINUTE_MS)
    assert read(taken, NOW - 14 * 60 * MINUTE_MS).echo == "13-Nov-2026 23:50"


def test_a_time_that_was_signed_is_that_one_exactly_and_asks_nothing():
    for signed_ms in (NIGHT_CLOCKS_GO_BACK - 7_200_000 + 17_321, NOW + 5 * DAY_MS, NOW - DAY_MS):
        signed = moment_at(signed_ms, ZONE)
        found = read(as_it_was(signed))
        assert (found.moment, found.flaw) == (signed, None)
        assert found.echo == as_it_was(signed).typed == format_moment(signed)
