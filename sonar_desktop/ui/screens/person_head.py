"""Whose turn it is: circle, name and a line under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sonar_desktop.ui.widgets.labels import WrapLabel
from sonar_desktop.ui.widgets.marks import Avatar

_COLOURS = 5


def colour_of(user: str) -> int:
    """Return the number of a person's colour: always the same for one person."""
    return sum(user.encode()) % _COLOURS


class PersonHead(QWidget):
    """The head of a card about one person."""

    def __init__(self, size: int) -> None:
        """Take the circle's size."""
        super().__init__()
        self._size = size
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._shown = ("", "", 0)
        self._avatar = Avatar("", "", 0, size)
        self._avatar.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        self._name = WrapLabel("", "h2")
        self._detail = WrapLabel("", "body", "ink2")
        words.addWidget(self._name)
        words.addWidget(self._detail)
        self._row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)

    def set_person(self, name: str, initials: str, detail: str, colour: int) -> None:
        """Show a person; without initials there is no circle."""
        if (name, initials, colour) != self._shown:
            self._shown = (name, initials, colour)
            self._row.removeWidget(self._avatar)
            self._avatar.hide()
            self._avatar.deleteLater()
            self._avatar = Avatar(name, initials, colour, self._size)
            self._row.insertWidget(0, self._avatar, 0, Qt.AlignmentFlag.AlignTop)
            self._avatar.setVisible(bool(initials))
        self._name.setText(name)
        self._detail.setText(detail)
