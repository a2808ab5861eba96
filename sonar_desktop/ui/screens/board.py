"""The custody board: everybody in custody here in a stable order, with the queue beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sonar_core.board.present import ShownRow
from sonar_core.board.words import revoked_words
from sonar_core.records.kinds import ScopeKind
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.board_counters import BoardCounters
from sonar_desktop.ui.screens.board_legend import BoardLegend
from sonar_desktop.ui.screens.board_view import TAB_OF_KEY, BoardView
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.due_queue import DueQueue
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import Layout, layout_for, sizes_for
from sonar_desktop.ui.viewmodels.board import BoardFilter, BoardModel, BoardOrder
from sonar_desktop.ui.viewmodels.board_table import ROW_ROLE, BoardTable, Column
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.messages import EmptyState
from sonar_desktop.ui.widgets.segmented import Segmented

_FILTERS: Final = tuple(BoardFilter)
_FILTER_WORDS: Final = {
    BoardFilter.ALL: "All",
    BoardFilter.MINE: "Mine",
    BoardFilter.NEEDS_ACTION: "Needs action",
    BoardFilter.WAITING: "Waiting",
}


class BoardScreen(QWidget):
    """Head with counters, filters, the table in its card, legend; the queue at the right."""

    def __init__(self, workplace: Workplace) -> None:
        """Fill itself at once and whenever a record changes."""
        super().__init__()
        self._workplace = workplace
        self._model = BoardModel(workplace)
        self._table = BoardTable(self._model)
        self._view = BoardView(self._table, sizes_for(Layout.FULL).board_row)
        self._queue = DueQueue(workplace.zone, with_later=False)
        self._queue_card = Card("Due next", padding=12, gap=6)
        self._counters = BoardCounters()
        self._filters = Segmented("Show", [_FILTER_WORDS[one] for one in _FILTERS])
        self._order = Button("By cell", Variant.QUIET, icon="arrow-down-up", height=32)
        self._body = QStackedWidget()
        self._has_chosen = self._is_beside_panel = False
        self._lay_out()
        self._connect()
        self._model.refresh()

    def let_go(self) -> None:
        """Drop everything of the record."""
        self._model.close()

    def make_room(self, *, beside: bool) -> None:
        """Give the queue's room to a panel of the shell while one is open."""
        self._is_beside_panel = beside
        self.resizeEvent(QResizeEvent(self.size(), self.size()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the breakpoints of the window."""
        super().resizeEvent(event)
        window = self.window().size()
        layout = layout_for(window.width(), window.height())
        sizes = sizes_for(layout)
        self._view.set_row_height(sizes.board_row)
        self._queue_card.setFixedWidth(current().px(sizes.queue))
        narrow = layout in {Layout.NARROW, Layout.SMALL}
        self._queue_card.setHidden(narrow or self._is_beside_panel)
        squeezed = self._is_beside_panel and layout is not Layout.FULL
        self._view.setColumnHidden(Column.MEDICINES, narrow or squeezed)
        self._view.setColumnHidden(Column.TASKS, layout is Layout.SMALL)
        self._counters.set_words(short=self._is_beside_panel or layout is not Layout.FULL)
        self._counters.show_counts(self._model)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again when the theme or the text size changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._view.viewport().update()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label("Custody board", "h1"))
        head.addWidget(self._counters, 1)
        self._new = Button("New referral", Variant.PRIMARY, icon="plus", key="N")
        head.addWidget(self._new)
        offer(self._workplace, Duty.RUN_STAY, self._new)
        row = QHBoxLayout()
        row.addWidget(self._filters)
        row.addStretch(1)
        row.addWidget(self._order)
        self._empty = EmptyState(
            "No one is in custody here",
            "When someone is booked in, they appear here.",
            icon="users",
            action="New referral",
            action_key="N",
        )
        offer(self._workplace, Duty.RUN_STAY, self._empty.button)
        self._nobody = EmptyState("Nobody to show", "No detainee fits this filter.", icon="filter")
        self._not_here = EmptyState(
            "Not on this PC", revoked_words((ScopeKind.CLINICAL,)), icon="cloud-off"
        )
        self._loading = QWidget()
        card = Card("Everybody in custody here", padding=1, gap=0)
        for page in (self._loading, self._view, self._empty, self._nobody, self._not_here):
            self._body.addWidget(page)
        card.body.addWidget(self._body)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(head)
        left.addLayout(row)
        left.addWidget(card, 1)
        left.addWidget(BoardLegend())
        title = QHBoxLayout()
        title.addWidget(label("Due next", "h3"))
        title.addStretch(1)
        title.addWidget(label("By time", "meta", "ink3"))
        self._queue_card.body.addLayout(title)
        self._queue_card.body.addWidget(self._queue, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 12, 14, 8)
        whole.setSpacing(12)
        whole.addLayout(left, 1)
        whole.addWidget(self._queue_card)
        FirstFocus(self, self._view)

    def _connect(self) -> None:
        self._model.refreshed.connect(self._show)
        self._filters.chosen.connect(lambda place: self._model.set_filter(_FILTERS[place]))
        self._order.clicked.connect(self._turn_order)
        self._view.key_for_row.connect(self._act_on)
        self._view.doubleClicked.connect(lambda index: self._model.open(_episode(index)))
        self._view.queue_wanted.connect(self._queue.setFocus)
        self._queue.left.connect(self._view.setFocus)
        self._queue.opened.connect(self._model.open_due)
        self._new.clicked.connect(self._refer)
        self._empty.acted.connect(self._refer)
        self._counters.wanted.connect(self._from_counter)
        for number in range(len(_FILTERS)):
            keys = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            keys.activated.connect(lambda number=number: self._choose_filter(number))
        new = QShortcut(QKeySequence("N"), self._view)
        new.setContext(Qt.ShortcutContext.WidgetShortcut)
        new.activated.connect(self._refer)
        again = QShortcut(QKeySequence("R"), self._view)
        again.setContext(Qt.ShortcutContext.WidgetShortcut)
        again.activated.connect(lambda: self._model.set_order(self._model.order))

    def _show(self) -> None:
        model = self._model
        self._counters.show_counts(model)
        self._filters.set_texts([f"{_FILTER_WORDS[one]} {model.count_of(one)}" for one in _FILTERS])
        self._queue.set_due(model.due)
        page: QWidget = self._view
        if not model.is_loaded:
            page = self._loading
        elif not model.shown:
            page = self._empty if model.counts.detainees == 0 else self._nobody
            page = self._not_here if model.is_revoked else page
        self._body.setCurrentWidget(page)
        self._view.fit_rows()
        if not self._has_chosen and model.shown:
            self._has_chosen = True
            self._view.choose(model.shown[0].row.episode)

    def _act_on(self, key: int, row: ShownRow) -> None:
        if key == Qt.Key.Key_T:
            self._model.open_outcome(row)
            return
        tab = TAB_OF_KEY.get(Qt.Key(key), Tab.SUMMARY)
        self._model.open(row.row.episode, tab)

    def _choose_filter(self, place: int) -> None:
        self._filters.set_index(place)
        self._model.set_filter(_FILTERS[place])

    def _from_counter(self, wanted: BoardFilter) -> None:
        self._choose_filter(_FILTERS.index(wanted))

    def _turn_order(self) -> None:
        by_cell = self._model.order is BoardOrder.CELL
        self._model.set_order(BoardOrder.NEXT_DUE if by_cell else BoardOrder.CELL)
        self._order.setText("By next due" if by_cell else "By cell")

    def _refer(self) -> None:
        self._workplace.go(Destination(page=Page.REFERRALS, focus="new"))


def _episode(index: object) -> str:
    row: ShownRow = index.data(ROW_ROLE)  # type: ignore[attr-defined]
    return row.row.episode
