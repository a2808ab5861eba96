from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QPainter

from sonar_desktop.ui.widgets.painted import PaintedLabel


class Square(PaintedLabel):
    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(20, 20)

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), 0xFF123456)


def test_a_mark_is_read_out_as_text(shown):
    mark = shown(Square("NEWS2 6, medium"))
    seen = QAccessible.queryAccessibleInterface(mark)
    assert seen.role() == QAccessible.Role.StaticText
    assert seen.text(QAccessible.Text.Name) == "NEWS2 6, medium"
    mark.set_words("NEWS2 7, high")
    assert seen.text(QAccessible.Text.Name) == "NEWS2 7, high"


def test_a_mark_is_never_smaller_than_its_picture(shown):
    mark = shown(Square("x"))
    assert mark.minimumSizeHint() == QSize(20, 20)
    assert mark.grab().toImage().pixel(10, 10) == 0xFF123456


def test_a_mark_must_say_how_it_is_painted(qtbot):
    mark = PaintedLabel("x")
    qtbot.addWidget(mark)
    with pytest.raises(NotImplementedError):
        mark.paint(QPainter())
