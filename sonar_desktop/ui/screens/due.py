"""Everything that is due, as a page: the queue of the board with what comes later too."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from sonar_core.board.due import DueList
from sonar_desktop.ui.screens.due_queue import DueQueue
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.board import BoardFilter, BoardModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage


class QueuePage(QWidget):
    """A page around a queue; Enter goes to where the act is done."""

    def __init__(
        self, workplace: Workplace, *, title: str, contents: str, nothing: EmptyState
    ) -> None:
        """Fill itself at once and whenever a record changes.

        `contents` names the queue's card, `nothing` stands in its place while it is empty.
        """
        super().__init__()
        self.model = BoardModel(workplace)
        self.queue = DueQueue(workplace.zone, with_later=True)
        self._count = label("", "body", "ink2")
        self._nothing = nothing
        self._missing = InlineMessage(Tone.SYNC, "")
        self._missing.hide()
        self._not_here = QWidget()
        self._body = QStackedWidget()
        self._body.addWidget(self.queue)
        self._body.addWidget(self._nothing)
        self._body.addWidget(self._not_here)
        card = Card(contents, padding=12, gap=6)
        card.body.addWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(label(title, "h1"))
        whole.addWidget(self._count)
        whole.addWidget(self._missing)
        whole.addWidget(card, 1)
        self.setFocusProxy(self.queue)
        self.model.refreshed.connect(self._show)
        self.queue.opened.connect(self.model.open_due)
        self.queue.left.connect(lambda: workplace.go(Destination(page=Page.BOARD)))
        self.model.refresh()

    def pick(self, due: DueList) -> DueList:
        """Return what of the list this page shows."""
        raise NotImplementedError

    def counted(self, due: DueList, total: int) -> str:
        """Return the line under the title."""
        raise NotImplementedError

    def let_go(self) -> None:
        """Drop everything of the record."""
        self.model.close()

    def _show(self) -> None:
        due = self.pick(self.model.due)
        total = len(due.check) + len(due.late) + len(due.soon) + len(due.this_hour) + len(due.later)
        self._count.setText(self.counted(due, total))
        self.queue.set_due(due)
        missing = self.model.missing
        self._count.setVisible(bool(total or not missing))
        self._missing.set_message(Tone.SYNC, missing, icon="cloud-off")
        self._missing.setVisible(bool(missing))
        nothing = self._not_here if missing else self._nothing
        self._body.setCurrentWidget(self.queue if total else nothing)


class DueScreen(QueuePage):
    """The whole queue."""

    def __init__(self, workplace: Workplace) -> None:
        """Show what is due, whoever does it."""
        nothing = EmptyState(
            "Nothing is due",
            "Tasks, doses and checks appear here by their time.",
            icon="list-checks",
        )
        super().__init__(workplace, title="Due", contents="Everything that is due", nothing=nothing)

    def pick(self, due: DueList) -> DueList:
        """Return all of it."""
        return due

    def counted(self, due: DueList, total: int) -> str:
        """Count them with the people they are about."""
        people = self.model.count_of(BoardFilter.ALL)
        asked = f"{len(due.check)} to check, " if due.check else ""
        return f"{asked}{len(due.late)} late, {total} in all, for {people} detainees"
