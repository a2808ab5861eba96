"""Renew the leases of those who signed in at a provider, while they are signed in on this PC.

A token serves once and for half an hour; it lies in the memory of this process alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from PySide6.QtCore import QObject, QTimer

from sonar_desktop.ui.background import Background
from sonar_desktop.usecases.errors import KnownError, UnreachedError
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.sign_in import Admitted
from sonar_desktop.usecases.sign_in_by_provider import (
    Place,
    Vouched,
    lengthen_key,
    renew_by_token,
)

RENEW_MS: Final = 20 * 60_000

_log = structlog.get_logger("session")


class SessionRenewal(QObject):
    """The sessions that people of this PC have with the server."""

    def __init__(
        self,
        premises: Premises,
        background: Background,
        renewed: Callable[[Admitted], None],
    ) -> None:
        """Take the PC, the threads, and who is told of a new lease."""
        super().__init__()
        self._premises = premises
        self._background = background
        self._renewed = renewed
        self._sessions: dict[str, tuple[Place, Vouched]] = {}
        self.timer = QTimer(self)
        self.timer.setInterval(RENEW_MS)
        self.timer.timeout.connect(self.renew)
        self.timer.start()

    def begin(self, place: Place, vouched: Vouched) -> None:
        """Keep the session of somebody who has just signed in."""
        self._sessions[vouched.lease.user] = place, vouched

    def end(self, user: str) -> None:
        """Forget a person's session, as at their sign-out."""
        self._sessions.pop(user, None)

    def close(self) -> None:
        """Forget every session."""
        self.timer.stop()
        self._sessions.clear()

    def renew(self) -> None:
        """Have each lease renewed; one that the server refuses ends its session, not the lease."""
        for user, (place, vouched) in self._sessions.items():
            self._background.aside(
                partial(_renewed, self._premises, place, vouched),
                partial(self._took, user, place),
                partial(self._not_renewed, user),
            )

    def _took(self, user: str, place: Place, answer: tuple[Admitted, Vouched]) -> None:
        admitted, vouched = answer
        if user in self._sessions:
            self._sessions[user] = place, vouched
            self._renewed(admitted)

    def _not_renewed(self, user: str, error: KnownError) -> None:
        _log.info("session.lease_kept", reason=type(error))
        if not isinstance(error, UnreachedError):
            self.end(user)


def _renewed(premises: Premises, place: Place, before: Vouched) -> tuple[Admitted, Vouched]:
    vouched = renew_by_token(premises, place, before)
    return lengthen_key(premises, place, vouched), vouched
