"""Segmented choice of a view, and counters that filter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
)

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import CONTROL_DENSE, ICON_STATE, RADIUS_CONTROL
from sonar_desktop.ui.widgets.painters import draw_line, draw_middle, text_width

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_PAD: Final = 14


class _Segment(QRadioButton):
    """One segment: a radio button, so that arrows and screen readers know it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = math.ceil(text_width(self.text(), "button")) + 2 * _PAD
        return QSize(max(width, 32), current().px(CONTROL_DENSE - 4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = "ink" if self.isChecked() or self.underMouse() else "ink2"
        if self.isChecked():
            painter.setPen(QPen(theme.colour("line2"), 1))
            painter.setBrush(theme.colour("surface"))
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, 5, 5)
        middle = self.width() / 2
        draw_middle(painter, middle, self.height() / 2, self.text(), "button", ink)
        painter.end()


class Segmented(QFrame):
    """A few views of one thing, one of them shown.

    Signals:
        chosen: index of the segment a person pressed.
    """

    chosen = Signal(int)

    def __init__(self, name: str, texts: Sequence[str], index: int = 0) -> None:
        """Take the accessible name, the words of the segments and the one shown first."""
        super().__init__()
        self.setProperty("k", "sunken")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self.segments: list[QRadioButton] = []
        for number, text in enumerate(texts):
            segment = _Segment(text)
            segment.setAccessibleDescription(name)
            self._group.addButton(segment, number)
            self.segments.append(segment)
            row.addWidget(segment)
        self.segments[index].setChecked(True)
        self._quiet = False
        # Not idClicked: pressing what is chosen already is no new choice.
        self._group.idToggled.connect(self._tell)

    def index(self) -> int:
        """Return the index of the segment shown."""
        return self._group.checkedId()

    def set_index(self, index: int) -> None:
        """Show a segment without telling ``chosen``."""
        self._quiet = True
        self.segments[index].setChecked(True)
        self._quiet = False

    def _tell(self, index: int, checked: bool) -> None:  # noqa: FBT001 - Qt's signature
        if checked and not self._quiet:
            self.chosen.emit(index)

    def set_texts(self, texts: Sequence[str]) -> None:
        """Change the words ("Waiting 2"), as many as there are segments."""
        for segment, text in zip(self.segments, texts, strict=True):
            segment.setText(text)


class CounterButton(QAbstractButton):
    """A count with its word and icon; pressing filters by it."""

    def __init__(self, words: str, *, icon: str = "", colour: str = "ink") -> None:
        """Take the words after the number, an icon and the colour token of the number."""
        super().__init__()
        self._words = words
        self._icon = icon
        self._token = colour
        self._count = 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def set_count(self, count: int, words: str = "") -> None:
        """Show another count, and other words if given."""
        self._count = count
        self._words = words or self._words
        self.setAccessibleName(f"{count} {self._words}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of icon, number and words."""
        theme = current()
        icon = theme.px(ICON_STATE) + 6 if self._icon else 0
        text = text_width(str(self._count), "h2") + 8 + text_width(self._words, "body")
        return QSize(math.ceil(icon + text) + 24, theme.px(36))

    def minimumSizeHint(self) -> QSize:
        """Return the whole size."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint icon, number and words; tinted while it filters."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if self.isChecked() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS_CONTROL, RADIUS_CONTROL)
        if self.isChecked():
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        left, centre = 12.0, self.height() / 2
        if self._icon:
            size = theme.px(ICON_STATE)
            theme.draw_icon(painter, self._icon, self._token, left, centre - size / 2, size)
            left += size + 6
        left += draw_line(painter, left, centre, str(self._count), "h2", self._token)
        draw_line(painter, left + 8, centre, self._words, "body", "ink2")
        painter.end()
