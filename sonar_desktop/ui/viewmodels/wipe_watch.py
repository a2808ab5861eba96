"""An order to wipe this PC: heard, said on the screen, and obeyed step by step.

Nothing here decides what may go: `usecases.obey_wipe` does, and goes on where it was after a stop.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import structlog
from PySide6.QtCore import QObject, QTimer, Signal

from sonar_core.sync.wiping import WipeOrder
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.obey_wipe import finish, hear_order, is_ordered, leave
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus

ASK_MS: Final = 60_000
"""How long nothing is asked or tried again."""

_log = structlog.get_logger("session")


class Removal(StrEnum):
    """How far this PC is out of use, for the words on the sign-in page."""

    ORDERED = "ordered"
    WIPED = "wiped"
    DONE = "done"


class WipeWatch(QObject):
    """Asks, while the server has this PC out of use, what is to become of it.

    Signals:
        must_leave(): nobody is to work here any more; drafts go on disk.
        changed(): read `removal` again.
        done(): the keys are gone and all is handed in: let go of the store, start anew.
    """

    must_leave = Signal()
    changed = Signal()
    done = Signal()

    def __init__(self, premises: Premises, background: Background, late: LateDrafts) -> None:
        """Take the PC, the threads and what is on no disk; go on with a wipe that had begun."""
        super().__init__()
        self.removal: Removal | None = None
        self._premises = premises
        self._background = background
        self._late = late
        self._opened: OpenPc | None = None
        self._door: ServerDoor | None = None
        self._is_busy = self._is_used = False
        self._tried_ms: int | None = None
        self._again = QTimer(self)
        self._again.setInterval(ASK_MS)
        self._again.timeout.connect(self._finish)
        background.sync_status.connect(self._told)
        if premises.keys.is_wiped:
            self.removal = Removal.WIPED
            self._again.start()
            QTimer.singleShot(0, self._finish)

    @property
    def is_wiped(self) -> bool:
        """Whether nobody can sign in or be rung for here any more."""
        return self.removal in (Removal.WIPED, Removal.DONE)

    def watch(self, opened: OpenPc) -> None:
        """Take the open store: an order that it keeps stands until the server says otherwise."""
        self._opened = opened
        self._background.look(lambda: is_ordered(opened.opened), self._kept)

    def sits_down(self) -> None:
        """Somebody was let in; while the order was on its way, they leave again."""
        self._is_used = True
        if self.removal is not None:
            QTimer.singleShot(0, self._clear)

    def close(self) -> None:
        """Ask nothing more, and let go of an answer that is still to come."""
        self._opened = None
        self._again.stop()
        if self._door is not None:
            self._door.abandon()

    def _kept(self, is_kept: bool) -> None:  # noqa: FBT001 an answer
        if is_kept:
            self._say(Removal.ORDERED)

    def _told(self, status: SyncStatus) -> None:
        opened = self._opened
        is_asked = status.is_taken_out or (
            self.removal is Removal.ORDERED and status.state is SyncState.UP_TO_DATE
        )
        now = self._premises.clock.monotonic_ms()
        is_due = self._tried_ms is None or now - self._tried_ms >= ASK_MS
        if opened is None or self._is_busy or not is_asked or not is_due:
            return
        self._tried_ms, self._is_busy = now, True
        self._background.aside(
            lambda: self._ask(opened), lambda order: self._heard(opened, order), self._not_done
        )

    def _ask(self, opened: OpenPc) -> WipeOrder | None:
        door = self._door
        if door is None:
            door = self._premises.door(opened.server, opened.pc.device, opened.identity)
            self._door = door
            door.hello()
        return hear_order(self._premises, opened, door)

    def _heard(self, opened: OpenPc, order: WipeOrder | None) -> None:
        if order is None:
            self._is_busy = False
            self._say(None)
            return
        if self.removal is not Removal.ORDERED:
            _log.warning("session.wipe_ordered")
        self._say(Removal.ORDERED)
        self._clear()
        self._background.settle()
        if self._late.count:
            self._is_busy = False
            return
        self._background.aside(
            lambda: leave(self._premises, opened, order), self._left, self._not_done
        )

    def _clear(self) -> None:
        if self._is_used:
            self._is_used = False
            self.must_leave.emit()

    def _left(self, is_over: bool) -> None:  # noqa: FBT001 an answer
        self._is_busy = False
        if is_over:
            self.done.emit()
        else:
            # Something was still to be sent: looked at again with the exchange's next word.
            self._tried_ms = None

    def _finish(self) -> None:
        if self._is_busy or self.removal is Removal.DONE:
            return
        self._is_busy = True
        self._background.aside(lambda: finish(self._premises), self._finished, self._not_done)

    def _finished(self, is_over: bool) -> None:  # noqa: FBT001 an answer
        self._is_busy = False
        if is_over:
            self._again.stop()
            self._say(Removal.DONE)

    def _not_done(self, error: KnownError) -> None:
        self._is_busy, self._door = False, None
        _log.warning("session.wipe_waits", reason=type(error))

    def _say(self, removal: Removal | None) -> None:
        if removal is not self.removal:
            self.removal = removal
            self.changed.emit()
