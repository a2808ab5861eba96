from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from sonar_desktop.ui.screens.mar_time import paint_time
from sonar_desktop.ui.theme import current


def test_before_custody_is_hatched_and_now_is_an_ink_line(light):
    image = QImage(400, 40, QImage.Format.Format_RGB32)
    image.fill(current().colour("surface"))
    painter = QPainter(image)
    rect = QRectF(0, 0, 400, 40)
    paint_time(painter, rect, arrived=120, now=300, ticks=(200,), is_chosen=False)
    painter.end()
    before = {image.pixel(x, 20) for x in range(100)}
    here = {image.pixel(x, 20) for x in range(140, 190)}
    later = {image.pixel(x, 20) for x in range(310, 390)}
    assert len(before) > 1
    assert here == {current().colour("surface").rgb()}
    assert later == {current().colour("raised").rgb()}
    assert image.pixel(300, 20) == current().colour("ink").rgb()
