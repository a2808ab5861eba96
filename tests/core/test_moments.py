from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.moments import (
    Moment,
    Precision,
    age_in_years,
    elapsed_minutes,
    format_date,
    format_duration,
    format_moment,
    format_time,
    instants_of_wall_clock,
    iso_text,
    moment_at,
    moment_from_iso,
    utc_datetime,
    utc_ms_of,
    wall_date,
    zone_abbreviation,
)

LONDON = "Europe/London"
VECTORS = json.loads(
    (Path(__file__).parent / "vectors" / "clinical_times_dst.json").read_text(encoding="utf-8")
)["vectors"]
JUDGED = [vector for vector in VECTORS if isinstance(vector["expected"], dict)]


def _iso(text):
    return moment_from_iso(text, LONDON)


@pytest.mark.parametrize("vector", JUDGED, ids=[vector["id"] for vector in JUDGED])
def test_an_interval_over_a_clock_change_is_the_published_one(vector):
    start, end = _iso(vector["input"]["start"]), _iso(vector["input"]["end"])

    assert {
        "elapsed_minutes": elapsed_minutes(start, end),
        "start_utc": utc_datetime(start.utc_ms).isoformat(),
        "end_utc": utc_datetime(end.utc_ms).isoformat(),
    } == vector["expected"]


def test_eight_published_intervals_are_judged():
    assert len(JUDGED) == 8


@pytest.mark.parametrize(
    ("utc", "offset", "text"),
    [
        ("2026-11-14T14:32:00", 0, "14-Nov-2026 14:32"),
        ("2026-06-01T23:30:00", 60, "02-Jun-2026 00:30"),
        ("2026-10-25T00:30:00", 60, "25-Oct-2026 01:30 BST"),
        ("2026-10-25T01:30:00", 0, "25-Oct-2026 01:30 GMT"),
        ("2026-10-25T02:00:00", 0, "25-Oct-2026 02:00"),
    ],
)
def test_a_moment_is_shown_on_the_clock_of_the_place(utc, offset, text):
    moment = moment_at(utc_ms_of(datetime.fromisoformat(utc).replace(tzinfo=UTC)), LONDON)

    assert moment.offset_minutes == offset
    assert format_moment(moment) == text


def test_an_approximate_time_says_so_and_an_unknown_one_shows_no_time():
    utc_ms = _iso("2026-11-14T11:30:00+00:00").utc_ms
    approx = moment_at(utc_ms, LONDON, Precision.APPROX)
    unknown = moment_at(utc_ms, LONDON, Precision.UNKNOWN)

    assert (format_time(approx), format_moment(approx)) == (
        "Approx 11:30",
        "14-Nov-2026 Approx 11:30",
    )
    assert (format_time(unknown), format_moment(unknown)) == ("Unknown", "Unknown")


def test_midnight_is_00_00_of_the_new_day():
    moment = _iso("2026-06-02T00:00:00+01:00")

    assert format_time(moment) == "00:00"
    assert wall_date(moment) == date(2026, 6, 2)
    assert utc_datetime(moment.utc_ms).date() == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("day", "text"), [(date(1989, 3, 4), "04-Mar-1989"), (date(2026, 12, 31), "31-Dec-2026")]
)
def test_a_date_is_day_month_in_letters_and_four_digits_of_year(day, text):
    assert format_date(day) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"),
        (20_999, "20s"),
        (59_999, "59s"),
        (60_000, "1min"),
        (26 * 60_000, "26min"),
        (3_600_000, "1hr"),
        (11_520_000, "3hr 12min"),
        (86_399_999, "23hr 59min"),
        (86_400_000, "1d"),
        (2 * 86_400_000 + 3 * 3_600_000 + 59 * 60_000, "2d 3hr"),
    ],
)
def test_a_duration_has_units_and_no_decimals(milliseconds, text):
    assert format_duration(milliseconds) == text


def test_a_negative_duration_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="not negative"):
        format_duration(-1)


def test_the_night_the_clocks_go_back_has_half_past_one_twice():
    first, second = instants_of_wall_clock(datetime(2026, 10, 25, 1, 30), LONDON)  # noqa: DTZ001

    assert second - first == 3_600_000
    assert [zone_abbreviation(moment_at(at, LONDON)) for at in (first, second)] == ["BST", "GMT"]


def test_the_night_the_clocks_go_forward_has_no_half_past_one():
    assert instants_of_wall_clock(datetime(2026, 3, 29, 1, 30), LONDON) == ()  # noqa: DTZ001
    assert len(instants_of_wall_clock(datetime(2026, 3, 29, 2, 0), LONDON)) == 1  # noqa: DTZ001


@given(st.integers(0, 4_102_444_800_000))
def test_what_is_written_as_iso_is_read_back_as_the_same_second(utc_ms):
    moment = moment_at(utc_ms - utc_ms % 1000, LONDON)

    assert moment_from_iso(iso_text(moment), LONDON) == moment


@given(st.integers(0, 4_102_444_800_000))
def test_an_instant_is_always_one_of_the_instants_of_its_wall_clock(utc_ms):
    moment = moment_at(utc_ms, "Europe/London")
    wall = datetime.fromisoformat(iso_text(moment)).replace(tzinfo=None)

    assert utc_ms - utc_ms % 1000 in instants_of_wall_clock(wall, LONDON)


def test_iso_text_carries_the_offset_of_the_wall_clock():
    assert iso_text(_iso("2026-10-25T01:30:00+01:00")) == "2026-10-25T01:30:00+01:00"
    assert iso_text(_iso("2026-10-25T01:30:00+00:00")) == "2026-10-25T01:30:00+00:00"


@pytest.mark.parametrize("text", ["2026-10-25T01:30:00", "2026-10-25", "yesterday"])
def test_a_time_without_an_offset_is_no_moment(text):
    with pytest.raises(ValueError):
        moment_from_iso(text, LONDON)


def test_a_zone_nobody_knows_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        moment_at(0, "Europe/Atlantis")


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2010, 11, 15), date(2026, 11, 14), 15),
        (date(2010, 11, 14), date(2026, 11, 14), 16),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_age_is_completed_years(born, on, years):
    assert age_in_years(born, on) == years


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="date of birth"):
        age_in_years(date(2026, 1, 2), date(2026, 1, 1))


def test_a_moment_is_a_value_that_cannot_be_changed():
    moment = Moment(utc_ms=0, zone=LONDON, offset_minutes=60)

    with pytest.raises(AttributeError):
        moment.utc_ms = 1
    assert moment.precision is Precision.EXACT
