"""The board as a table: a row object for the delegate, a sentence a cell for a screen reader."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from sonar_core.board.present import Edge, ShownRow
from sonar_core.board.severity import CellText
from sonar_core.board.speech import in_turn
from sonar_core.board.views import CopyState
from sonar_desktop.ui.viewmodels.board import BoardModel

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole)
"""The ShownRow of a cell's row."""


class Column(IntEnum):
    """The columns of mock-up 02, left to right."""

    CELL = 0
    DETAINEE = 1
    LEVEL = 2
    NEWS2 = 3
    CHECK = 4
    MEDICINES = 5
    TASKS = 6
    OUTCOME = 7
    COPY = 8


HEADINGS: Final = {
    Column.CELL: "Cell",
    Column.DETAINEE: "Detainee",
    Column.LEVEL: "Level",
    Column.NEWS2: "NEWS2",
    Column.CHECK: "Next check",
    Column.MEDICINES: "Medicines",
    Column.TASKS: "Tasks",
    Column.OUTCOME: "Outcome or referral",
    Column.COPY: "",
}

_COPY_WORDS: Final = {
    CopyState.LOCAL: "Saved on this PC, waiting to send",
    CopyState.SENDING: "Sending",
    CopyState.CENTRAL: "Saved centrally",
    CopyState.DECISION: "Needs a decision: two versions",
    CopyState.HELD: "Held back",
    CopyState.UNHELD: "Not held centrally: the server lost it",
}
_EDGE_WORDS: Final = {
    Edge.NONE: "",
    Edge.CONFLICT: "Needs a decision. ",
    Edge.LATE: "Something is late. ",
    Edge.ACT: "Act now. ",
}


class BoardTable(QAbstractTableModel):
    """What the view asks of the board model."""

    def __init__(self, board: BoardModel) -> None:
        """Follow the board: rows that stay are repainted, not rebuilt."""
        super().__init__(board)
        self._rows = board.shown
        self._board = board
        board.refreshed.connect(self._follow)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """Return how many people are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row object, or the cell's words."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, Column(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row, Column(index.column()))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's heading."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[Column(section)]
        return None

    @property
    def rows(self) -> tuple[ShownRow, ...]:
        """Who is shown, from the top."""
        return self._rows

    def row_of(self, episode: str) -> int | None:
        """Return where a person is shown, if they are."""
        for place, row in enumerate(self._rows):
            if row.row.episode == episode:
                return place
        return None

    def _follow(self) -> None:
        before = [row.row.episode for row in self._rows]
        after = [row.row.episode for row in self._board.shown]
        if before != after:
            self.beginResetModel()
            self._rows = self._board.shown
            self.endResetModel()
            return
        # A row that says the same stays the same object, by which the view knows it again.
        old = self._rows
        self._rows = tuple(
            was if was == now else now for was, now in zip(old, self._board.shown, strict=True)
        )
        for place, (was, now) in enumerate(zip(old, self._rows, strict=True)):
            if was is not now:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(Column) - 1))


def _text(row: ShownRow, column: Column) -> str:
    return row.cell if column is Column.CELL else spoken(row, column)


def spoken(row: ShownRow, column: Column) -> str:
    """Return a cell in words, as a screen reader says it."""
    if column is Column.CELL:
        return f"{_EDGE_WORDS[row.edge]}Cell {row.cell}" if row.cell else "No cell yet"
    if column is Column.DETAINEE:
        markers = ", ".join(marker.text for marker in row.row.markers)
        return in_turn(row.name, row.who, markers)
    if column is Column.LEVEL:
        return f"Level of observation: {_said(row.care)}"
    if column is Column.NEWS2:
        total = "" if row.score.total is None else f"{row.score.total}, "
        return f"NEWS2 {total}{_said(row.score.text)}"
    if column is Column.CHECK:
        return _said(row.check.text)
    if column is Column.MEDICINES:
        return f"Medicines: {_said(row.medicines)}"
    if column is Column.TASKS:
        return f"Tasks: {_said(row.tasks)}"
    if column is Column.OUTCOME:
        return _said(row.outcome)
    return _COPY_WORDS[row.row.standing]


def _said(text: CellText) -> str:
    return f"{text.first}, {text.second}" if text.second else text.first
