"""Buttons: one painted push button in six variants, with an optional key cap."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import CONTROL, ICON_LINE, RADIUS_CONTROL
from sonar_desktop.ui.widgets.painters import draw_keycap, draw_line, keycap_width, text_width

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_GAP: Final = 8
_CAP_GAP: Final = 10


class Variant(StrEnum):
    """What a button is for.

    ``ACT`` is filled red and only for recording that a person acted (told, emergency log);
    a destructive button is ``DANGER``, outlined.
    """

    PRIMARY = "primary"
    STANDARD = "standard"
    QUIET = "quiet"
    LINK = "link"
    DANGER = "danger"
    ACT = "act"


_TOKENS: Final[dict[Variant, tuple[str, str, str, str, str]]] = {
    Variant.PRIMARY: ("onaccent", "accentfill", "accenthover", "accentfill", "onaccent"),
    Variant.STANDARD: ("ink", "surface", "hover", "ctl", "ctl"),
    Variant.QUIET: ("ink2", "", "hover", "", "ctl"),
    Variant.LINK: ("accent", "", "hover", "", "ctl"),
    Variant.DANGER: ("danger", "surface", "dangersoft", "danger", "danger"),
    Variant.ACT: ("ondanger", "dangerfill", "danger", "dangerfill", "ondanger"),
}
"""Variant to (text, background, background under the mouse, edge, edge of the key cap)."""


class Button(QPushButton):
    """A push button painted from the tokens; role, Space, Enter and default stay Qt's."""

    def __init__(
        self,
        text: str,
        variant: Variant = Variant.STANDARD,
        *,
        icon: str = "",
        key: str = "",
        height: int = CONTROL,
    ) -> None:
        """Take the words, the variant, an icon name, the key shown in a cap, and the height.

        The cap only shows a key; the page owns the shortcut. An empty ``text`` needs an
        accessible name from the caller.
        """
        super().__init__(text)
        self._variant = variant
        self._icon = icon
        self._key = key
        self._height = height
        self.is_withheld = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if key:
            self.setAccessibleDescription(f"Key {key}")

    def withhold(self) -> None:
        """Leave the button out for good, whoever shows it later."""
        self.is_withheld = True
        self.hide()

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001 Qt's name and shape
        """Show or hide it; what is withheld stays hidden."""
        super().setVisible(visible and not self.is_withheld)

    def set_icon_name(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def set_variant(self, variant: Variant) -> None:
        """Change what the button is for."""
        self._variant = variant
        self.update()

    def _pad(self) -> int:
        return 16 if self._height >= 44 else 12  # noqa: PLR2004 - the footer's height and more

    def _content_width(self) -> float:
        theme = current()
        parts = []
        if self._icon:
            parts.append(float(theme.px(ICON_LINE)))
        if self.text():
            parts.append(text_width(self.text(), "button"))
        width = sum(parts) + _GAP * max(len(parts) - 1, 0)
        return width + (_CAP_GAP + keycap_width(self._key) if self._key else 0)

    def sizeHint(self) -> QSize:
        """Return the size of the whole content."""
        width = math.ceil(self._content_width()) + 2 * self._pad()
        height = current().px(self._height)
        return QSize(max(width, height), height)

    def minimumSizeHint(self) -> QSize:
        """Return the whole size: words on a button are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint background, icon, words and key cap."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._paint_box(painter)
        self._paint_content(painter, ink)
        painter.end()

    def _paint_box(self, painter: QPainter) -> str:
        theme = current()
        ink, back, over, edge, _cap = _TOKENS[self._variant]
        lit = self.isDown() or self.underMouse()
        filled = self._variant in (Variant.PRIMARY, Variant.ACT)
        if not self.isEnabled():
            ink, back, edge = ("disabled", "sunken", "line2") if back else ("disabled", "", "")
        elif lit and self._variant is not Variant.ACT:
            back = over
        if back:
            painter.setBrush(theme.colour(back))
            painter.setPen(QPen(theme.colour(edge), 1) if edge else Qt.PenStyle.NoPen)
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
            if self.isDown() and filled:
                painter.setPen(QPen(theme.colour("ring2"), 2))
                painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        return ink

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        theme = current()
        centre = self.height() / 2
        left = (self.width() - self._content_width()) / 2
        if self._icon:
            size = theme.px(ICON_LINE)
            theme.draw_icon(painter, self._icon, ink, left, centre - size / 2, size)
            left += size + _GAP
        if self.text():
            left += draw_line(painter, left, centre, self.text(), "button", ink)
        if self._key:
            edge = _TOKENS[self._variant][4] if self.isEnabled() else "line2"
            cap_ink = ink if ink != "ink" else "ink2"
            draw_keycap(painter, left + _CAP_GAP, centre, self._key, cap_ink, edge)
