"""Keys for the choices of a question: one letter answers it while it has the focus."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from sonar_desktop.ui.widgets.choices import ChoiceRow


class KeyedChoices(QObject):
    """Chooses by letter, and with ``space`` the next choice, while a pill has the focus.

    The letters work on pills only, never where text is typed. A letter with Ctrl or Alt belongs to
    the page.
    """

    def __init__(self, row: ChoiceRow, keys: Mapping[str, str], *, toggles: bool = False) -> None:
        """Take the choices, letters to values, and whether the space bar takes the other one."""
        super().__init__(row)
        self._row = row
        self._keys = dict(keys)
        self._toggles = toggles
        for pill in row.pills:
            pill.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the letters that answer; leave the rest to the pill."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
            if event.modifiers() in plain:
                return self._press(event)
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        letter = event.text().lower()
        if self._toggles and event.key() == Qt.Key.Key_Space and self._row.value() is not None:
            values = list(dict.fromkeys(self._keys.values()))
            now = values.index(self._row.value() or values[0])
            return self._choose(values[(now + 1) % len(values)])
        if letter and letter in self._keys:
            return self._choose(self._keys[letter])
        return False

    def _choose(self, value: str) -> bool:
        self._row.choose(value)
        chosen = next(pill for pill in self._row.pills if pill.isChecked())
        chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
