"""Who is signed in, as a button of the top bar: circle, name and role."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import RADIUS_WELL
from sonar_desktop.ui.widgets.painters import draw_avatar, draw_line, text_width

_CIRCLE: Final = 32
_GAP: Final = 10


class PersonButton(QAbstractButton):
    """Opens the person panel."""

    def __init__(self, name: str, initials: str, role: str, colour: int) -> None:
        """Take the person."""
        super().__init__()
        self._initials, self._role, self._colour = initials, role, colour
        self._narrow = False
        self.setText(name)
        self.setAccessibleName(f"{name}, {role}")
        self.setAccessibleDescription("Opens lock, switch person and sign out")
        self.setToolTip(f"{name}, {role}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show the circle alone."""
        self._narrow = narrow
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for circle and words."""
        theme = current()
        width = theme.px(_CIRCLE) + 8
        if not self._narrow:
            words = max(text_width(self.text(), "strong"), text_width(self._role, "meta"))
            width += _GAP + math.ceil(words)
        return QSize(width, theme.px(40))

    def minimumSizeHint(self) -> QSize:
        """Return the whole size: a name is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint circle and words."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS_WELL, RADIUS_WELL)
        size, centre = theme.px(_CIRCLE), self.height() / 2
        circle = QRectF(4, centre - size / 2, size, size)
        draw_avatar(painter, circle, self._initials, self._colour)
        if not self._narrow:
            left, step = 4 + size + _GAP, theme.px(8)
            draw_line(painter, left, centre - step, self.text(), "strong", "ink")
            draw_line(painter, left, centre + step, self._role, "meta", "ink3")
        painter.end()
