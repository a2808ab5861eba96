"""The tabs of a record, painted, with badge words such as "due 14:40"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QTabBar

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import STANDARD, Sizes
from sonar_desktop.ui.widgets.painters import ChipFace, chip_width, draw_chip, draw_line, text_width

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_PAD: Final = 16
_GAP: Final = 8


class TabBar(QTabBar):
    """A QTabBar: arrows, roles and scroll buttons are Qt's, the look is ours."""

    def __init__(self) -> None:
        """Begin empty; add tabs with ``addTab``."""
        super().__init__()
        self._badges: dict[int, ChipFace] = {}
        self._height = STANDARD.tabs
        self.setAccessibleName("Record pages")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def set_badge(self, index: int, text: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Show words beside a tab's name; empty words remove them."""
        if text:
            self._badges[index] = ChipFace(text=text, tone=tone)
            self.setAccessibleTabName(index, f"{self.tabText(index)}, {text}")
        else:
            self._badges.pop(index, None)
            self.setAccessibleTabName(index, self.tabText(index))
        # QTabBar measures its tabs again only when a text or an icon changes.
        self.setTabText(index, self.tabText(index))
        self.updateGeometry()
        self.update()

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the height of the layout in force."""
        self._height = sizes.tabs
        self.updateGeometry()

    def tabSizeHint(self, index: int) -> QSize:
        """Return room for the whole name and badge."""
        width = 2 * _PAD + text_width(self.tabText(index), "strong") + 2
        if index in self._badges:
            width += _GAP + chip_width(self._badges[index])
        return QSize(math.ceil(width), current().px(self._height))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Return the whole size: a tab's name is never cut."""
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line under all tabs, and each tab."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        for index in range(self.count()):
            self._paint_tab(painter, index)
        painter.end()

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        theme = current()
        rect = QRectF(self.tabRect(index))
        here = index == self.currentIndex()
        centre = rect.center().y()
        ink = "accent" if here else "ink2"
        style = "strong" if here else "medium"
        left = rect.left() + _PAD
        left += draw_line(painter, left, centre, self.tabText(index), style, ink)
        face = self._badges.get(index)
        if face is not None:
            draw_chip(painter, left + _GAP, centre, face, theme.px(20))
        if here:
            line = rect.adjusted(_PAD - 2, rect.height() - 3, 2 - _PAD, 0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(line, 1.5, 1.5)
