"""The first sync: how far it is and what is usable already."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from sonar_desktop.ui.viewmodels.session import SessionModel
from sonar_desktop.usecases.come_in import FIRST_SYNC_SETTING
from sonar_desktop.usecases.ports import Writing
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Unfinished


class FirstSyncModel(QObject):
    """What is fetched, in the order reference, board, rest; the board opens when its rows are in.

    Signals:
        changed(): read the properties again.
    """

    changed = Signal()

    def __init__(self, session: SessionModel) -> None:
        """Take the session whose exchange this watches."""
        super().__init__()
        self._session = session
        self._has_ended = False
        self.status: SyncStatus | None = None
        self.unfinished: tuple[Unfinished, ...] = ()
        session.background.sync_status.connect(self._told)
        # It may all have come while somebody was still choosing a PIN.
        if session.background.latest_status is None:
            self._look()
        else:
            self._told(session.background.latest_status)

    @property
    def progress(self) -> tuple[int, int] | None:
        """Rows that are in, of all; None before the server said how many."""
        total = sum(one.total_rows for one in self.unfinished)
        done = sum(one.done_rows for one in self.unfinished)
        return (done, total) if total else None

    @property
    def is_offline(self) -> bool:
        """Whether the server cannot be reached."""
        return self.status is not None and self.status.state is SyncState.OFFLINE

    @property
    def problem(self) -> str:
        """What stops the fetching, empty while nothing does."""
        if self.status is not None and self.status.state is SyncState.BLOCKED:
            return self.status.problem
        if self.is_offline:
            return (
                "The server cannot be reached. What is here already stays, and the rest is "
                "fetched by itself when the network is back."
            )
        return ""

    @property
    def steps(self) -> tuple[tuple[str, bool], ...]:
        """The parts in their order, and whether each is in."""
        begun = bool(self.unfinished)
        people = any(one.unattached for one in self.unfinished)
        board = any(one.board for one in self.unfinished)
        rest = any(one.other for one in self.unfinished)
        return (
            ("Staff, forms and medicines list", begun and not people),
            ("People in custody now, most acute first", begun and not people and not board),
            ("Their full records", begun and not people and not board and not rest),
        )

    def try_now(self) -> None:
        """Exchange now."""
        self._session.try_now()

    def _told(self, status: SyncStatus) -> None:
        self.status = status
        self.changed.emit()
        if status.state is SyncState.UP_TO_DATE:
            self._usable()
        else:
            self._look()

    def _look(self) -> None:
        opened = self._session.open
        if opened is not None:
            self._session.background.look(opened.opened.sync.unfinished, self._take)

    def _take(self, unfinished: tuple[Unfinished, ...]) -> None:
        self.unfinished = unfinished
        self.changed.emit()
        if unfinished and self._covers_all() and self.steps[1][1]:
            self._usable()

    def _covers_all(self) -> bool:
        """Whether the server has said of every scope what it holds."""
        opened = self._session.open
        return opened is not None and {one.scope for one in self.unfinished} >= set(
            opened.pc.scopes
        )

    def _usable(self) -> None:
        opened, admitted = self._session.open, self._session.admitted
        if self._has_ended or opened is None or admitted is None:
            return
        self._has_ended = True

        def keep(writing: Writing) -> None:
            writing.put_setting(FIRST_SYNC_SETTING, "yes")

        store, actor = opened.opened.store, admitted.actor
        self._session.background.act(
            lambda: store.write(actor, "first_sync", keep),
            lambda _answer: self._session.first_sync_usable(),
        )
