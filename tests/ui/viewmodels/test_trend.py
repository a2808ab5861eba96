from __future__ import annotations

from sonar_core.clinical.observed_score import score_observations
from sonar_core.moments import MINUTE_MS, moment_at
from sonar_core.records.observation_set import Consciousness, ObservationSet
from sonar_core.records.patient import Patient
from sonar_desktop.ui.viewmodels.trend import Window, trend_of

ZONE = "Europe/London"
NOW = moment_at(1_794_666_720_000, ZONE)  # 14-Nov-2026 14:32 in London
PERSON = Patient(id="p", family="BARROW", given="Connor", birth_date="1989-03-04")


def observed(minutes_ago, **values):
    at = moment_at(NOW.utc_ms - minutes_ago * MINUTE_MS, ZONE)
    normal = {
        "respiratory_rate": 16,
        "spo2": 97,
        "on_oxygen": False,
        "systolic_bp": 120,
        "diastolic_bp": 80,
        "pulse": 70,
        "consciousness": Consciousness.ALERT,
        "temperature": "36.8",
    }
    one = ObservationSet(
        id=str(minutes_ago),
        patient="p",
        performed_at=at,
        recorded_at=at,
        recorded_by="u",
        performed_by="u",
        **(normal | values),
    )
    score = score_observations(one, PERSON)
    return ObservationSet(
        **{f: getattr(one, f) for f in one.__struct_fields__ if f != "news2"}, news2=score
    )


def panel(trend, title):
    return next(one for one in trend.panels if one.title.startswith(title))


def test_readings_stand_oldest_first_and_the_one_on_the_form_is_open():
    trend = trend_of([observed(60), observed(30)], observed(0, pulse=114), Window.TWO_HOURS, NOW)
    points = panel(trend, "Pulse").points
    assert [(one.text, one.is_signed) for one in points] == [
        ("70", True),
        ("70", True),
        ("114", False),
    ]
    assert [mark.total for mark in trend.marks] == [0, 0, 2]
    assert trend.marks[-1].time == "14:32"


def test_two_hours_leave_out_what_is_older_and_all_shows_it():
    sets = [observed(300), observed(10)]
    assert len(panel(trend_of(sets, None, Window.TWO_HOURS, NOW), "Pulse").points) == 1
    assert len(panel(trend_of(sets, None, Window.SIX_HOURS, NOW), "Pulse").points) == 2
    assert len(panel(trend_of(sets, None, Window.ALL, NOW), "Pulse").points) == 2


def test_the_scoring_ranges_are_those_of_the_rcp_table():
    ranges = panel(trend_of([], None, Window.TWO_HOURS, NOW), "Resp").ranges
    assert [(one.high, one.score) for one in ranges] == [(8, 3), (11, 1), (24, 2), (30, 3)]


def test_scale_two_on_oxygen_draws_its_own_ranges_and_says_so():
    one = observed(5, spo2=95, spo2_scale=2, on_oxygen=True)
    shown = panel(trend_of([one], None, Window.TWO_HOURS, NOW), "SpO2")
    assert shown.title == "SpO2 %, oxygen, scale 2"
    assert shown.ranges[-1].score == 3


def test_a_value_outside_the_usual_axis_widens_it_and_pressure_keeps_both_numbers():
    shown = panel(trend_of([observed(5, systolic_bp=230)], None, Window.TWO_HOURS, NOW), "BP")
    assert shown.high == 230
    assert (shown.points[0].text, shown.points[0].lower) == ("230/80", 80)


def test_ticks_are_clock_times_in_hours_and_dates_over_weeks():
    assert ("14:00") in [words for _at, words in _ticks(Window.TWO_HOURS, 60)]
    days = _ticks(Window.ALL, 60 * 24 * 20)
    assert len(days) <= 6
    assert all(words[2] == "-" for _at, words in days)


def _ticks(window, minutes_ago):
    return trend_of([observed(minutes_ago)], None, window, NOW).span.ticks
