"""A person to choose at sign-in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import RADIUS_CARD
from sonar_desktop.ui.widgets.painters import (
    CHIP_HEIGHT,
    ChipFace,
    chip_width,
    draw_avatar,
    draw_chip,
    draw_line,
    line_height,
    text_width,
    wrap,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

_PAD: Final = 14
_AVATAR: Final = 44
_GAP: Final = 12
_LEAST_HEIGHT: Final = 104


@dataclass(frozen=True, kw_only=True)
class PersonFace:
    """A person as a tile shows them; ``note`` says what is needed ("PIN", "Password")."""

    name: str
    initials: str
    role: str
    person: int
    note: ChipFace


class UserTile(QRadioButton):
    """A tile of one person; arrows move between the tiles of a page, Space chooses."""

    def __init__(self, face: PersonFace) -> None:
        """Take the person."""
        super().__init__()
        self._face = face
        self.setText(face.name)
        self.setAccessibleName(face.name)
        self.setAccessibleDescription(f"{face.role}. {face.note.text}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @property
    def face(self) -> PersonFace:
        """The person shown."""
        return self._face

    def _words_left(self) -> int:
        return _PAD + current().px(_AVATAR) + _GAP

    def _name_lines(self, width: int) -> tuple[str, ...]:
        return wrap(self._face.name, "h2", width - self._words_left() - _PAD)

    def _height_for(self, width: int) -> int:
        theme = current()
        words = line_height("h2") * len(self._name_lines(width)) + line_height("body")
        height = _PAD * 2 + max(words, theme.px(_AVATAR)) + 10 + theme.px(CHIP_HEIGHT)
        return max(theme.px(_LEAST_HEIGHT), math.ceil(height))

    def sizeHint(self) -> QSize:
        """Return 292 pixels across, or what the chip needs, and the height of the whole name."""
        theme = current()
        chip = _PAD * 2 + chip_width(self._face.note)
        role = self._words_left() + text_width(self._face.role, "body") + _PAD
        width = math.ceil(max(theme.px(292), chip, role))
        return QSize(width, self._height_for(self.width() if self.isVisible() else width))

    def minimumSizeHint(self) -> QSize:
        """Return the width of chip and role; a long name wraps."""
        chip = _PAD * 2 + chip_width(self._face.note)
        role = self._words_left() + text_width(self._face.role, "body") + _PAD
        return QSize(math.ceil(max(chip, role)), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the name at the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def hitButton(self, pos: QPoint) -> bool:
        """Take a press anywhere on the tile."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint card, circle, name, role and note."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        pen = QPen(theme.colour("accent" if here else "line2"), 2 if here else 1)
        back = "selected" if here else "hover" if self.underMouse() else "surface"
        painter.setPen(pen)
        painter.setBrush(theme.colour(back))
        thick = pen.widthF() / 2
        box = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        size = theme.px(_AVATAR)
        draw_avatar(painter, QRectF(_PAD, _PAD, size, size), self._face.initials, self._face.person)
        left, top = self._words_left(), float(_PAD)
        for line in self._name_lines(self.width()):
            draw_line(painter, left, top + line_height("h2") / 2, line, "h2", "ink")
            top += line_height("h2")
        draw_line(painter, left, top + line_height("body") / 2, self._face.role, "body", "ink2")
        height = theme.px(CHIP_HEIGHT)
        draw_chip(painter, _PAD, self.height() - _PAD - height / 2 + 2, self._face.note, height)
        painter.end()
