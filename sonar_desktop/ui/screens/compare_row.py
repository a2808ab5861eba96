"""One line of a comparison: a radio button for each version, one more for keeping all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import RADIUS_WELL
from sonar_desktop.ui.viewmodels.conflict_choice import BOTH
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.labels import WrapLabel
from sonar_desktop.ui.widgets.painters import ChipFace

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

LABEL_WIDTH: Final = 118
BOTH_WIDTH: Final = 112
_LEAST: Final = 46
_MARK: Final = 18
_PAD: Final = 12
_IN_USE: Final = ChipFace(text="In use now", tone=Tone.SYNC, icon="shield")


class OptionBox(QRadioButton):
    """A version of a line: whole text, never cut, with "In use now" where it is acted on."""

    def __init__(self, text: str, *, in_use: bool = False) -> None:
        """Take the version's words."""
        super().__init__(text)
        self._in_use = in_use
        self.setAccessibleName(f"{text.removesuffix('.')}, in use now" if in_use else text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._make_room()

    def sizeHint(self) -> QSize:
        """Return a width that may shrink and the height of the text."""
        return QSize(160, self._needed(max(self.width(), 160)))

    def minimumSizeHint(self) -> QSize:
        """Return the least width."""
        return QSize(90, self._needed(max(self.width(), 90)))

    def hitButton(self, pos: QPoint) -> bool:
        """Take a press anywhere on the box."""
        return self.rect().contains(pos)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the text at the new width."""
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, dot, words and chip."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QPen(theme.colour("accent"), 2) if self.isChecked() else QPen(theme.colour("ctl"), 1)
        back = "accentsoft" if self.isChecked() else "hover" if self.underMouse() else "surface"
        thick = edge.widthF() / 2
        painter.setPen(edge)
        painter.setBrush(theme.colour(back))
        box = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        step = painters.line_height("strong")
        lines = self._lines(self.width())
        chip = theme.px(26) if self._in_use and not self._chip_fits(lines) else 0
        top = (self.height() - step * len(lines) - chip) / 2
        self._paint_dot(painter, top + step / 2)
        left = _PAD * 2 + theme.px(_MARK)
        for line in lines:
            painters.draw_line(painter, left, top + step / 2, line, "strong", "ink")
            top += step
        if self._in_use and chip:
            painters.draw_chip(painter, left, top + 13, _IN_USE, theme.px(22))
        elif self._in_use:
            right = self.width() - painters.chip_width(_IN_USE) - 9
            painters.draw_chip(painter, right, 19, _IN_USE, theme.px(22))
        painter.end()

    def _paint_dot(self, painter: QPainter, middle: float) -> None:
        theme = current()
        half = theme.px(_MARK) / 2
        token = "accent" if self.isChecked() else "ctl"
        centre = QPointF(_PAD + half, middle)
        painter.setPen(QPen(theme.colour(token), 1.6))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(centre, half - 1, half - 1)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(token))
            painter.drawEllipse(centre, half * 0.5, half * 0.5)

    def _lines(self, width: int) -> tuple[str, ...]:
        room = width - _PAD * 3 - current().px(_MARK)
        return painters.wrap(self.text(), "strong", max(room, 40))

    def _chip_fits(self, lines: tuple[str, ...]) -> bool:
        longest = max(painters.text_width(line, "strong") for line in lines)
        left = _PAD * 2 + current().px(_MARK) + longest
        return left + painters.chip_width(_IN_USE) + 18 <= self.width()

    def _needed(self, width: int) -> int:
        lines = self._lines(width)
        height = painters.line_height("strong") * len(lines) + 18
        if self._in_use and not self._chip_fits(lines):
            height += current().px(26)
        return max(current().px(_LEAST), math.ceil(height))

    def _make_room(self) -> None:
        needed = self._needed(self.width())
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)


class CompareRow(QWidget):
    """A line with its label; Left and Right take this or that, B both, Up and Down go on.

    Signals:
        chosen(int): the version taken, or BOTH.
        moved(int): -1 or 1, the line before or after is wanted.
    """

    chosen = Signal(int)
    moved = Signal(int)

    def __init__(
        self,
        label: str,
        values: Sequence[str],
        *,
        in_use: int | None = None,
        can_join: bool = False,
        has_both: bool = True,
    ) -> None:
        """Take the line's label and each version's words; `has_both` keeps that column's room."""
        super().__init__()
        self.setAccessibleName(label)
        theme = current()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        head = WrapLabel(label, "strong")
        head.setFixedWidth(theme.px(LABEL_WIDTH))
        row.addWidget(head)
        self._group = QButtonGroup(self)
        self.options: dict[int, OptionBox] = {}
        for place, value in enumerate(values):
            self._add(row, place, OptionBox(value, in_use=place == in_use), stretch=1)
        if can_join:
            both = OptionBox("Both" if len(values) == 2 else "All")  # noqa: PLR2004 two is both
            both.setFixedWidth(theme.px(BOTH_WIDTH))
            self._add(row, BOTH, both, stretch=0)
        elif has_both:
            only = WrapLabel("One only", "meta", "ink3")
            only.setAlignment(Qt.AlignmentFlag.AlignCenter)
            only.setFixedWidth(theme.px(BOTH_WIDTH))
            row.addWidget(only)
        self._group.idToggled.connect(self._tell)
        self._quiet = False
        self.setFocusProxy(self.options[0])

    def set_choice(self, choice: int | None) -> None:
        """Show a choice without telling `chosen`."""
        self._quiet = True
        self._group.setExclusive(choice is not None)
        for place, option in self.options.items():
            option.setChecked(place == choice)
        self._group.setExclusive(True)
        self._quiet = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take this, that or both before the radio buttons do: theirs go up and down too."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = event.modifiers() in {
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            }
            if plain and self._act(event.key()):
                return True
        return super().eventFilter(watched, event)

    def _act(self, key: int) -> bool:
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._step(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_B and BOTH in self.options:
            self._take(BOTH)
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        order = list(self.options)
        focused = [place for place in order if self.options[place].hasFocus()]
        at = order.index(focused[0]) if focused else 0
        none_yet = self._group.checkedId() == -1 and self._group.checkedButton() is None
        if none_yet:
            self._take(order[0] if by < 0 else order[min(1, len(order) - 1)])
            return
        self._take(order[min(max(at + by, 0), len(order) - 1)])

    def _take(self, place: int) -> None:
        self.options[place].setChecked(True)
        self.options[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, row: QHBoxLayout, place: int, option: OptionBox, *, stretch: int) -> None:
        option.setAccessibleDescription(self.accessibleName())
        option.installEventFilter(self)
        # A button group gives -1 a meaning of its own, so places count from 0 with BOTH last.
        self._group.addButton(option, len(self.options))
        self.options[place] = option
        row.addWidget(option, stretch)

    def _tell(self, number: int, checked: bool) -> None:  # noqa: FBT001 Qt's signature
        if checked and not self._quiet:
            self.chosen.emit(list(self.options)[number])
