"""The counts in the head of the board; each of them is also a filter."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sonar_desktop.ui.viewmodels.board import BoardFilter, BoardModel
from sonar_desktop.ui.widgets.labels import vline
from sonar_desktop.ui.widgets.segmented import CounterButton

_MANY: Final = 100


class BoardCounters(QWidget):
    """The counters, left to right.

    Signals:
        wanted(BoardFilter): a counter was pressed.
    """

    wanted = Signal(object)

    def __init__(self) -> None:
        """Make them without numbers."""
        super().__init__()
        self._short = False
        self._all = CounterButton("detainees")
        self._not_told = CounterButton(
            "outcomes not acknowledged", icon="circle-alert", colour="danger"
        )
        self._late = CounterButton("late", icon="clock-alert", colour="danger")
        self._waiting = CounterButton("waiting for HCP", icon="phone-incoming", colour="accent")
        self._conflicts = CounterButton("conflicts", icon="git-compare-arrows", colour="sync")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(6)
        targets = (
            (self._all, BoardFilter.ALL),
            (self._not_told, BoardFilter.NEEDS_ACTION),
            (self._late, BoardFilter.NEEDS_ACTION),
            (self._waiting, BoardFilter.WAITING),
            (self._conflicts, BoardFilter.NEEDS_ACTION),
        )
        for place, (button, target) in enumerate(targets):
            if place:
                row.addWidget(vline())
            button.setCheckable(False)
            button.clicked.connect(lambda _=False, target=target: self.wanted.emit(target))
            row.addWidget(button)
        row.addStretch(1)

    def set_words(self, *, short: bool) -> None:
        """Use shorter words where the window is narrow."""
        self._short = short

    def show_counts(self, model: BoardModel) -> None:
        """Show the counts; singular where there is one."""
        counts = model.counts
        self._all.set_count(counts.detainees, "detainee" if counts.detainees == 1 else "detainees")
        many = "outcome" if counts.not_told == 1 else "outcomes"
        # Three digits in each count leave no room for the longer words in any window.
        short = self._short or counts.detainees >= _MANY
        not_told = "not told" if short else f"{many} not told"
        self._not_told.set_count(counts.not_told, not_told)
        self._late.set_count(counts.late, "late")
        self._waiting.set_count(counts.waiting, "waiting" if short else "waiting for HCP")
        self._conflicts.set_count(
            counts.conflicts, "conflict" if counts.conflicts == 1 else "conflicts"
        )
