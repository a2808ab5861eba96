"""The sections of a long form with the state of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import ICON_STATE, RADIUS_WELL
from sonar_desktop.ui.widgets.painters import draw_line, line_height, text_width, wrap

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_LEFT: Final = 12
_GAP: Final = 10


class SectionState(StrEnum):
    """How far a section is."""

    DONE = "done"
    CURRENT = "current"
    COME_BACK = "come-back"
    NOT_STARTED = "not-started"
    NEEDS_TELLING = "needs-telling"


STATE_WORDS: Final[dict[SectionState, str]] = {
    SectionState.DONE: "done",
    SectionState.CURRENT: "open now",
    SectionState.COME_BACK: "come back",
    SectionState.NOT_STARTED: "not started",
    SectionState.NEEDS_TELLING: "needs telling",
}
_LOOKS: Final[dict[SectionState, tuple[str, str, str]]] = {
    SectionState.DONE: ("circle-check", "ok", "ink"),
    SectionState.CURRENT: ("circle-dot", "accent", "accent"),
    SectionState.COME_BACK: ("circle-alert", "warn", "ink"),
    SectionState.NOT_STARTED: ("circle", "ctl", "ink"),
    SectionState.NEEDS_TELLING: ("octagon-alert", "danger", "danger"),
}


@dataclass(frozen=True, kw_only=True)
class SectionFace:
    """A section's title, its second line ("4 of 7") and its state."""

    title: str
    detail: str
    state: SectionState


class SectionItem(QRadioButton):
    """One section; arrows move between sections."""

    def __init__(self, face: SectionFace) -> None:
        """Take what to show."""
        super().__init__()
        self._face = face
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_face(face)

    def set_face(self, face: SectionFace) -> None:
        """Show another state."""
        self._face = face
        self.setText(face.title)
        self.setAccessibleName(f"{face.title}, {face.detail}, {STATE_WORDS[face.state]}")
        self.updateGeometry()
        self.update()

    def _words_left(self) -> int:
        return _LEFT + current().px(ICON_STATE) + _GAP

    def sizeHint(self) -> QSize:
        """Return the height of the whole title and the second line."""
        theme = current()
        words = max(text_width(self._face.title, "strong"), text_width(self._face.detail, "meta"))
        width = math.ceil(self._words_left() + words) + 10
        lines = len(self._lines()) if self.isVisible() else 1
        height = 8 + line_height("strong") * lines + line_height("meta")
        return QSize(width, max(theme.px(42), math.ceil(height)))

    def minimumSizeHint(self) -> QSize:
        """Return the least width at which the longest word fits."""
        words = (*self._face.title.split(), self._face.detail)
        longest = max(text_width(word, "strong") for word in words)
        return QSize(math.ceil(self._words_left() + longest) + 10, self.sizeHint().height())

    def _lines(self) -> tuple[str, ...]:
        return wrap(self._face.title, "strong", self.width() - self._words_left() - 8)

    def hitButton(self, pos: QPoint) -> bool:
        """Take a press anywhere on the row."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint tint, bar, state icon and both lines."""
        theme = current()
        state = SectionState.CURRENT if self.isChecked() else self._face.state
        icon, token, ink = _LOOKS[state]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(theme.colour("selected" if self.isChecked() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS_WELL, RADIUS_WELL)
        if self.isChecked():
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(0, 7, 3, self.height() - 14), 1.5, 1.5)
        size, centre = theme.px(ICON_STATE), self.height() / 2
        theme.draw_icon(painter, icon, token, _LEFT, centre - size / 2, size)
        lines = self._lines()
        step = line_height("strong")
        top = centre - (step * len(lines) + line_height("meta")) / 2
        for line in lines:
            draw_line(painter, self._words_left(), top + step / 2, line, "strong", ink)
            top += step
        quiet = token if state in (SectionState.COME_BACK, SectionState.NEEDS_TELLING) else "ink3"
        centre = top + line_height("meta") / 2
        draw_line(painter, self._words_left(), centre, self._face.detail, "meta", quiet)
        painter.end()


class SectionNav(QWidget):
    """The list of sections.

    Signals:
        chosen: index of the section a person went to.
    """

    chosen = Signal(int)

    def __init__(self, faces: Sequence[SectionFace]) -> None:
        """Take the sections in order."""
        super().__init__()
        self.setAccessibleName("Sections")
        self.items: list[SectionItem] = []
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for number, face in enumerate(faces):
            item = SectionItem(face)
            self._group.addButton(item, number)
            self.items.append(item)
            column.addWidget(item)
        column.addStretch()
        self._quiet = False
        # Not idClicked: pressing what is chosen already is no new choice.
        self._group.idToggled.connect(self._tell)

    def set_current(self, index: int) -> None:
        """Mark the section that is open, without telling ``chosen``."""
        self._quiet = True
        self.items[index].setChecked(True)
        self._quiet = False

    def _tell(self, index: int, checked: bool) -> None:  # noqa: FBT001 - Qt's signature
        if checked and not self._quiet:
            self.chosen.emit(index)

    def set_face(self, index: int, face: SectionFace) -> None:
        """Show another state of one section."""
        self.items[index].set_face(face)
