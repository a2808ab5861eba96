"""Alarms by cell, without a name: as a locked screen may show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from sonar_core.moments import format_time, moment_at
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.alarms import AlarmLine
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, frame, label

MOST: Final = 8


class AlarmLines(QWidget):
    """The lines that ring, then those that are due within a quarter of an hour."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: object = None

    def show_lines(self, lines: Sequence[AlarmLine], zone: str) -> None:
        """Show the first lines and how many more there are."""
        wanted = (tuple(lines), zone)
        if wanted == self._shown:
            return
        self._shown = wanted
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for line in lines[:MOST]:
            self._column.addWidget(_line(line, zone))
        more = len(lines) - MOST
        if more > 0:
            self._column.addWidget(label(f"and {more} more", "meta"))
        if not lines:
            self._column.addWidget(WrapLabel("Nothing is due in the next 15 minutes.", "body"))


def _line(line: AlarmLine, zone: str) -> QFrame:
    tone = "danger" if line.late else "warn" if line.rings else "neutral"
    made = frame("message" if line.rings else "well")
    made.setProperty("tone", tone)
    row = QHBoxLayout(made)
    row.setContentsMargins(12, 8, 12, 8)
    row.setSpacing(10)
    token = {"danger": "danger", "warn": "warn", "neutral": "ink3"}[tone]
    row.addWidget(IconLabel("circle-alert" if line.late else "clock", token, 18))
    cell = label(line.cell, "h2")
    cell.setMinimumWidth(current().px(34))
    row.addWidget(cell)
    row.addWidget(WrapLabel(line.words, "strong"), 1)
    time = "Now" if line.due_ms is None else format_time(moment_at(line.due_ms, zone))
    row.addWidget(label(time, "strong", token))
    made.setAccessibleName(f"{line.cell}, {line.words}, {time}")
    return made
