"""The read-only handover list: what each person leaves open, worst first."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer

from sonar_core.board.handover import HandoverLine, HandoverList
from sonar_core.board.words import revoked_words
from sonar_core.moments import format_time, moment_at
from sonar_core.records.kinds import ScopeKind
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.read_handover import Handover, read_handover
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus

TICK_MS: Final = 60_000


class HandoverModel(ViewModel):
    """The list as the board knows it; read again each minute, since what is late changes."""

    def __init__(self, workplace: Workplace) -> None:
        """Start empty; `is_loaded` becomes true with the first answer."""
        super().__init__(workplace)
        self.is_loaded = False
        self.list = HandoverList(with_something_open=(), others=())
        self._revoked: tuple[str, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        workplace.background.sync_status.connect(self._on_status)

    @property
    def people(self) -> int:
        """How many people are on the list."""
        return len(self.list.with_something_open) + len(self.list.others)

    @property
    def as_of(self) -> str:
        """How fresh the list is, in words."""
        status = self.workplace.background.latest_status
        now = self._clock(self.workplace.clock.now_ms())
        if status is None or status.state is not SyncState.OFFLINE:
            return f"As of {now}"
        heard = status.last_contact_ms or status.offline_since_ms
        since = "" if heard is None else f" {self._clock(heard)}"
        return f"As of{since} and what was entered on this PC since. Working offline."

    @property
    def missing(self) -> str:
        """What this PC may not hold, so that nobody relies on the list; empty if it holds all."""
        return revoked_words(self._revoked)

    @property
    def is_revoked(self) -> bool:
        """Whether this PC may not hold the suite's records: that nobody is shown says nothing."""
        return ScopeKind.CLINICAL in self._revoked

    def concerns(self, changed: Changed) -> bool:
        """Return whether any person's record changed."""
        return bool(changed.episodes or changed.patients)

    def refresh(self) -> None:
        """Read the list again."""
        self.look(read_handover, self._take)

    def open(self, line: HandoverLine) -> None:
        """Go to a person's record."""
        self.workplace.go(Destination(page=Page.RECORD, episode=line.shown.row.episode))

    def close(self) -> None:
        """Stop the clock too."""
        self._timer.stop()
        self.workplace.background.sync_status.disconnect(self._on_status)
        super().close()

    def _take(self, found: Handover) -> None:
        self.list, self._revoked = found.list, found.revoked
        self.is_loaded = True
        self.refreshed.emit()

    def _on_status(self, _status: SyncStatus) -> None:
        self.refreshed.emit()

    def _clock(self, ms: int) -> str:
        return format_time(moment_at(ms, self.workplace.zone))
