"""The custody board: everybody in custody here in a stable order, with the queue beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sonar_core.board.present import ShownRow
from sonar_desktop.ui.screens.board_delegate import BoardDelegate, row_height
from sonar_desktop.ui.screens.board_legend import BoardLegend
from sonar_desktop.ui.screens.due_queue import DueQueue
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import Layout, layout_for, sizes_for
from sonar_desktop.ui.viewmodels.board import BoardFilter, BoardModel, BoardOrder
from sonar_desktop.ui.viewmodels.board_table import ROW_ROLE, BoardTable, Column
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.labels import Card, label, vline
from sonar_desktop.ui.widgets.messages import EmptyState
from sonar_desktop.ui.widgets.segmented import CounterButton, Segmented

_WIDTHS: Final = {
    Column.CELL: 52,
    Column.DETAINEE: 182,
    Column.LEVEL: 106,
    Column.NEWS2: 130,
    Column.CHECK: 126,
    Column.MEDICINES: 146,
    Column.TASKS: 62,
    Column.COPY: 36,
}
_FILTERS: Final = tuple(BoardFilter)
_FILTER_WORDS: Final = {
    BoardFilter.ALL: "All",
    BoardFilter.MINE: "Mine",
    BoardFilter.NEEDS_ACTION: "Needs action",
    BoardFilter.WAITING: "Waiting",
}
_JUMP_MS: Final = 1000
_TABS: Final = {
    Qt.Key.Key_O: Tab.OBSERVATIONS,
    Qt.Key.Key_G: Tab.MEDICINES,
    Qt.Key.Key_L: Tab.PLAN,
}


class BoardView(QTableView):
    """The table with its keys: Enter opens, letters act on the person, a cell's name jumps to it.

    Signals:
        key_for_row(int, ShownRow): a letter that acts on the person chosen.
        queue_wanted(): Q was pressed.
    """

    key_for_row = Signal(int, object)
    queue_wanted = Signal()

    def __init__(self, table: BoardTable, row_height: int) -> None:
        """Take the model; columns get their widths from the breakpoint."""
        super().__init__()
        self._table = table
        self._typed = ""
        self._kept: str | None = None
        self._jump = QTimer(self)
        self._jump.setSingleShot(True)
        self._jump.setInterval(_JUMP_MS)
        self._jump.timeout.connect(self._forget)
        table.modelAboutToBeReset.connect(self._keep_choice)
        self.setModel(table)
        table.modelReset.connect(self._choose_again)
        self.setAccessibleName("Custody board")
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setFixedHeight(current().px(34))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(24)
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, current().px(width))
        header.setSectionResizeMode(Column.OUTCOME, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._fit_after)
        self.set_row_height(row_height)

    def set_row_height(self, height: int) -> None:
        """Give every row at least this height, in pixels at 100 % text; longer texts get more."""
        self._least = height
        self.setItemDelegate(BoardDelegate(height, self))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(current().px(height))
        self.verticalHeader().setDefaultSectionSize(current().px(height))
        self.fit_rows()

    def fit_rows(self) -> None:
        """Make each row as high as its texts need: no name and no outcome is ever cut."""
        widths = {column: self.columnWidth(column) for column in Column}
        for place in range(self._table.rowCount()):
            row: ShownRow = self._table.index(place, 0).data(ROW_ROLE)
            height = row_height(row, widths, self._least)
            if self.rowHeight(place) != height:
                self.setRowHeight(place, height)

    def _fit_after(self, column: int) -> None:
        if column == Column.OUTCOME:
            self.fit_rows()

    def chosen(self) -> ShownRow | None:
        """Return the person chosen."""
        index = self.currentIndex()
        return index.data(ROW_ROLE) if index.isValid() else None

    def choose(self, episode: str) -> None:
        """Choose a person, if they are shown."""
        place = self._table.row_of(episode)
        if place is not None:
            self.selectionModel().setCurrentIndex(
                self._table.index(place, 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows,
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the person chosen, or jump to the cell being typed."""
        row = self.chosen()
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and row is not None:
            self.key_for_row.emit(Qt.Key.Key_Return, row)
        elif self._typed or self._begins_a_cell(event.text()):
            self._type(event.text())
        elif key == Qt.Key.Key_Q:
            self.queue_wanted.emit()
        elif key in {*_TABS, Qt.Key.Key_T} and row is not None:
            self.key_for_row.emit(key, row)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without choosing anybody: Qt would choose the first person by itself."""
        nobody = not self.currentIndex().isValid()
        super().focusInEvent(event)
        if nobody:
            self.selectionModel().clear()

    def _keep_choice(self) -> None:
        row = self.chosen()
        self._kept = None if row is None else row.row.episode

    def _choose_again(self) -> None:
        """Keep to the person: whoever stands in their place now must not be acted on instead."""
        if self._kept is not None:
            self.choose(self._kept)

    def _begins_a_cell(self, text: str) -> bool:
        return bool(text.strip()) and any(
            self._table.index(place, 0).data().upper().startswith(text.upper())
            for place in range(self._table.rowCount())
        )

    def _type(self, text: str) -> None:
        self._typed += text.upper()
        self._jump.start()
        for place in range(self._table.rowCount()):
            index = self._table.index(place, 0)
            if index.data().upper().startswith(self._typed):
                self.setCurrentIndex(index)
                return
        self._forget()

    def _forget(self) -> None:
        self._typed = ""


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
        self._counters = _Counters()
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
        self._view.setColumnHidden(Column.MEDICINES, narrow)
        self._view.setColumnHidden(Column.TASKS, layout is Layout.SMALL)
        self._counters.set_words(short=layout is not Layout.FULL)

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
        self._nobody = EmptyState("Nobody to show", "No detainee fits this filter.", icon="filter")
        self._loading = QWidget()
        card = Card("Everybody in custody here", padding=1, gap=0)
        for page in (self._loading, self._view, self._empty, self._nobody):
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
        self.setFocusProxy(self._view)

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
        self._body.setCurrentWidget(page)
        self._view.fit_rows()
        if not self._has_chosen and model.shown:
            self._has_chosen = True
            self._view.choose(model.shown[0].row.episode)

    def _act_on(self, key: int, row: ShownRow) -> None:
        if key == Qt.Key.Key_T:
            self._model.open_outcome(row)
            return
        tab = _TABS.get(Qt.Key(key), Tab.SUMMARY)
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


class _Counters(QWidget):
    """The counts in the head; each of them is also a filter."""

    wanted = Signal(object)

    def __init__(self) -> None:
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
        not_told = "not told" if self._short else f"{many} not acknowledged"
        self._not_told.set_count(counts.not_told, not_told)
        self._late.set_count(counts.late, "late")
        self._waiting.set_count(counts.waiting, "waiting" if self._short else "waiting for HCP")
        self._conflicts.set_count(
            counts.conflicts, "conflict" if counts.conflicts == 1 else "conflicts"
        )
