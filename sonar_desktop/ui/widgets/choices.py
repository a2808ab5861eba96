"""Choices as pills: real radio buttons and check boxes in a painted frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from sonar_desktop.ui.theme import Tone, current, soft_tokens
from sonar_desktop.ui.theme.sizes import CONTROL, RADIUS_CONTROL
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.painters import draw_line, text_width

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_PAD: Final = 12
_PAD_TIGHT: Final = 7
_MARK: Final = 18
_GAP: Final = 10
_GAP_TIGHT: Final = 7
_PLAIN: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to choose: its value, its words and the tone it takes when chosen."""

    value: str
    text: str
    tone: Tone = Tone.ACCENT


def _pill_size(button: QAbstractButton, pad: int = _PAD, gap: int = _GAP) -> QSize:
    theme = current()
    width = pad * 2 + theme.px(_MARK) + gap + text_width(button.text(), "strong") + 2
    return QSize(math.ceil(width), theme.px(CONTROL))


def _paint_pill(
    button: QAbstractButton, painter: QPainter, tone: Tone, pad: int = _PAD, gap: int = _GAP
) -> str:
    """Paint frame and words; return the token of the mark."""
    theme = current()
    edge, soft, _line = soft_tokens(tone)
    ink = "ink" if tone is Tone.ACCENT or not button.isChecked() else edge
    back, pen = "surface", QPen(theme.colour("ctl"), 1)
    if not button.isEnabled():
        back, pen, ink, edge = "sunken", QPen(theme.colour("line2"), 1), "disabled", "disabled"
    elif button.isChecked():
        back, pen = soft, QPen(theme.colour(edge), 2)
    elif button.underMouse():
        back = "hover"
    thick = pen.widthF() / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(theme.colour(back))
    box = QRectF(button.rect()).adjusted(thick, thick, -thick, -thick)
    painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
    left = pad + theme.px(_MARK) + gap
    draw_line(painter, left, button.height() / 2, button.text(), "strong", ink)
    if button.isChecked() or not button.isEnabled():
        return edge
    return "ctl"


class RadioPill(QRadioButton):
    """One of several, as a pill; arrows move between the pills of a group."""

    def __init__(self, text: str, tone: Tone = Tone.ACCENT, *, tight: bool = False) -> None:
        """Take the words, the tone when chosen, and whether room is short."""
        super().__init__(text)
        self._tone = tone
        self._pad = _PAD_TIGHT if tight else _PAD
        self._gap = _GAP_TIGHT if tight else _GAP
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the whole words."""
        return _pill_size(self, self._pad, self._gap)

    def minimumSizeHint(self) -> QSize:
        """Return the whole size."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take a press anywhere on the pill."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint pill and dot."""
        painter = QPainter(self)
        token = _paint_pill(self, painter, self._tone, self._pad, self._gap)
        theme = current()
        half = theme.px(_MARK) / 2
        centre = QPointF(self._pad + half, self.height() / 2)
        painter.setPen(QPen(theme.colour(token), 1.6))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(centre, half - 1, half - 1)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(token))
            painter.drawEllipse(centre, half * 0.5, half * 0.5)
        painter.end()


class TickPill(QCheckBox):
    """A statement to tick, as a pill; green when ticked unless told otherwise."""

    def __init__(self, text: str, tone: Tone = Tone.OK) -> None:
        """Take the words and the tone when ticked."""
        super().__init__(text)
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the whole words."""
        return _pill_size(self)

    def minimumSizeHint(self) -> QSize:
        """Return the whole size."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take a press anywhere on the pill."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint pill and tick."""
        painter = QPainter(self)
        token = _paint_pill(self, painter, self._tone)
        theme = current()
        size = theme.px(_MARK)
        box = QRectF(_PAD + 0.75, (self.height() - size) / 2 + 0.75, size - 1.5, size - 1.5)
        painter.setPen(QPen(theme.colour(token), 1.6))
        painter.setBrush(theme.colour(token if self.isChecked() else "surface"))
        painter.drawRoundedRect(box, 4, 4)
        if self.isChecked():
            inner = size - 5
            theme.draw_icon(painter, "check", "surface", box.x() + 1.75, box.y() + 1.75, inner)
        painter.end()


class ChoiceRow(QWidget):
    """The choices of one question, as radio pills that wrap to further lines.

    Signals:
        chosen: the value of the choice a person made.
    """

    chosen = Signal(str)

    def __init__(
        self, question: str, choices: Sequence[Choice], *, gap: int = 6, tight: bool = False
    ) -> None:
        """Take the question (the accessible name of the group) and its choices in order.

        ``tight`` pills take less room, for a row that must not wrap.
        """
        super().__init__()
        self.setAccessibleName(question)
        self._choices = tuple(choices)
        self._group = QButtonGroup(self)
        self._quiet = False
        self.pills: list[RadioPill] = []
        flow = FlowLayout(self, gap=gap)
        for number, choice in enumerate(self._choices):
            pill = RadioPill(choice.text, choice.tone, tight=tight)
            pill.setAccessibleDescription(question)
            pill.installEventFilter(self)
            self._group.addButton(pill, number)
            self.pills.append(pill)
            flow.addWidget(pill)
        # Not idClicked: pressing what is chosen already is no new choice.
        self._group.idToggled.connect(self._tell)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if self.pills:
            self.setFocusProxy(self.pills[0])

    def value(self) -> str | None:
        """Return the chosen value, or None while nothing is chosen."""
        number = self._group.checkedId()
        return self._choices[number].value if number >= 0 else None

    def set_value(self, value: str | None) -> None:
        """Choose a value without telling ``chosen``; None clears.

        Raises:
            ValueError: no choice has this value.
        """
        values = [choice.value for choice in self._choices]
        number = -1 if value is None else values.index(value)
        self._quiet = True
        self._group.setExclusive(number >= 0)
        for at, pill in enumerate(self.pills):
            pill.setChecked(at == number)
        self._group.setExclusive(True)
        self._quiet = False
        if self.pills:
            # Arrows go on from what is chosen.
            self.setFocusProxy(self.pills[max(number, 0)])

    def choose(self, value: str) -> None:
        """Choose a value as a person would, by its key; tells ``chosen``."""
        self.set_value(value)
        self.chosen.emit(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Left and Right go through the order, also from the end of a line to the next."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.modifiers() in _PLAIN
            and isinstance(watched, RadioPill)
        ):
            by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            at = self.pills.index(watched) + by
            if by and 0 <= at < len(self.pills):
                self.pills[at].setFocus(Qt.FocusReason.OtherFocusReason)
                self.pills[at].setChecked(True)
                return True
        return super().eventFilter(watched, event)

    def _tell(self, number: int, checked: bool) -> None:  # noqa: FBT001 - Qt's signature
        if checked and not self._quiet:
            self.chosen.emit(self._choices[number].value)
