"""An icon beside text: decoration for the eye, silent for a screen reader."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import ICON_CARD
from sonar_desktop.ui.widgets.painted import PaintedLabel


class IconLabel(PaintedLabel):
    """A line icon in a token's colour; ``words`` only when it stands alone."""

    def __init__(self, name: str, token: str, size: int = ICON_CARD, words: str = "") -> None:
        """Take the icon's name, its colour token, its size at 100 % and its words, if any."""
        super().__init__(words)
        self._name = name
        self._token = token
        self._size = size

    def set_icon(self, name: str, token: str) -> None:
        """Show another icon."""
        if (name, token) == (self._name, self._token):
            return
        self._name, self._token = name, token
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square that grows with the text."""
        size = current().px(self._size)
        return QSize(size, size)

    def paint(self, painter: QPainter) -> None:
        """Paint the icon."""
        current().draw_icon(painter, self._name, self._token, 0, 0, current().px(self._size))
