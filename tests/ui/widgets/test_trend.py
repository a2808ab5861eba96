from __future__ import annotations

import pytest

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painters import NewsBand
from sonar_desktop.ui.widgets.trend import (
    News2Track,
    TimeAxis,
    TrackMark,
    TrendChart,
    TrendPoint,
    TrendSeries,
    Zone,
)
from tests.ui.widgets.conftest import colours_in, picture

AXIS = TimeAxis(start=780, end=890, ticks=((780, "13:00"), (840, "14:00")))


def point(at: int, value: float, **more) -> TrendPoint:
    return TrendPoint(at=at, value=value, text=f"{value:g}", **more)


def series(*points: TrendPoint, zones: tuple[Zone, ...] = ()) -> TrendSeries:
    return TrendSeries(
        title="Resp rate /min", low=6, high=32, ticks=(12, 20, 25), zones=zones, points=points
    )


def chart(shown, *all_series: TrendSeries) -> TrendChart:
    return shown(TrendChart(AXIS, all_series), 420, 100 * max(len(all_series), 1))


def test_every_reading_is_said_in_words_oldest_first(shown):
    made = chart(
        shown,
        series(point(780, 21), point(840, 22, signed=False)),
        TrendSeries(title="Temp °C", low=34, high=40, ticks=(36,)),
    )
    assert made.text() == "Resp rate /min: 21, 22 not signed. Temp °C: no readings yet"


def test_a_reading_that_is_not_signed_is_blue_and_hollow(shown):
    signed = chart(shown, series(point(780, 21), point(840, 22)))
    unsigned = chart(shown, series(point(780, 21), point(840, 22, signed=False)))
    assert current().colours["accent"] not in colours_in(picture(signed))
    assert current().colours["accent"] in colours_in(picture(unsigned))


@pytest.mark.parametrize(
    ("score", "token"), [(1, "cautionsoft"), (2, "warnsoft"), (3, "dangersoft")]
)
def test_a_range_that_scores_is_tinted_behind_the_line(shown, score, token):
    made = chart(shown, series(zones=(Zone(low=6, high=20, score=score),)))
    assert current().colours[token] in colours_in(picture(made))


def test_one_reading_is_said_and_not_drawn_as_a_line(shown):
    none, one, two = (
        picture(chart(shown, series(*points)))
        for points in ((), (point(800, 21),), (point(800, 21), point(830, 21)))
    )
    assert none != one != two


def test_blood_pressure_is_a_bar_between_its_two_values(shown):
    high = TrendPoint(at=800, value=30, lower=10, text="30/10")
    plain = picture(chart(shown, series(point(800, 30), point(840, 30))))
    barred = picture(chart(shown, series(high, high)))
    ink = current().colour("ink2").rgb()

    def count(image) -> int:
        return sum(
            image.pixel(x, y) == ink for x in range(image.width()) for y in range(image.height())
        )

    assert barred != plain
    assert count(barred) > 40
    assert chart(shown, series(high)).text() == "Resp rate /min: 30/10"


@pytest.mark.parametrize("value", [-40, 400])
def test_a_value_off_the_axis_is_drawn_at_its_edge(shown, value):
    made = chart(shown, series(point(780, 20), point(885, value)))
    assert not picture(made).isNull()


def test_new_readings_change_picture_and_words(shown):
    made = chart(shown, series(point(780, 20)))
    before = picture(made)
    made.set_data(AXIS, (series(point(780, 20), point(800, 25)),))
    assert made.text() == "Resp rate /min: 20, 25"
    assert picture(made) != before


def test_a_chart_without_panels_paints_nothing(shown):
    made = chart(shown)
    assert made.text() == ""
    assert len(colours_in(picture(made))) == 1


def test_panels_have_room_for_their_text(qtbot, put_on):
    made = TrendChart(AXIS, (series(), series()))
    qtbot.addWidget(made)
    before = made.sizeHint().height()
    put_on("light", 200)
    assert made.sizeHint().height() == before * 2


def test_the_track_says_each_total_with_its_band_and_time(shown):
    marks = (
        TrackMark(at=780, band=NewsBand.LOW, total=1, time="13:00"),
        TrackMark(at=870, band=NewsBand.HIGH, total=7, time="14:30"),
    )
    track = shown(News2Track(AXIS, marks), 420, 44)
    assert track.text() == "NEWS2 1, low at 13:00. NEWS2 7, high at 14:30"
    assert current().colours["dangerfill"] in colours_in(picture(track))
    track.set_data(AXIS, ())
    assert track.text() == "NEWS2: no readings yet"
    assert current().colours["dangerfill"] not in colours_in(picture(track))
    assert track.sizeHint().height() == 44


def test_track_and_panels_share_one_time_axis(shown):
    marks = (TrackMark(at=885, band=NewsBand.HIGH, total=7, time="14:45"),)
    track = picture(shown(News2Track(AXIS, marks), 420, 44))
    panels = picture(chart(shown, series(point(780, 10), point(885, 19, signed=False))))
    red, blue = current().colour("dangerfill").rgb(), current().colour("accent").rgb()
    shape = [x for x in range(420) if track.pixel(x, 12) == red]
    ring = [x for x in range(420) if any(panels.pixel(x, y) == blue for y in range(25, 75))]
    assert abs((shape[0] + shape[-1]) / 2 - (max(ring) - 5)) <= 4
