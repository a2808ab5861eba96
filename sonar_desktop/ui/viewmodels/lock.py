"""The lock page, and the page on which a person sets their PIN."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from sonar_core.moments import format_duration, format_time, moment_at
from sonar_desktop.ui.viewmodels.late_drafts import WHAT_TO_DO
from sonar_desktop.ui.viewmodels.session import LockReason, SessionModel
from sonar_desktop.usecases.errors import KnownError, NotLetInError
from sonar_desktop.usecases.identity_ports import Asks
from sonar_desktop.usecases.ports import Draft


class LockModel(QObject):
    """Who is locked, that their work is safe, and the way back in.

    Signals:
        changed(): read the properties again.
        cleared(): forget what was typed.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self, session: SessionModel) -> None:
        """Take the session; the person is the one who was signed in."""
        super().__init__()
        self.session = session
        self.is_busy = False
        self.problem = ""
        self.with_password = False
        self.drafts: list[Draft] = []
        session.late.changed.connect(self._late_changed)
        self._look_for_drafts()

    @property
    def name(self) -> str:
        """The person's name; they chose to be seen on this PC."""
        return self.session.admitted.actor.name if self.session.admitted else ""

    @property
    def initials(self) -> str:
        """For the circle."""
        return self.session.admitted.actor.initials if self.session.admitted else ""

    @property
    def user(self) -> str:
        """The person's id."""
        return self.session.admitted.actor.user if self.session.admitted else ""

    @property
    def has_pin(self) -> bool:
        """Whether this person can use a PIN now."""
        known = self.session.premises.keys.known()
        return any(one.member.user == self.user and one.asks is Asks.PIN for one in known)

    @property
    def _has_ended(self) -> bool:
        known = self.session.premises.keys.known()
        return any(one.member.user == self.user and one.asks is Asks.ONLINE for one in known)

    @property
    def asks_password(self) -> bool:
        """Whether the password is asked for."""
        return self.with_password or not self.has_pin

    @property
    def when(self) -> str:
        """``Locked at 14:53, unused for 2min``."""
        at = self._clock(self.session.locked_ms)
        if self.session.lock_reason is LockReason.UNUSED:
            return f"Locked at {at}, unused for 2min"
        if self.session.lock_reason is LockReason.WITH_PC:
            return f"Locked at {at} with the PC"
        now = self.session.premises.clock.now_ms()
        return f"Locked at {at}, {format_duration(max(0, now - self.session.locked_ms))} ago"

    @property
    def is_safe(self) -> bool:
        """Whether every word typed on this PC is on its disk."""
        return not self.session.late.count

    @property
    def headline(self) -> str:
        """Whether what the person was writing is safe."""
        return self.session.late.headline or "Your work is safe"

    @property
    def safe(self) -> str:
        """What became of what the person was writing."""
        if not self.is_safe:
            return WHAT_TO_DO
        if not self.drafts:
            return "Everything you recorded is saved on this PC and encrypted."
        count = len(self.drafts)
        saved = max(draft.saved_ms for draft in self.drafts)
        drafts = "1 draft" if count == 1 else f"{count} drafts"
        opens = "It opens" if count == 1 else "They open"
        return (
            f"{drafts}, saved at {self._clock(saved)} on this PC. SONAR shows it to you only. "
            f"{opens} where you stopped."
        )

    def use_password(self) -> None:
        """Ask for the password in place of the PIN."""
        self.with_password = True
        self.problem = ""
        self.cleared.emit()
        self.changed.emit()

    def enter(self, secret: str) -> None:
        """Lift the lock with PIN or password."""
        if self.is_busy:
            return
        if not secret:
            self.problem = "Enter your password." if self.asks_password else "Enter your PIN."
            self.changed.emit()
            return
        keys, user = self.session.premises.keys, self.user
        check = keys.unlock if self.asks_password else keys.unlock_with_pin
        self.is_busy = True
        self.problem = ""
        self.changed.emit()
        self.session.background.aside(lambda: check(user, secret), self._right, self._wrong)

    def mute(self) -> None:
        """Hold the sound for two minutes in this person's name."""
        self.session.alarms.mute(self.name)

    def _late_changed(self) -> None:
        self.changed.emit()
        self._look_for_drafts()

    def _look_for_drafts(self) -> None:
        opened, user = self.session.open, self.user
        if opened is None:
            return

        def done(drafts: list[Draft]) -> None:
            self.drafts = drafts
            self.changed.emit()

        store = opened.opened.store
        self.session.background.look(lambda: store.read(lambda see: see.drafts(user)), done)

    def _right(self, _answer: None) -> None:
        self.is_busy = False
        self.cleared.emit()
        self.session.unlocked()

    def _wrong(self, error: KnownError) -> None:
        self.is_busy = False
        if isinstance(error, NotLetInError):
            self.session.refused_here(self.user)
        if self._has_ended:
            # The page that asks the server, or for emergency access, is the one for signing in.
            self.session.switch_person()
            return
        self.problem = error.user_message
        self.cleared.emit()
        self.changed.emit()

    def _clock(self, ms: int) -> str:
        return format_time(moment_at(ms, self.session.premises.clock.zone()))


class SetPinModel(QObject):
    """Setting a PIN after a sign-in by password.

    Signals:
        changed(): read the properties again.
        cleared(): forget what was typed.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self, session: SessionModel) -> None:
        """Take the session; the PIN is for whoever has just signed in."""
        super().__init__()
        self.session = session
        self.is_busy = False
        self.problem = ""

    def set_pin(self, pin: str, again: str) -> None:
        """Make the PIN if it was typed alike twice."""
        admitted = self.session.admitted
        if self.is_busy or admitted is None:
            return
        if pin != again:
            self._wrong(KnownError("The two PINs are not alike. Type both again."))
            return
        keys, user = self.session.premises.keys, admitted.actor.user
        self.is_busy = True
        self.problem = ""
        self.changed.emit()
        self.session.background.aside(lambda: keys.set_pin(user, pin), self._done, self._wrong)

    def later(self) -> None:
        """Go on without a PIN: the password lifts the lock and signs."""
        if not self.is_busy:
            self.session.pin_settled()

    def _done(self, _answer: None) -> None:
        self.is_busy = False
        self.session.pin_settled()

    def _wrong(self, error: KnownError) -> None:
        self.is_busy = False
        self.problem = error.user_message
        self.cleared.emit()
        self.changed.emit()
