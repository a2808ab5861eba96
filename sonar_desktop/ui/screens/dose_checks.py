"""The safety checks beside a dose: Stop and Think as boxes, Unknown and Clear as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from sonar_core.medicines.checks import CheckLevel, DoseCheck
from sonar_desktop.ui.theme import Tone, text_token
from sonar_desktop.ui.viewmodels.dose_words import CHECK_TITLES
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, label

_LOOKS: Final = {
    CheckLevel.STOP: (Tone.DANGER, "octagon-x", "Stop"),
    CheckLevel.THINK: (Tone.WARN, "triangle-alert", "Think"),
    CheckLevel.UNKNOWN: (Tone.SYNC, "circle-question-mark", "Unknown"),
    CheckLevel.CLEAR: (Tone.OK, "circle-check", "Clear"),
}


class DoseChecks(QWidget):
    """The checks, worst first, as they come from the rules."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._shown: tuple[DoseCheck, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def set_checks(self, checks: Sequence[DoseCheck]) -> None:
        """Show these checks."""
        if tuple(checks) == self._shown:
            return
        self._shown = tuple(checks)
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for check in checks:
            self._column.addWidget(_line(check))

    def words(self) -> list[str]:
        """Return the checks as a screen reader says them."""
        return [_spoken(check) for check in self._shown]


def _spoken(check: DoseCheck) -> str:
    return f"{_LOOKS[check.level][2]}: {CHECK_TITLES[check.rule]}. {check.text}"


def _line(check: DoseCheck) -> QFrame:
    tone, icon, word = _LOOKS[check.level]
    box = QFrame()
    box.setAccessibleName(_spoken(check))
    is_boxed = check.level is not CheckLevel.CLEAR
    if is_boxed:
        box.setProperty("k", "message")
        box.setProperty("tone", tone)
    row = QHBoxLayout(box)
    row.setContentsMargins(10, 6 if is_boxed else 1, 10, 6 if is_boxed else 1)
    row.setSpacing(9)
    token = text_token(tone)
    row.addWidget(IconLabel(icon, token, 18), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(1)
    title = CHECK_TITLES[check.rule]
    if is_boxed:
        words.addWidget(WrapLabel(title, "strong", token))
        words.addWidget(WrapLabel(check.text, "meta", "ink"))
    else:
        words.addWidget(WrapLabel(f"{title}: {check.text}", "meta", "ink"))
    row.addLayout(words, 1)
    row.addWidget(label(word, "metab", token), 0, Qt.AlignmentFlag.AlignTop)
    return box
