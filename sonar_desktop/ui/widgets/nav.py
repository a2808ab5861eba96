"""The rail: one level, always visible, every item icon plus word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import ICON_RAIL, RADIUS_WELL, STANDARD, Sizes
from sonar_desktop.ui.widgets.painted import PaintedLabel
from sonar_desktop.ui.widgets.painters import draw_badge, draw_middle, text_width

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_ARCS: Final = (1.0, 0.66, 0.34)


@dataclass(frozen=True, kw_only=True)
class RailItem:
    """One destination: its key, its word and its icon; ``low`` puts it at the foot."""

    key: str
    text: str
    icon: str
    low: bool = False


class Logo(PaintedLabel):
    """The product's mark: a dot that sends three arcs."""

    def __init__(self, size: int = 34, *, on_navy: bool = False) -> None:
        """Take the size at 100 % and whether it stands on navy."""
        super().__init__("SONAR Desktop")
        self._size = size
        self._on_navy = on_navy

    def sizeHint(self) -> QSize:
        """Return a square."""
        size = current().px(self._size)
        return QSize(size, size)

    def paint(self, painter: QPainter) -> None:
        """Paint the arcs, the outer ones paler."""
        size = min(self.width(), self.height())
        base = QPointF(self.width() / 2, size * 0.74)
        for number, share in enumerate(_ARCS):
            colour = current().colour("onbanner" if self._on_navy else "accent")
            faded = type(colour)(colour)
            faded.setAlphaF(0.45 + 0.275 * number)
            pen = QPen(faded, size * 0.085)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            reach = size * 0.46 * share
            box = QRectF(base.x() - reach, base.y() - reach, reach * 2, reach * 2)
            painter.drawArc(box, 25 * 16, 130 * 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current().colour("onbanner" if self._on_navy else "accent"))
        painter.drawEllipse(base, size * 0.075, size * 0.075)


class NavButton(QAbstractButton):
    """A rail item: icon over word, a bar and a tint when current, a badge when someone waits."""

    def __init__(self, item: RailItem) -> None:
        """Take the destination."""
        super().__init__()
        self.item = item
        self._badge = 0
        self._tone = Tone.DANGER
        self._width, self._height = STANDARD.rail, STANDARD.rail_item
        self.setText(item.text)
        self.setAccessibleName(item.text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_badge(self, count: int, tone: Tone, words: str) -> None:
        """Show a count with its tone; 0 shows none. ``words`` say it: "4 late"."""
        self._badge, self._tone = count, tone
        self.setAccessibleName(f"{self.item.text}, {words}" if count else self.item.text)
        self.update()

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the least width and the height of the layout in force."""
        self._width, self._height = sizes.rail, sizes.rail_item
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for the word, at least the rail's width, and the height in force."""
        theme = current()
        width = max(math.ceil(text_width(self.text(), "metab")) + 10, self._width - 1)
        return QSize(width, theme.px(self._height - 6))

    def minimumSizeHint(self) -> QSize:
        """Return the whole size: the word is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint tint, bar, icon, word and badge."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        box = QRectF(self.rect()).adjusted(6, 0, -6, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        if here or self.underMouse():
            painter.setBrush(theme.colour("selected" if here else "hover"))
            painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        if here:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(0, 9, 4, self.height() - 18), 2, 2)
        token = "accent" if here else "ink2"
        size = theme.px(ICON_RAIL)
        middle = self.width() / 2
        spare = self.height() - size - theme.px(12) - 6
        top = spare / 2
        theme.draw_icon(painter, self.item.icon, token, middle - size / 2, top, size)
        centre = top + size + 6 + theme.px(12) / 2
        style = "metab" if here else "meta"
        draw_middle(painter, middle, centre, self.text(), style, "accent" if here else "ink")
        if self._badge:
            # Whole, however low the item: half a number is another number.
            above = max(top + 3, theme.px(10))
            draw_badge(painter, QPointF(middle + size * 0.66, above), self._badge, self._tone)
        painter.end()


class Rail(QFrame):
    """The column of destinations.

    Signals:
        chosen: key of the destination a person pressed.
    """

    chosen = Signal(str)

    def __init__(self, items: Sequence[RailItem]) -> None:
        """Take the destinations in order; a role sees only what it can use."""
        super().__init__()
        self.setProperty("k", "rail")
        self.setAccessibleName("Places")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.buttons: dict[str, NavButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 1, 8)
        column.setSpacing(6)
        column.addWidget(Logo(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        parted = False
        for item in items:
            if item.low and not parted:
                column.addStretch()
                parted = True
            button = NavButton(item)
            self.buttons[item.key] = button
            self._group.addButton(button)
            button.clicked.connect(lambda _on=False, key=item.key: self.chosen.emit(key))
            column.addWidget(button)
        if not parted:
            column.addStretch()
        self.set_sizes(STANDARD)

    def set_current(self, key: str) -> None:
        """Mark a destination as the one shown."""
        self.buttons[key].setChecked(True)

    def set_badge(self, key: str, count: int, tone: Tone, words: str) -> None:
        """Show a count on a destination; 0 shows none."""
        self.buttons[key].set_badge(count, tone, words)

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the heights of the layout in force."""
        for button in self.buttons.values():
            button.set_sizes(sizes)
