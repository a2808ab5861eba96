"""What the marks of the board mean, in one line below it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.painters import NewsBand, SyncMark

_SCORES: Final = (
    (NewsBand.LOW, 1, "Low 0 to 4"),
    (NewsBand.LOW_MEDIUM, 3, "Low-medium, one 3"),
    (NewsBand.MEDIUM, 5, "Medium 5 to 6"),
    (NewsBand.HIGH, 7, "High 7 or more"),
    (NewsBand.NOT_SCORED, None, "Not scored"),
)
_COPIES: Final = (
    (SyncMark.CENTRAL, "Saved centrally"),
    (SyncMark.LOCAL, "Waiting to send"),
    (SyncMark.DECISION, "Needs a decision"),
)
_HEIGHT: Final = 26
_MARK: Final = 18


class BoardLegend(QWidget):
    """The five shapes of NEWS2 and the marks of the copies; what does not fit is left out."""

    def __init__(self) -> None:
        """Say in words what is drawn."""
        super().__init__()
        words = [text for *_, text in _SCORES] + [text for _, text in _COPIES]
        self.setAccessibleName("Legend: " + ", ".join(words))

    def sizeHint(self) -> QSize:
        """Return one line."""
        return QSize(200, current().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return one line."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw marks with their words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = current().px(_MARK)
        middle = self.height() / 2
        x = 2 + painters.draw_line(painter, 2, middle, "NEWS2", "meta", "ink3") + 12
        for band, total, text in _SCORES:
            width = size + 6 + painters.text_width(text, "meta")
            if x + width > self.width():
                return
            box = QRectF(x, middle - size / 2, size, size)
            painters.draw_news2_mark(painter, box, band, total)
            painters.draw_line(painter, x + size + 6, middle, text, "meta", "ink2")
            x += width + 14
        x += 14
        for mark, text in _COPIES:
            width = size + 6 + painters.text_width(text, "meta")
            if x + width > self.width():
                return
            painters.draw_sync_icon(painter, x, middle - size / 2, mark, _MARK)
            painters.draw_line(painter, x + size + 6, middle, text, "meta", "ink2")
            x += width + 14
