"""Chip: a state word with its icon."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.widgets.painted import PaintedLabel
from sonar_desktop.ui.widgets.painters import (
    CHIP_HEIGHT,
    CHIP_HEIGHT_TALL,
    ChipFace,
    chip_width,
    draw_chip,
)


class Chip(PaintedLabel):
    """A painted chip; its text is always whole, its colour never the only sign."""

    def __init__(
        self,
        text: str,
        tone: Tone = Tone.NEUTRAL,
        icon: str = "",
        *,
        strong: bool = False,
        outlined: bool = False,
        tall: bool = False,
    ) -> None:
        """Take the word, its tone and icon; ``tall`` is 26 pixels, else 22."""
        super().__init__(text)
        self._tall = tall
        self._face = ChipFace(text=text, tone=tone, icon=icon, strong=strong, outlined=outlined)

    @property
    def face(self) -> ChipFace:
        """What is shown."""
        return self._face

    def set_face(self, face: ChipFace) -> None:
        """Show another state."""
        self._face = face
        self.set_words(face.text, face)

    def _height(self) -> int:
        return current().px(CHIP_HEIGHT_TALL if self._tall else CHIP_HEIGHT)

    def sizeHint(self) -> QSize:
        """Return the size of the whole text."""
        return QSize(math.ceil(chip_width(self._face)), self._height())

    def paint(self, painter: QPainter) -> None:
        """Paint the chip."""
        draw_chip(painter, 0, self.height() / 2, self._face, self._height())
