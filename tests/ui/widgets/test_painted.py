from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QSize
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
    mark.set_words("NEWS2 7, high", 7)
    assert seen.text(QAccessible.Text.Name) == "NEWS2 7, high"


def test_a_mark_is_painted_anew_only_when_words_or_look_differ(shown, qtbot):
    painted = []

    class Counted(Square):
        def paint(self, painter: QPainter) -> None:
            painted.append(self.text())
            super().paint(painter)

    mark = shown(Counted("a"))

    def paints_after(words: str, look: object) -> int:
        painted.clear()
        mark.set_words(words, look)
        QCoreApplication.processEvents()
        return len(painted)

    assert paints_after("a", 1) == 1
    assert paints_after("a", 1) == 0
    assert paints_after("a", 2) == 1
    assert paints_after("b", 2) == 1


def test_a_mark_is_never_smaller_than_its_picture(shown):
    mark = shown(Square("x"))
    assert mark.minimumSizeHint() == QSize(20, 20)
    assert mark.grab().toImage().pixel(10, 10) == 0xFF123456


def test_a_mark_must_say_how_it_is_painted(qtbot):
    mark = PaintedLabel("x")
    qtbot.addWidget(mark)
    with pytest.raises(NotImplementedError):
        mark.paint(QPainter())
