from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sonar_core.medicines.schedule import is_time_of_day, slots_between

ZONE = "Europe/London"


def ms(text):
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def local(instants):
    zone = ZoneInfo(ZONE)
    return [datetime.fromtimestamp(one / 1000, zone).isoformat() for one in instants]


def test_doses_are_due_at_the_times_of_day_of_the_suite_in_summer_and_winter():
    first, last = ms("2026-10-24T12:00:00+01:00"), ms("2026-10-26T12:00:00+00:00")
    assert local(slots_between(("18:00", "08:00"), ZONE, first, last)) == [
        "2026-10-24T18:00:00+01:00",
        "2026-10-25T08:00:00+00:00",
        "2026-10-25T18:00:00+00:00",
        "2026-10-26T08:00:00+00:00",
    ]


def test_in_the_hour_that_comes_twice_a_dose_is_due_the_first_time_only():
    first, last = ms("2026-10-25T00:00:00+01:00"), ms("2026-10-25T06:00:00+00:00")
    assert local(slots_between(("01:30",), ZONE, first, last)) == ["2026-10-25T01:30:00+01:00"]


def test_in_the_hour_that_is_left_out_a_dose_is_due_when_the_clocks_have_gone_forward():
    first, last = ms("2026-03-29T00:00:00+00:00"), ms("2026-03-29T06:00:00+01:00")
    assert local(slots_between(("01:30",), ZONE, first, last)) == ["2026-03-29T02:00:00+01:00"]


def test_both_ends_belong_and_two_names_of_one_time_are_one_slot():
    noon = ms("2026-11-14T12:00:00+00:00")
    assert slots_between(("12:00", "12:00"), ZONE, noon, noon) == (noon,)
    assert slots_between(("12:00",), ZONE, noon + 1, noon) == ()
    assert slots_between((), ZONE, noon, noon) == ()


@pytest.mark.parametrize("text", ["08:00", "23:59", "00:00"])
def test_a_time_of_day_has_two_figures_each(text):
    assert is_time_of_day(text)


@pytest.mark.parametrize(
    "text", ["8:00", "24:00", "12:60", "0800", "ab:cd", "", "08:00:00", "²1:00"]
)
def test_anything_else_is_none(text):
    assert not is_time_of_day(text)
