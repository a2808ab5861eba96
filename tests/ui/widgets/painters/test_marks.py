from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painters import NewsBand, Trend
from sonar_desktop.ui.widgets.painters.marks import (
    draw_care_level,
    draw_news2_mark,
    draw_sub_score,
    draw_trend,
)

SIZE = 60
FILLED = {
    NewsBand.LOW: "newslow",
    NewsBand.LOW_MEDIUM: "cautionfill",
    NewsBand.MEDIUM: "warnfill",
    NewsBand.HIGH: "dangerfill",
}


def painted(draw) -> QImage:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(current().colour("canvas"))
    painter = QPainter(image)
    draw(painter)
    assert painter.isActive()
    painter.end()
    return image


def mark(band: NewsBand, total: int | None) -> QImage:
    return painted(lambda p: draw_news2_mark(p, QRectF(0, 0, SIZE, SIZE), band, total))


def outline(image: QImage) -> set[tuple[int, int]]:
    back = current().colour("canvas").rgb()
    return {(x, y) for x in range(SIZE) for y in range(SIZE) if image.pixel(x, y) != back}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("band", list(FILLED))
def test_a_band_is_filled_with_its_colour(band, theme, put_on):
    put_on(theme)
    image = mark(band, 5)
    wanted = current().colour(FILLED[band]).rgb()
    inside = sum(image.pixel(x, y) == wanted for x in range(SIZE) for y in range(SIZE))
    assert inside > SIZE * SIZE * 0.2


def test_the_shapes_differ_without_any_colour():
    outlines = [outline(mark(band, 5)) for band in FILLED]
    for number, one in enumerate(outlines):
        for other in outlines[number + 1 :]:
            assert len(one ^ other) > SIZE * SIZE * 0.03


def test_a_missing_score_is_dashed_and_has_no_number():
    dashed = mark(NewsBand.NOT_SCORED, None)
    ink = current().colour("ink3").rgb()
    ring = sum(dashed.pixel(x, y) == ink for x in range(SIZE) for y in range(SIZE) if y < SIZE / 4)
    whole = mark(NewsBand.LOW, 0)
    edge = current().colour("newslowline").rgb()
    full = sum(whole.pixel(x, y) == edge for x in range(SIZE) for y in range(SIZE) if y < SIZE / 4)
    assert 0 < ring < full
    assert mark(NewsBand.NOT_SCORED, None) == mark(NewsBand.NOT_SCORED, 4)


def test_two_totals_of_one_band_are_two_pictures():
    assert mark(NewsBand.HIGH, 7) != mark(NewsBand.HIGH, 17)


def score(value: int | None) -> QImage:
    return painted(lambda p: draw_sub_score(p, QRectF(0, 0, SIZE, SIZE), value))


def test_sub_scores_have_the_colours_of_the_rcp_chart():
    tokens = {0: "surface", 1: "cautionfill", 2: "warnfill", 3: "dangerfill"}
    for value, token in tokens.items():
        assert QColor(score(value).pixel(8, 8)) == current().colour(token)
    assert score(None) != score(0)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_as_many_bars_are_filled_as_the_level_says(level):
    image = painted(lambda p: draw_care_level(p, QRectF(0, 0, SIZE, SIZE), level))
    ink = current().colour("ink").rgb()
    foot = SIZE - 6
    columns = [image.pixel(x, foot) == ink for x in range(SIZE)]
    runs = sum(now and not before for before, now in zip([False, *columns], columns, strict=False))
    assert runs == level


def test_a_level_that_is_not_set_has_no_filled_bar():
    image = painted(lambda p: draw_care_level(p, QRectF(0, 0, SIZE, SIZE), None))
    ink = current().colour("ink").rgb()
    assert all(image.pixel(x, y) != ink for x in range(SIZE) for y in range(SIZE))


def test_worse_and_better_point_different_ways():
    worse = outline(painted(lambda p: draw_trend(p, 10, 10, Trend.WORSE)))
    better = outline(painted(lambda p: draw_trend(p, 10, 10, Trend.BETTER)))
    assert worse
    assert worse != better
