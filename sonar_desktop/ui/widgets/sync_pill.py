"""The state of this PC's copies in words; pressing opens the sync panel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from sonar_desktop.ui.theme import Tone, current, soft_tokens
from sonar_desktop.ui.theme.sizes import ICON_STATE, RADIUS_WELL
from sonar_desktop.ui.widgets.painters import draw_line, text_width

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_PAD: Final = 13
_GAP: Final = 10


class PillKind(StrEnum):
    """The seven states of ux.md 9.1."""

    UP_TO_DATE = "up-to-date"
    SENDING = "sending"
    OFFLINE = "offline"
    OFFLINE_CLEAN = "offline-clean"
    CATCHING_UP = "catching-up"
    HELD = "held"
    SIGN_IN = "sign-in"


_LOOKS: Final[dict[PillKind, tuple[str, Tone]]] = {
    PillKind.UP_TO_DATE: ("cloud-check", Tone.OK),
    PillKind.SENDING: ("cloud-upload", Tone.SYNC),
    PillKind.OFFLINE: ("cloud-off", Tone.SYNC),
    PillKind.OFFLINE_CLEAN: ("cloud-off", Tone.SYNC),
    PillKind.CATCHING_UP: ("refresh-cw", Tone.SYNC),
    PillKind.HELD: ("cloud-alert", Tone.WARN),
    PillKind.SIGN_IN: ("key-round", Tone.WARN),
}


@dataclass(frozen=True, kw_only=True)
class PillFace:
    """What the pill says: its kind, the headline and the line under it."""

    kind: PillKind
    text: str
    detail: str


class SyncPill(QAbstractButton):
    """The pill in the top bar."""

    def __init__(self, face: PillFace) -> None:
        """Take what to show first."""
        super().__init__()
        self._face = face
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription("Opens the sync panel")
        self.set_face(face)

    def set_face(self, face: PillFace) -> None:
        """Show another state."""
        self._face = face
        self.setText(face.text)
        self.setAccessibleName(f"{face.text}. {face.detail}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for both lines."""
        theme = current()
        words = max(text_width(self._face.text, "strong"), text_width(self._face.detail, "meta"))
        width = _PAD * 2 + theme.px(ICON_STATE) + _GAP + words
        return QSize(math.ceil(width), theme.px(38))

    def minimumSizeHint(self) -> QSize:
        """Return the whole size."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint tint, icon and both lines."""
        theme = current()
        icon, tone = _LOOKS[self._face.kind]
        text, soft, line = soft_tokens(tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(text if self.underMouse() else line), 1))
        painter.setBrush(theme.colour(soft))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        size, centre = theme.px(ICON_STATE), self.height() / 2
        theme.draw_icon(painter, icon, text, _PAD, centre - size / 2, size)
        left, step = _PAD + size + _GAP, theme.px(8)
        draw_line(painter, left, centre - step, self._face.text, "strong", text)
        draw_line(painter, left, centre + step, self._face.detail, "meta", "ink2")
        painter.end()
