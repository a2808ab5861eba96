"""Questions that appear with an answer, and stay kept when they no longer apply."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from sonar_desktop.ui.widgets.labels import WrapLabel, frame

NOT_RELEVANT: Final = "Not relevant now. What was answered here is kept."


class ConditionalBlock(QWidget):
    """A block behind a blue bar; put the questions in ``body``.

    Closed with answers inside, it shows one line saying that they are kept.
    """

    def __init__(self, name: str, *, tinted: bool = True) -> None:
        """Take the accessible name and whether the questions stand in a tinted well."""
        super().__init__()
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(13)
        row.addWidget(frame("branch"))
        column = QVBoxLayout()
        column.setContentsMargins(0, 3, 0, 3)
        row.addLayout(column, 1)
        self.content: QFrame = frame("well") if tinted else frame("plain")
        self.body = QVBoxLayout(self.content)
        edge = 12 if tinted else 0
        self.body.setContentsMargins(edge, edge, edge, edge)
        self.body.setSpacing(8)
        self._kept = WrapLabel(NOT_RELEVANT, "meta")
        column.addWidget(self.content)
        column.addWidget(self._kept)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        # Not set_open: to show a widget that has no parent yet opens a window of its own.
        self._kept.hide()

    def is_open(self) -> bool:
        """Return whether the questions are asked now."""
        return not self.content.isHidden()

    def set_open(self, *, is_open: bool, has_answers: bool = False) -> None:
        """Ask the questions, or put them away; kept answers leave a line that says so."""
        self.content.setVisible(is_open)
        self._kept.setVisible(not is_open and has_answers)
        self.setVisible(is_open or has_answers)
