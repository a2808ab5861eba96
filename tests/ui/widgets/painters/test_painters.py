from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.icons import icon_pixmap
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.painters import (
    CountdownFace,
    CountdownKind,
    NewsBand,
    SyncMark,
    draw_care_level,
    draw_countdown,
    draw_line,
    draw_news2_mark,
    draw_sync_icon,
)

ROWS = 15


def paint_rows(image: QImage) -> None:
    image.fill(current().colour("surface"))
    painter = QPainter(image)
    face = CountdownFace(kind=CountdownKind.LATE, text="Rouse 6min late")
    for row in range(ROWS):
        centre = row * 48 + 24
        for column in range(9):
            draw_line(painter, column * 120, centre - 8, "BARROW, Connor (Mr)", "strong", "ink")
            draw_line(painter, column * 120, centre + 8, "37y M · NF/3417", "meta", "ink3")
        draw_care_level(painter, QRectF(240, centre - 10, 22, 20), 2)
        draw_news2_mark(painter, QRectF(350, centre - 15, 30, 30), NewsBand.MEDIUM, 6)
        draw_countdown(painter, QRectF(480, centre - 24, 108, 48), face)
        draw_sync_icon(painter, 1240, centre - 9, SyncMark.LOCAL, 18)
    painter.end()


def test_everything_named_for_delegates_is_there():
    for name in painters.__all__:
        assert getattr(painters, name) is not None


def test_a_second_board_renders_no_icon_and_makes_no_font_again():
    image = QImage(1288, ROWS * 48, QImage.Format.Format_ARGB32_Premultiplied)
    paint_rows(image)
    misses, fonts = icon_pixmap.cache_info().misses, len(current()._fonts)
    sized = len(current()._sized)
    first = image.copy()
    paint_rows(image)
    assert icon_pixmap.cache_info().misses == misses
    assert (len(current()._fonts), len(current()._sized)) == (fonts, sized)
    assert image == first


def test_painting_leaves_the_painter_as_it_was():
    image = QImage(200, 60, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(current().colour("surface"))
    painter = QPainter(image)
    before = (painter.renderHints(), painter.brush().style(), painter.transform())
    draw_news2_mark(painter, QRectF(0, 0, 30, 30), NewsBand.HIGH, 7)
    draw_care_level(painter, QRectF(40, 0, 22, 20), 2)
    assert (painter.renderHints(), painter.brush().style(), painter.transform()) == before
    painter.end()
