"""The operating system's own lock and sleep, as logind tells of them on the system bus (Linux).

Desktops lock by the session's `Lock` signal and its `LockedHint`; another user's turn at the same
PC makes it inactive. Before the PC sleeps, logind waits for whoever holds a "delay" inhibitor
(InhibitDelayMaxSec, five seconds by its default): this does, until drafts are on the disk.
"""

from __future__ import annotations

import os
from typing import Any, Final

import structlog
from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

SERVICE: Final = "org.freedesktop.login1"
MANAGER: Final = "/org/freedesktop/login1"
ANSWER_MS: Final = 1000
_AUTO: Final = f"{MANAGER}/session/auto"
"""The session of who asks, or the one of their screen where they run outside of any."""
_MANAGER: Final = f"{SERVICE}.Manager"
_SESSION: Final = f"{SERVICE}.Session"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"

_log = structlog.get_logger("os_lock")


class OsLock(QObject):
    """Watches for as long as it lives; where nothing can be watched it says nothing, and logs that.

    Signals:
        locked(): the session was locked, or another user's was brought to the screen.
        falls_asleep(): the PC sleeps once every slot of this has returned.
    """

    locked = Signal()
    falls_asleep = Signal()

    def __init__(self, bus: QDBusConnection) -> None:
        """Take the system's bus."""
        super().__init__()
        self._bus = bus
        self._inhibitor: object | None = None
        self._session = self._own_session() if bus.isConnected() else ""
        self.watches_lock = bool(self._session) and all(
            (
                self._hear(self._session, _SESSION, "Lock", "_lock()"),
                self._hear(self._session, _PROPERTIES, "PropertiesChanged", "_look(QDBusMessage)"),
            )
        )
        self.watches_sleep = bus.isConnected() and self._hear(
            MANAGER, _MANAGER, "PrepareForSleep", "_sleep(bool)"
        )
        if self.watches_sleep:
            self._hold_sleep_back()
        _log.info("os_lock.watched", state=self.watches_lock)
        _log.info("os_lock.sleep_held_back", state=self.holds_sleep_back)

    @property
    def holds_sleep_back(self) -> bool:
        """Whether the PC waits for this before it sleeps."""
        return self._inhibitor is not None

    @Slot()
    def _lock(self) -> None:
        self.locked.emit()

    @Slot(QDBusMessage)
    def _look(self, _changed: QDBusMessage) -> None:
        """Ask how the session stands: what changed comes in a form that cannot be read here."""
        is_locked = self._property(self._session, "LockedHint") is True
        if is_locked or self._property(self._session, "Active") is False:
            self.locked.emit()

    @Slot(bool)
    def _sleep(self, is_going: bool) -> None:  # noqa: FBT001 a signal's argument
        if not is_going:
            self._hold_sleep_back()
            return
        self.falls_asleep.emit()
        self._inhibitor = None

    def _hear(self, path: str, interface: str, signal: str, slot: str) -> bool:
        # The binding takes the text that SLOT returns, its stubs say bytes.
        return self._bus.connect(SERVICE, path, interface, signal, self, SLOT(slot))  # type: ignore[call-overload, no-any-return]

    def _hold_sleep_back(self) -> None:
        words = ("sleep", "SONAR Desktop", "Puts what was typed on the disk", "delay")
        self._inhibitor = self._asked(MANAGER, _MANAGER, "Inhibit", *words)

    def _own_session(self) -> str:
        """Return the path of the session that this program runs in, empty where it has none."""
        name = os.environ.get("XDG_SESSION_ID") or self._property(_AUTO, "Id")
        found = self._asked(MANAGER, _MANAGER, "GetSession", name) if name else None
        return "" if found is None else str(found.path())

    def _property(self, session: str, name: str) -> object:
        found = self._asked(session, _PROPERTIES, "Get", _SESSION, name)
        return None if found is None else found.variant()

    def _asked(self, path: str, interface: str, method: str, *words: object) -> Any | None:
        """Return the first value of an answer; None where there is none within a second."""
        question = QDBusMessage.createMethodCall(SERVICE, path, interface, method)
        question.setArguments(list(words))
        answer = self._bus.call(question, QDBus.CallMode.Block, ANSWER_MS)
        if answer.type() is not QDBusMessage.MessageType.ReplyMessage:
            return None
        values = answer.arguments()
        return values[0] if values else None
