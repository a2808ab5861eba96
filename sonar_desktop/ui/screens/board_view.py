"""The board's table with its keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from sonar_core.board.present import ShownRow
from sonar_desktop.ui.screens.board_delegate import BoardDelegate, row_height
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.board_table import ROW_ROLE, BoardTable, Column
from sonar_desktop.ui.viewmodels.workplace import Tab

_WIDTHS: Final = {
    Column.CELL: 52,
    Column.DETAINEE: 176,
    Column.LEVEL: 112,
    Column.NEWS2: 140,
    Column.CHECK: 112,
    Column.MEDICINES: 142,
    Column.TASKS: 58,
    Column.COPY: 36,
}
_JUMP_MS: Final = 1000
TAB_OF_KEY: Final = {
    Qt.Key.Key_O: Tab.OBSERVATIONS,
    Qt.Key.Key_G: Tab.MEDICINES,
    Qt.Key.Key_L: Tab.PLAN,
}
"""The letters that lead to a tab of the person chosen."""


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
        self._measures: tuple[object, ...] = ()
        self._heights: dict[str, tuple[ShownRow, int]] = {}
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
        # Once the layout has settled: while it does, the stretched column passes other widths.
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(0)
        self._settled.timeout.connect(self.fit_rows)
        header.sectionResized.connect(lambda *_: self._settled.start())
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
        theme = current()
        measures = (*widths.values(), self._least, theme.name, theme.scale)
        if measures != self._measures:
            self._measures = measures
            self._heights = {}
        known, self._heights = self._heights, {}
        for place, row in enumerate(self._table.rows):
            was, height = known.get(row.row.episode, (None, 0))
            if was is not row:
                height = row_height(row, widths, self._least)
            self._heights[row.row.episode] = (row, height)
            if self.rowHeight(place) != height:
                self.setRowHeight(place, height)

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
        elif key in {*TAB_OF_KEY, Qt.Key.Key_T} and row is not None:
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
