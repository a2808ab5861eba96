"""Leases that the server takes back while this PC is in use: asked now and then, told in words.

Somebody whose account was closed leaves the screen at once; somebody whose password is another one
goes on until it locks. Their key here goes with that, and nothing that they recorded or typed.
"""

from __future__ import annotations

from typing import Final

import structlog
from PySide6.QtCore import QObject, Signal

from sonar_core.sync.roll import Ended
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.ui.viewmodels.wipe_watch import WipeWatch
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.hear_roll import EndedLease, hear_roll
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus

ASK_MS: Final = 60_000
"""How long the server is not asked again: it is a request beside each PC's exchange."""
GOES_ON: Final = (
    "Your password was changed on the server. You can go on until this screen locks; then sign in "
    "once by name with the new password while this PC is online."
)
_ANSWERS: Final = frozenset({SyncState.UP_TO_DATE, SyncState.BLOCKED})

_log = structlog.get_logger("session")


class AccountWatch(QObject):
    """Asks after each contact, at most once a minute.

    Signals:
        must_leave(): the account of the person at work was closed, or the lock page is theirs and
            their password was replaced.
        goes_on(str): the password of the person at work was replaced; the sentence says what now.
        changed(): read anew who can sign in here.
    """

    must_leave = Signal()
    goes_on = Signal(str)
    changed = Signal()

    def __init__(self, premises: Premises, background: Background, late: LateDrafts) -> None:
        """Take the PC, the threads and what is on no disk; nothing is asked before `watch`."""
        super().__init__()
        self.wipe = WipeWatch(premises, background, late)
        self.wipe.must_leave.connect(self.must_leave)
        self.wipe.changed.connect(self.changed)
        self.farewell: Ended | None = None
        self.is_locked = False
        self._premises = premises
        self._background = background
        self._opened: OpenPc | None = None
        self._door: ServerDoor | None = None
        self._asked_ms: int | None = None
        self._is_asking = False
        self._at_work = ""
        self._ended: dict[str, EndedLease] = {}
        background.sync_status.connect(self._told)

    @property
    def is_over(self) -> bool:
        """Whether the lease of the person at work has ended."""
        return self._at_work in self._ended

    def watch(self, opened: OpenPc) -> None:
        """Ask from the next contact on."""
        self._opened = opened
        self.wipe.watch(opened)

    def sits_down(self, user: str) -> None:
        """Take it that a person has proved who they are and works here now."""
        self._at_work, self.farewell = user, None
        self._ended.pop(user, None)
        self.wipe.sits_down()

    def gets_up(self) -> frozenset[str]:
        """Take it that nobody is at work; return those whose lease has ended.

        `farewell` says from now on why the person left, if they had to.
        """
        ended = self._ended.get(self._at_work)
        self._at_work = ""
        if ended is not None:
            self.farewell = ended.why
            self._drop(ended)
        return frozenset(self._ended)

    def close(self) -> None:
        """Ask nothing more, and let go of an answer that is still to come."""
        self._opened = None
        self.wipe.close()
        if self._door is not None:
            self._door.abandon()

    def _told(self, status: SyncStatus) -> None:
        now = self._premises.clock.monotonic_ms()
        is_due = self._asked_ms is None or now - self._asked_ms >= ASK_MS
        if self._opened is None or self._is_asking or not is_due or status.state not in _ANSWERS:
            return
        if status.is_taken_out:
            return
        self._asked_ms, self._is_asking = now, True
        opened = self._opened
        self._background.aside(lambda: self._ask(opened), self._heard, self._not_heard)

    def _ask(self, opened: OpenPc) -> tuple[EndedLease, ...]:
        door = self._door
        if door is None:
            door = self._premises.door(opened.server, opened.pc.device, opened.identity)
            self._door = door
            door.hello()
        return hear_roll(self._premises.keys, opened, door)

    def _heard(self, found: tuple[EndedLease, ...]) -> None:
        self._is_asking = False
        if self._at_work not in {one.user for one in found}:
            # What was asked before they signed in anew says nothing of the lease they have now.
            self._ended.pop(self._at_work, None)
        for one in found:
            self._end(one)

    def _not_heard(self, error: KnownError) -> None:
        self._is_asking, self._door = False, None
        _log.info("session.roll_not_heard", reason=type(error))

    def _end(self, one: EndedLease) -> None:
        is_known = self._ended.get(one.user) == one
        self._ended[one.user] = one
        if one.user != self._at_work:
            self._drop(one)
        elif one.why is Ended.CLOSED or self.is_locked:
            self.must_leave.emit()
        elif not is_known:
            self.goes_on.emit(GOES_ON)

    def _drop(self, one: EndedLease) -> None:
        """Remove the key of somebody who is not at work; tried again at the next word."""

        def work() -> bool:
            return self._premises.keys.end_older(one.user, one.gen)

        self._background.aside(work, self._dropped, self._not_dropped)

    def _dropped(self, is_gone: bool) -> None:  # noqa: FBT001 an answer
        _log.info("session.lease_ended", state=is_gone)
        self.changed.emit()

    def _not_dropped(self, error: KnownError) -> None:
        _log.warning("session.key_not_removed", reason=type(error))
