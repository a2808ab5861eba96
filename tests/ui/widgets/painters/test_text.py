from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painters.text import (
    draw_line,
    draw_middle,
    draw_right,
    draw_wrapped,
    line_height,
    text_width,
    wrap,
)

LONG_NAME = "FEATHERSTONEHAUGH-CHOLMONDELEY-RAMAKRISHNAN-OKONKWO-FITZGERALD"


def inked_columns(draw) -> list[int]:
    image = QImage(200, 40, QImage.Format.Format_RGB32)
    image.fill(current().colour("surface"))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    back = image.pixel(0, 0)
    return [x for x in range(200) if any(image.pixel(x, y) != back for y in range(40))]


@pytest.mark.parametrize("width", [40, 90, 200, 1000])
@pytest.mark.parametrize("text", [LONG_NAME, "W" * 60, "Penicillin: anaphylaxis, 2019"])
def test_wrapping_loses_no_letter_and_never_puts_dots(text, width):
    lines = wrap(text, "strong", width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, "strong") <= width for line in lines if len(line) > 1)


def test_line_feeds_are_kept_and_an_empty_line_too():
    assert wrap("one\n\ntwo", "body", 500) == ("one", "", "two")


def test_a_text_takes_more_lines_when_it_grows(put_on):
    before = len(wrap(LONG_NAME, "h1", 400))
    put_on("light", 200)
    assert len(wrap(LONG_NAME, "h1", 400)) > before


def test_a_line_begins_ends_or_centres_where_it_is_put():
    left = inked_columns(lambda p: draw_line(p, 50, 20, "M4", "strong", "ink"))
    right = inked_columns(lambda p: draw_right(p, 150, 20, "M4", "strong", "ink"))
    middle = inked_columns(lambda p: draw_middle(p, 100, 20, "M4", "strong", "ink"))
    assert 49 <= left[0] <= 53
    assert 146 <= right[-1] <= 150
    assert abs((middle[0] + middle[-1]) / 2 - 100) <= 2


def test_wrapped_text_says_how_high_it_is():
    image = QImage(120, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    height = draw_wrapped(painter, 0, 0, 120, LONG_NAME, "body", "ink")
    painter.end()
    assert height == line_height("body") * len(wrap(LONG_NAME, "body", 120))
    assert height > line_height("body")
