"""The medicines round: everybody's doses by time, one person opened at a time."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from sonar_core.board.due import DueItem, DueKind, DueList
from sonar_desktop.ui.screens.due_queue import DueQueue
from sonar_desktop.ui.viewmodels.board import BoardModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.messages import EmptyState


class MedicinesRoundScreen(QWidget):
    """The doses of the queue; Enter opens the person's chart at the dose."""

    def __init__(self, workplace: Workplace) -> None:
        """Fill itself at once and whenever a record changes."""
        super().__init__()
        self._model = BoardModel(workplace)
        self._queue = DueQueue(workplace.zone, with_later=True)
        self._queue.setAccessibleName("Doses, by time")
        self._count = label("", "body", "ink2")
        self._nothing = EmptyState(
            "No dose is due",
            "Doses at set times appear here. Medicines given when needed are on each chart.",
            icon="pill",
        )
        self._body = QStackedWidget()
        self._body.addWidget(self._queue)
        self._body.addWidget(self._nothing)
        card = Card("Doses that are due", padding=12, gap=6)
        card.body.addWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(label("Medicines round", "h1"))
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
        due = doses_of(self._model.due)
        total = len(due.late) + len(due.soon) + len(due.this_hour) + len(due.later)
        self._count.setText(
            f"{len(due.late)} late, {len(due.soon)} in the next 15 minutes, {total} in all"
        )
        self._queue.set_due(due)
        self._body.setCurrentWidget(self._queue if total else self._nothing)


def doses_of(due: DueList) -> DueList:
    """Return only the doses of a list of what is due."""
    return DueList(
        late=_doses(due.late),
        soon=_doses(due.soon),
        this_hour=_doses(due.this_hour),
        later=_doses(due.later),
    )


def _doses(items: tuple[DueItem, ...]) -> tuple[DueItem, ...]:
    return tuple(item for item in items if item.kind is DueKind.MEDICINE)
