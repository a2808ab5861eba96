"""The custody board: everybody in custody here, what is due, and the counts above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QTimer

from sonar_core.board.due import DueItem, DueKind, DueList, due_list, in_bands
from sonar_core.board.policy import BoardPolicy
from sonar_core.board.present import ShownRow, is_mine, present
from sonar_core.board.rows import BoardRow
from sonar_core.board.suite_change import SuiteChange
from sonar_core.board.words import revoked_words
from sonar_core.records.kinds import ScopeKind
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.usecases.list_board import Board, by_cell, list_board
from sonar_desktop.usecases.ports import Changed

TICK_MS: Final = 15_000
"""Countdowns move in minutes: four looks a minute keep every one within a quarter of it."""

_TAB_OF_KIND: Final = {
    DueKind.REPEAT_OBSERVATIONS: Tab.OBSERVATIONS,
    DueKind.MEDICINE: Tab.MEDICINES,
    DueKind.FIRST_CONTACT: Tab.ASSESSMENT,
    DueKind.TASK: Tab.PLAN,
}


class BoardFilter(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    MINE = "mine"
    NEEDS_ACTION = "needs_action"
    WAITING = "waiting"


class BoardOrder(StrEnum):
    """By cell (which never moves), or by what is due next when that was last asked for."""

    CELL = "cell"
    NEXT_DUE = "next_due"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What the head of the board counts; late counts items, the others people."""

    detainees: int = 0
    not_told: int = 0
    late: int = 0
    waiting: int = 0
    conflicts: int = 0


_NOTHING_DUE: Final = DueList(check=(), late=(), soon=(), this_hour=(), later=())


class BoardModel(ViewModel):
    """Rows in a stable order: a row moves only when somebody asks for another order."""

    def __init__(self, workplace: Workplace) -> None:
        """Start empty; `is_loaded` becomes true with the first answer."""
        super().__init__(workplace)
        self.is_loaded = False
        self.is_revoked = False
        self.missing = ""
        """What this PC may not hold, in words; empty where it holds all."""
        """Whether this PC may not hold the suite's records: that nobody is shown says nothing."""
        self.filter = BoardFilter.ALL
        self.order = BoardOrder.CELL
        self.shown: tuple[ShownRow, ...] = ()
        self.due = _NOTHING_DUE
        self.counts = Counts()
        self._all: tuple[ShownRow, ...] = ()
        self._rows: tuple[BoardRow, ...] = ()
        self._policy = BoardPolicy()
        self._changes: dict[str, SuiteChange] = {}
        self._sequence: dict[str, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def concerns(self, changed: Changed) -> bool:
        """Return whether any person's record changed: the board shows everybody."""
        return bool(changed.episodes or changed.patients)

    def refresh(self) -> None:
        """Read the rows again; the order stays as it is."""
        self.look(list_board, self._take)

    def tick(self) -> None:
        """Reckon every countdown anew from memory."""
        now_ms = self.workplace.clock.latest_ms()
        self._all = tuple(
            present(row, now_ms, self._policy, self._changes.get(row.episode)) for row in self._rows
        )
        every = (item for one in self._all for item in one.due)
        self.due = in_bands(every, now_ms, self._policy)
        self.counts = Counts(
            detainees=len(self._all),
            not_told=sum(any(o.told_ms is None for o in one.row.outcomes) for one in self._all),
            late=len(self.due.late),
            waiting=sum(one.is_waiting for one in self._all),
            conflicts=sum(len(one.row.conflicts) for one in self._all),
        )
        self._show()

    def set_filter(self, wanted: BoardFilter) -> None:
        """Show only these rows."""
        self.filter = wanted
        self._show()

    def set_order(self, wanted: BoardOrder) -> None:
        """Put the rows in this order now; by next due it is kept until asked for again."""
        self.order = wanted
        self._sort()
        self._show()

    def count_of(self, wanted: BoardFilter) -> int:
        """Return how many rows a filter would show."""
        return len(self._passing(wanted))

    def open(self, episode: str, tab: Tab = Tab.SUMMARY, focus: str | None = None) -> None:
        """Go to a person's record."""
        self.workplace.go(Destination(page=Page.RECORD, episode=episode, tab=tab, focus=focus))

    def open_due(self, item: DueItem) -> None:
        """Go to where the due act is done."""
        self.open(item.episode, _TAB_OF_KIND.get(item.kind, Tab.SUMMARY), item.source)

    def open_outcome(self, one: ShownRow) -> None:
        """Go to the outcome that nobody was told of, else to the summary."""
        untold = [outcome.id for outcome in one.row.outcomes if outcome.told_ms is None]
        self.open(one.row.episode, focus=untold[0] if untold else None)

    def close(self) -> None:
        """Stop the clock too."""
        self._timer.stop()
        super().close()

    def _take(self, board: Board) -> None:
        self._rows, self._policy, self._changes = board.rows, board.policy, board.changes
        self.is_revoked = ScopeKind.CLINICAL in board.revoked
        self.missing = revoked_words(board.revoked)
        self.is_loaded = True
        if self.order is BoardOrder.CELL:
            self._sort()
        self.tick()

    def _sort(self) -> None:
        """Fix the sequence; whoever arrives while "by next due" holds goes to the end."""
        ordered = sorted(self._rows, key=by_cell)
        if self.order is BoardOrder.NEXT_DUE:
            now_ms = self.workplace.clock.latest_ms()
            due = {row.episode: _next_ms(row, now_ms, self._policy) for row in ordered}
            ordered.sort(key=lambda row: due[row.episode])
        self._sequence = {row.episode: place for place, row in enumerate(ordered)}

    def _show(self) -> None:
        last = len(self._sequence)
        self.shown = tuple(
            sorted(
                self._passing(self.filter),
                key=lambda one: self._sequence.get(one.row.episode, last),
            )
        )
        self.refreshed.emit()

    def _passing(self, wanted: BoardFilter) -> Sequence[ShownRow]:
        if wanted is BoardFilter.MINE:
            user = self.workplace.desk.actor.user
            return [one for one in self._all if is_mine(one.row, user)]
        if wanted is BoardFilter.NEEDS_ACTION:
            return [one for one in self._all if one.needs_action]
        if wanted is BoardFilter.WAITING:
            return [one for one in self._all if one.is_waiting]
        return self._all


def _next_ms(row: BoardRow, now_ms: int, policy: BoardPolicy) -> int:
    items = due_list((row,), now_ms, policy)
    every = (*items.check, *items.late, *items.soon, *items.this_hour, *items.later)
    return every[0].due_ms if every else 1 << 62
