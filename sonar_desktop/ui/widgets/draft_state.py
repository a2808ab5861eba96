"""Where the words being written are: saving, saved and when, or not saved and why."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.widgets.messages import announce
from sonar_desktop.ui.widgets.painted import PaintedLabel
from sonar_desktop.ui.widgets.painters import CHIP_HEIGHT, ChipFace, chip_width, draw_chip

_NOTHING: Final = ChipFace(text="No draft", icon="hard-drive")


class DraftState(PaintedLabel):
    """A chip beside the form; a failed save is red, says why, and is spoken at once."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        super().__init__(_NOTHING.text)
        self._face = _NOTHING

    def set_nothing(self) -> None:
        """Say that nothing is written yet."""
        self._show(_NOTHING)

    def set_saving(self) -> None:
        """Say that saving takes longer than a second."""
        self._show(ChipFace(text="Saving draft", icon="hard-drive", tone=Tone.ACCENT))

    def set_saved(self, time: str) -> None:
        """Say when the draft reached the disk ("14:49:31")."""
        self._show(ChipFace(text=f"Draft saved {time} on this PC", icon="hard-drive"))

    def set_failed(self, reason: str) -> None:
        """Say that the last words are not on disk, and why."""
        text = f"Not saved: {reason}"
        self._show(ChipFace(text=text, icon="circle-alert", tone=Tone.DANGER, strong=True))
        announce(self, text, urgent=True)

    def _show(self, face: ChipFace) -> None:
        self._face = face
        self.set_words(face.text, face)

    def sizeHint(self) -> QSize:
        """Return the size of the whole text."""
        return QSize(math.ceil(chip_width(self._face)), current().px(CHIP_HEIGHT))

    def paint(self, painter: QPainter) -> None:
        """Paint the chip."""
        draw_chip(painter, 0, self.height() / 2, self._face, current().px(CHIP_HEIGHT))
