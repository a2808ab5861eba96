"""Everything that is due, as a page: the queue of the board with what comes later too."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.due_queue import DueQueue
from sonar_desktop.ui.viewmodels.board import BoardFilter, BoardModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.messages import EmptyState


class DueScreen(QWidget):
    """The whole queue; Enter goes to where the act is done."""

    def __init__(self, workplace: Workplace) -> None:
        """Fill itself at once and whenever a record changes."""
        super().__init__()
        self._model = BoardModel(workplace)
        self._queue = DueQueue(workplace.zone, with_later=True)
        self._count = label("", "body", "ink3")
        self._nothing = EmptyState(
            "Nothing is due",
            "Tasks, doses and checks appear here by their time.",
            icon="list-checks",
        )
        self._body = QStackedWidget()
        self._body.addWidget(self._queue)
        self._body.addWidget(self._nothing)
        card = Card("Everything that is due", padding=12, gap=6)
        card.body.addWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(label("Due", "h1"))
        whole.addWidget(self._count)
        whole.addWidget(card, 1)
        self.setFocusProxy(self._queue)
        self._model.refreshed.connect(self._show)
        self._queue.opened.connect(self._model.open_due)
        self._queue.left.connect(lambda: workplace.go(Destination(page=Page.BOARD)))
        self._model.refresh()

    def let_go(self) -> None:
        """Drop everything of the record."""
        self._model.close()

    def _show(self) -> None:
        due = self._model.due
        total = len(due.late) + len(due.soon) + len(due.this_hour) + len(due.later)
        people = self._model.count_of(BoardFilter.ALL)
        self._count.setText(f"{len(due.late)} late, {total} in all, for {people} detainees")
        self._queue.set_due(due)
        self._body.setCurrentWidget(self._queue if total else self._nothing)
