"""Signing in at the organisation's provider: from the button to somebody who has a key here.

One at a time, on any page. While the browser is away nothing is shown of a record.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from sonar_core.sync.browser_sign_in import (
    RANDOM_BYTES,
    IssuerSheet,
    begun,
    browser_address,
)
from sonar_desktop.ui.background import Background
from sonar_desktop.usecases.door_ports import BrowserWay
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.sign_in import Admitted
from sonar_desktop.usecases.sign_in_by_provider import (
    NoProviderError,
    Place,
    Vouched,
    give_key,
    lengthen_key,
    provider_of,
    redeem,
)

T = TypeVar("T")

Done = Callable[[Admitted, Vouched], None]
Ended = Callable[[KnownError], None]


class CancelledError(KnownError):
    """The person left it."""

    def __init__(self) -> None:
        super().__init__("")


class ProviderStep(StrEnum):
    """How far a sign-in is."""

    IDLE = "idle"
    ASKING = "asking"
    """The server is asked for the provider."""
    BROWSER = "browser"
    """The person is at the provider's page."""
    CONFIRMING = "confirming"
    """The server redeems what the browser brought."""
    PASSWORD = "password"  # noqa: S105 a step's name
    """The person chooses a password for this PC."""
    KEEPING = "keeping"
    """Their key is made."""


class ProviderSignIn(QObject):
    """The attempt under way.

    Signals:
        changed(): read the properties again.
    """

    changed = Signal()

    def __init__(self, premises: Premises, background: Background) -> None:
        """Begin with nobody."""
        super().__init__()
        self.step = ProviderStep.IDLE
        self.name = ""
        self.problem = ""
        self.person = ""
        self._premises = premises
        self._background = background
        self._place: Place | None = None
        self._expected: str | None = None
        self._vouched: Vouched | None = None
        self._way: BrowserWay | None = None
        self._done: Done = _nobody
        self._ended: Ended = _no_button
        self._number = 0

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is signing in."""
        return self.step is not ProviderStep.IDLE

    def look(self, place: Place) -> None:
        """Find out the provider's name for the button; where it cannot be had there is none."""
        if self.name:
            return

        def found(sheet: IssuerSheet | None) -> None:
            self.name = "" if sheet is None else sheet.name
            self.changed.emit()

        self._background.aside(lambda: provider_of(self._premises, place), found, _no_button)

    def begin(self, place: Place, done: Done, ended: Ended, *, expected: str | None = None) -> None:
        """Send somebody to the provider's page: whoever comes, or the person `expected` alone.

        For somebody expected the password has just opened their key on this PC. `done` is called
        once somebody has signed in and has a key here, else `ended`.
        """
        if self.is_under_way:
            return
        self._place, self._expected, self.problem = place, expected, ""
        self._done, self._ended = done, ended
        number = self._go(ProviderStep.ASKING)
        self._run(number, lambda: provider_of(self._premises, place), self._show_browser)

    def cancel(self) -> None:
        """Leave it; what comes of it later is dropped. Too late once the key is made."""
        if self.step is not ProviderStep.KEEPING:
            self._end(CancelledError())

    def choose_password(self, password: str, again: str) -> None:
        """Make the key of whom the provider vouched for, if it was typed alike twice."""
        place, vouched = self._place, self._vouched
        if self.step is not ProviderStep.PASSWORD or place is None or vouched is None:
            return
        if not password or password != again:
            self.problem = (
                "The two passwords are not alike. Type both again."
                if password
                else "Choose a password for this PC."
            )
            self.changed.emit()
            return
        self.problem = ""
        number = self._go(ProviderStep.KEEPING)

        def refused(error: KnownError) -> None:
            self.problem = error.user_message
            self._go(ProviderStep.PASSWORD)

        self._run(
            number,
            lambda: give_key(self._premises, place, vouched, password),
            self._let_in,
            refused,
        )

    def close(self) -> None:
        """Let go of a wait, as when the program ends."""
        self._number += 1
        self._leave_way()

    def _show_browser(self, sheet: IssuerSheet | None) -> None:
        if sheet is None:
            self._end(NoProviderError())
            return
        self.name = sheet.name
        try:
            way = self._way = self._premises.browser()
            now_ms = self._premises.clock.monotonic_ms()
            attempt = begun(secrets.token_bytes(RANDOM_BYTES), way.port, now_ms)
            way.show(browser_address(sheet, attempt))
        except KnownError as error:
            self._end(error)
            return
        number = self._go(ProviderStep.BROWSER)

        def brought(code: str) -> None:
            place, expected = self._place, self._expected
            self._leave_way()
            if place is not None:
                confirming = self._go(ProviderStep.CONFIRMING)
                self._run(
                    confirming,
                    lambda: redeem(self._premises, place, code, attempt, expected),
                    self._confirmed,
                )

        self._run(number, lambda: way.code(attempt), brought)

    def _confirmed(self, vouched: Vouched) -> None:
        self._vouched, self.person = vouched, vouched.lease.name
        place = self._place
        if self._expected is None or place is None:
            self._go(ProviderStep.PASSWORD)
            return
        number = self._go(ProviderStep.KEEPING)
        self._run(number, lambda: lengthen_key(self._premises, place, vouched), self._let_in)

    def _let_in(self, admitted: Admitted) -> None:
        vouched, done = self._vouched, self._done
        self._forget()
        if vouched is not None:
            done(admitted, vouched)

    def _end(self, why: KnownError) -> None:
        if self.is_under_way:
            ended = self._ended
            self._forget()
            ended(why)

    def _forget(self) -> None:
        self._leave_way()
        self._place = self._expected = self._vouched = None
        self._done, self._ended = _nobody, _no_button
        self.person = self.problem = ""
        self._go(ProviderStep.IDLE)

    def _leave_way(self) -> None:
        if self._way is not None:
            self._way.close()
            self._way = None

    def _go(self, step: ProviderStep) -> int:
        """Take the next step; what an earlier one still brings is dropped."""
        self.step = step
        self._number += 1
        self.changed.emit()
        return self._number

    def _run(
        self,
        number: int,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        def answered(value: T) -> None:
            if number == self._number:
                done(value)

        def refused(error: KnownError) -> None:
            if number == self._number:
                (failed or self._end)(error)

        self._background.aside(work, answered, refused)


def _nobody(_admitted: Admitted, _vouched: Vouched) -> None:
    """Nobody has begun."""


def _no_button(_error: KnownError) -> None:
    """The page says by itself that the server cannot be reached."""
