"""The last row of the chart: emergency medicines, always pressable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import RADIUS_WELL
from sonar_desktop.ui.widgets import painters

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_TITLE: Final = "Naloxone, adrenaline and the other emergency medicines"
_TEXT: Final = "Emergency. Never blocked by any check. Give first, record after."
_HEIGHT: Final = 52


class EmergencyRow(QPushButton):
    """A button as wide as the chart; it opens the emergency list."""

    def __init__(self) -> None:
        """Take nothing: it says the same on every chart."""
        super().__init__(_TITLE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{_TITLE}. {_TEXT}")

    def sizeHint(self) -> QSize:
        """Return the height of a target for gloves."""
        return QSize(300, current().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the whole height."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, icon and two lines."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse() or self.isDown()
        painter.setPen(QPen(theme.colour("danger" if lit else "dangerline"), 1))
        painter.setBrush(theme.colour("dangersoft"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        middle = self.height() / 2
        size = theme.px(20)
        theme.draw_icon(painter, "siren", "danger", 12, middle - size / 2, size)
        left = 12 + size + 12
        step = painters.line_height("strong") / 2 + 1
        ink = "danger" if self.isEnabled() else "disabled"
        painters.draw_line(painter, left, middle - step, self.text(), "strong", ink)
        painters.draw_line(painter, left, middle + step, _TEXT, "meta", "ink")
        painter.end()
