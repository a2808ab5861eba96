from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.moments import Precision, format_moment, iso_text, moment_at, moment_from_iso
from sonar_core.typed_time import (
    TypedOutcome,
    judge_moment,
    late_by_ms,
    read_date,
    read_due_time,
    read_time,
)

LONDON = "Europe/London"
ACCEPTED, REFUSED = TypedOutcome.ACCEPTED, TypedOutcome.REFUSED
ASK_FUTURE, ASK_WHICH = TypedOutcome.ASK_FUTURE, TypedOutcome.ASK_WHICH_HOUR
HOW = "Enter a time as 14:32, 1432, -30m, now, yesterday 21:00, approx 11:30 or unknown."


def _ms(text):
    return moment_from_iso(text, LONDON).utc_ms


def _read(typed, now="2026-11-14T14:32:00+00:00", latest=None):
    return read_time(typed, now_ms=_ms(latest or now), zone=LONDON)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("now", "14-Nov-2026 14:32"),
        (" NOW ", "14-Nov-2026 14:32"),
        ("1430", "14-Nov-2026 14:30"),
        ("14:30", "14-Nov-2026 14:30"),
        ("9:05", "14-Nov-2026 09:05"),
        ("0000", "14-Nov-2026 00:00"),
        ("-30m", "14-Nov-2026 14:02"),
        ("-2h", "14-Nov-2026 12:32"),
        ("- 1h 30 min", "14-Nov-2026 13:02"),
        ("-1hr30m", "14-Nov-2026 13:02"),
        ("-15h", "13-Nov-2026 23:32"),
        ("today 14:30", "14-Nov-2026 14:30"),
        ("yesterday 21:00", "13-Nov-2026 21:00"),
        ("Yesterday  2100", "13-Nov-2026 21:00"),
        ("01-Nov-2026 08:15", "01-Nov-2026 08:15"),
        ("1/11/2026 0815", "01-Nov-2026 08:15"),
        ("1 nov 2026 08:15", "01-Nov-2026 08:15"),
        ("2026-11-01 08:15", "01-Nov-2026 08:15"),
        ("approx 11:30", "14-Nov-2026 Approx 11:30"),
        ("Approx. -3h", "14-Nov-2026 Approx 11:32"),
        ("approx yesterday 11:30", "13-Nov-2026 Approx 11:30"),
        ("14-Nov-2026 Approx 11:30", "14-Nov-2026 Approx 11:30"),
        ("approx now", "14-Nov-2026 Approx 14:32"),
        ("14:30 gmt", "14-Nov-2026 14:30"),
        ("14:34", "14-Nov-2026 14:34"),
        ("unknown", "Unknown"),
    ],
)
def test_a_time_is_read_as_people_type_it(typed, text):
    read = _read(typed)

    assert read.outcome is ACCEPTED
    assert format_moment(read.moment) == text


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_typed_is_no_time_and_no_problem(typed):
    read = _read(typed)

    assert (read.outcome, read.moment, read.text) == (TypedOutcome.EMPTY, None, None)


@pytest.mark.parametrize(
    "typed",
    [
        "soon", "24:00", "14:60", "930", "14.32", "143", "14325", "-", "-h", "30m", "+30m",
        "approx", "approx unknown", "later 14:00", "31-Feb-2026 10:00", "01-Foo-2026 10:00",
        "01-Nov-1026 10:00", "01-Nov-9999 10:00", "13/13/2026 10:00", "１４:30", "14:3２",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_and_the_ways_to_type_one_are_shown(typed):
    read = _read(typed)

    assert (read.outcome, read.moment, read.text) == (REFUSED, None, HOW)


def test_up_to_two_minutes_ahead_is_taken_as_it_is():
    assert _read("14:34").outcome is ACCEPTED
    assert _read("14:34").text is None


def test_more_than_two_minutes_ahead_is_asked_back():
    read = _read("14:50")

    assert read.outcome is ASK_FUTURE
    assert read.text == "14:50 is in the future. It is 14:32 now."
    assert format_moment(read.moment) == "14-Nov-2026 14:50"


def test_tomorrow_is_shown_with_its_date():
    read = _read("tomorrow 02:00")

    assert read.outcome is ASK_FUTURE
    assert read.text == (
        "15-Nov-2026 02:00 is in the future. It is 14-Nov-2026 14:32 now."
    )  # fmt: skip


def test_more_than_twelve_hours_ahead_is_refused():
    read = _read("tomorrow 02:33")

    assert (read.outcome, read.moment, read.guess) == (REFUSED, None, None)


def test_just_after_midnight_an_evening_time_is_offered_as_yesterday():
    read = _read("2350", now="2026-11-14T00:10:00+00:00")

    assert read.outcome is REFUSED
    assert read.text == ("23:50 is in the future. It is 00:10 now. Did you mean yesterday 23:50?")
    assert _read(read.guess, now="2026-11-14T00:10:00+00:00").outcome is ACCEPTED


def test_the_future_is_judged_against_the_later_of_pc_and_server():
    server = "2026-11-14T14:50:00+00:00"

    assert _read("14:51", latest=server).outcome is ACCEPTED
    asked = _read("14:53", latest=server)
    assert asked.outcome is ASK_FUTURE
    assert asked.text == "14:53 is in the future. It is 14:50 now."


def test_after_more_than_fifteen_minutes_the_entry_is_late_and_the_reason_is_asked():
    on_time, late = _read("14:17"), _read("14:16")

    assert (on_time.late_by_ms, on_time.text) == (None, None)
    assert late.late_by_ms == 16 * 60_000
    assert late.text == "This happened 16min ago. Why is it written now?"


def test_a_dose_given_at_14_05_and_written_at_18_40_is_a_late_entry_with_both_times():
    read = _read("14:05", now="2026-11-14T18:40:00+00:00")

    assert format_moment(read.moment) == "14-Nov-2026 14:05"
    assert read.text == "This happened 4hr 35min ago. Why is it written now?"


def test_an_unknown_time_is_never_late():
    read = _read("unknown")

    assert read.moment.precision is Precision.UNKNOWN
    assert late_by_ms(read.moment, written_ms=read.moment.utc_ms + 10**9) is None


def test_half_past_one_of_the_night_the_clocks_go_back_is_asked():
    read = _read("approx 0130", now="2026-10-25T08:00:00+00:00")

    assert read.outcome is ASK_WHICH
    assert read.moment is None
    assert read.text == (
        "01:30 happened twice this night. Was it before or after the clocks went back?"
    )
    assert [iso_text(one) for one in read.candidates] == [
        "2026-10-25T01:30:00+01:00",
        "2026-10-25T01:30:00+00:00",
    ]
    assert {one.precision for one in read.candidates} == {Precision.APPROX}


def test_the_hour_chosen_is_judged_like_any_other():
    now = _ms("2026-10-25T01:40:00+01:00")
    before, after = read_time("0130", now_ms=now, zone=LONDON).candidates

    assert judge_moment(before, now_ms=now).outcome is ACCEPTED
    assert judge_moment(after, now_ms=now).outcome is ASK_FUTURE


@pytest.mark.parametrize(("word", "offset"), [("bst", 60), ("GMT", 0)])
def test_the_zone_written_after_the_time_answers_the_question(word, offset):
    read = _read(f"0130 {word}", now="2026-10-25T08:00:00+00:00")

    assert read.outcome is ACCEPTED
    assert read.moment.offset_minutes == offset


def test_a_zone_that_was_not_in_force_is_refused():
    read = _read("14:30 bst")

    assert (read.outcome, read.text) == (REFUSED, "14-Nov-2026 14:30 was not BST here.")


def test_half_past_one_of_the_night_the_clocks_go_forward_is_refused():
    read = _read("01:30", now="2026-03-29T08:00:00+01:00")

    assert read.outcome is REFUSED
    assert read.text == ("01:30 did not happen on 29-Mar-2026: the clocks went forward over it.")


def test_minus_two_hours_over_a_clock_change_is_two_real_hours():
    read = _read("-2h", now="2026-10-25T02:30:00+00:00")

    assert iso_text(read.moment) == "2026-10-25T01:30:00+01:00"


@given(st.integers(946_684_800, 1_795_000_000))
def test_what_is_shown_is_read_back_as_the_same_minute(second):
    shown = moment_at(second // 60 * 60_000, LONDON)

    read = _read(format_moment(shown), now="2026-12-31T00:00:00+00:00")

    assert read.outcome is ACCEPTED
    assert read.moment == shown


@given(st.text())
def test_no_text_breaks_the_field(text):
    for read in (_read(text), read_due_time(text, now_ms=0, zone=LONDON)):
        assert isinstance(read.outcome, TypedOutcome)
        assert (read.text is not None) or read.outcome in {ACCEPTED, TypedOutcome.EMPTY}


def _due(typed, now="2026-11-14T14:32:00+00:00"):
    return read_due_time(typed, now_ms=_ms(now), zone=LONDON)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("+1h", "14-Nov-2026 15:32"),
        ("+ 1h 15m", "14-Nov-2026 15:47"),
        ("16:00", "14-Nov-2026 16:00"),
        ("0900", "15-Nov-2026 09:00"),
        ("tomorrow 09:00", "15-Nov-2026 09:00"),
        ("20-Nov-2026 10:00", "20-Nov-2026 10:00"),
    ],
)
def test_a_due_time_is_read_as_one_to_come(typed, text):
    read = _due(typed)

    assert read.outcome is ACCEPTED
    assert format_moment(read.moment) == text


def test_a_due_time_that_has_passed_is_refused():
    read = _due("yesterday 10:00")

    assert (read.outcome, read.text) == (
        REFUSED,
        "13-Nov-2026 10:00 has passed. Enter a time to come.",
    )


@pytest.mark.parametrize("typed", ["-30m", "later", "unknown"])
def test_what_is_no_due_time_is_refused_with_the_ways_to_type_one(typed):
    read = _due(typed)

    assert (read.outcome, read.text) == (
        REFUSED,
        "Enter a time as +1h, +30m, 16:00 or tomorrow 09:00.",
    )


def test_a_due_time_in_the_hour_that_comes_twice_is_asked():
    read = _due("0130", now="2026-10-24T22:00:00+01:00")

    assert read.outcome is ASK_WHICH
    assert len(read.candidates) == 2


def test_nothing_typed_as_due_is_nothing():
    assert _due(" ").outcome is TypedOutcome.EMPTY


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (" 04-MAR-1989 ", date(1989, 3, 4)),
        ("today", date(2026, 11, 14)),
        ("31/02/2026", None),
        ("", None),
    ],
)
def test_a_date_is_read_alone(typed, day):
    assert read_date(typed, date(2026, 11, 14)) == day
