"""Signing: the person at the PC says with their PIN that it is they who act.

One PIN counts for five minutes (ux.md 6, rule 2), so that a round of observations is not a round of
PINs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from sonar_desktop.ui.background import Background
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Asks, Keys
from sonar_desktop.usecases.ports import Clock

FRESH_MS: Final = 5 * 60_000


class SigningModel(QObject):
    """Whether the last PIN is fresh, and the question for it where it is not.

    Signals:
        asked(): somebody has to enter their PIN now; show the panel.
        settled(): the question is answered or withdrawn; hide the panel.
        refused(str): the PIN was wrong; the sentence says how many tries are left.
        changed(): busy began or ended.
    """

    asked = Signal()
    settled = Signal()
    refused = Signal(str)
    changed = Signal()

    def __init__(self, *, user: str, keys: Keys, background: Background, clock: Clock) -> None:
        """Take the person who signs; nothing is proved yet."""
        super().__init__()
        self._user = user
        self._keys = keys
        self._background = background
        self._clock = clock
        self._proved_ms: int | None = None
        self._then: Callable[[], None] | None = None
        self.is_busy = False

    @property
    def is_fresh(self) -> bool:
        """Whether the last PIN still counts."""
        if self._proved_ms is None:
            return False
        return self._clock.monotonic_ms() - self._proved_ms < FRESH_MS

    @property
    def asks_password(self) -> bool:
        """Whether the person has no PIN in this process, so that the password is asked."""
        mine = [one for one in self._keys.known() if one.member.user == self._user]
        return not mine or mine[0].asks is not Asks.PIN

    def proved(self) -> None:
        """Note that the person has just entered PIN or password."""
        self._proved_ms = self._clock.monotonic_ms()

    def confirm(self, then: Callable[[], None]) -> None:
        """Call `then` at once if the last PIN is fresh, else once it has been entered."""
        if self.is_fresh:
            then()
            return
        self._then = then
        self.asked.emit()

    def enter(self, secret: str) -> None:
        """Check what was typed, beside the threads of the store."""
        if self.is_busy or self._then is None:
            return
        self._set_busy(busy=True)
        check = self._keys.unlock if self.asks_password else self._keys.unlock_with_pin
        self._background.aside(lambda: check(self._user, secret), self._right, self._wrong)

    def withdraw(self) -> None:
        """Leave it unsigned; the form is as it was."""
        self._then = None
        self.settled.emit()

    def _right(self, _answer: None) -> None:
        self._set_busy(busy=False)
        self.proved()
        then, self._then = self._then, None
        self.settled.emit()
        if then is not None:
            then()

    def _wrong(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        self.refused.emit(error.user_message)

    def _set_busy(self, *, busy: bool) -> None:
        self.is_busy = busy
        self.changed.emit()
