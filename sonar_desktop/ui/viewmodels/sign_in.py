"""The sign-in page: who can use this PC, with what, and what went wrong in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from PySide6.QtCore import QObject, Signal

from sonar_core.moments import format_date, moment_at, wall_date
from sonar_core.sync.roll import Ended
from sonar_desktop.ui.viewmodels.session import SessionModel
from sonar_desktop.ui.viewmodels.sign_in_words import (
    ENDED,
    ENDED_AWAY,
    NEW_NEEDS_SERVER,
    NOBODY_NEW,
    NOBODY_NEW_OFFLINE,
    REMOVALS,
    farewell_words,
)
from sonar_desktop.usecases.begin_emergency import checked_reason
from sonar_desktop.usecases.by_envelope import Declared, checked
from sonar_desktop.usecases.come_in import (
    CameIn,
    by_envelope,
    by_key,
    by_name,
    by_renewal,
    was_synced,
)
from sonar_desktop.usecases.errors import KnownError, NotLetInError, UnreachedError
from sonar_desktop.usecases.go_on_here import place_of
from sonar_desktop.usecases.identity_ports import Asks, Known
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.renew_lease import renew_lease
from sonar_desktop.usecases.sign_in import (
    Admitted,
    BrowserNeededError,
    LeaseEndedByServerError,
    WipeOrderedError,
)
from sonar_desktop.usecases.sign_in_by_provider import Vouched
from sonar_desktop.usecases.sync_ports import SyncState

_log = structlog.get_logger("session")

MOST_TILES: Final = 8


class SignInModel(QObject):
    """What the page shows and does.

    Signals:
        changed(): read the properties again.
        cleared(): forget what was typed.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self, session: SessionModel) -> None:
        """Take the session that a sign-in is for."""
        super().__init__()
        self.session = session
        self._keys = session.premises.keys
        self.known: tuple[Known, ...] = ()
        self.chosen: Known | None = None
        self.is_new_person = False
        self.with_password = False
        self.is_busy = False
        self.problem = ""
        self.is_emergency = self.is_envelope = False
        self.envelope_problems: dict[str, str] = {}
        self.envelopes_left = 0
        self._unreached: str | None = None
        if session.accounts.farewell is Ended.PASSWORD:
            self.is_new_person = True
        session.accounts.changed.connect(self.refresh)
        session.late.changed.connect(self.changed)
        session.provider.changed.connect(self.changed)
        self.refresh()

    @property
    def farewell(self) -> tuple[str, str]:
        """Why whoever was here had to leave, and what became of their work; empty where nobody."""
        accounts = self.session.accounts
        if accounts.wipe.removal is not None:
            return REMOVALS[accounts.wipe.removal]
        return farewell_words(accounts.farewell, are_drafts_kept=not self.session.late.count)

    @property
    def is_wiped(self) -> bool:
        """Whether nobody can sign in here any more, so that nobody is asked to."""
        return self.session.accounts.wipe.is_wiped

    def refresh(self) -> None:
        """Read anew who can sign in here, and choose who was here last."""
        is_enrolled = self._keys.is_enrolled
        self.known = self._keys.known() if is_enrolled else ()
        self.envelopes_left = self._keys.envelopes_left if is_enrolled else 0
        chosen = self.chosen.member.user if self.chosen is not None else self.session.last_user
        if not self.known:
            self.is_new_person = True
        if not self.is_new_person:
            found = (one for one in self.known if one.member.user == chosen)
            self.chosen = next(found, self.known[0])
        self.changed.emit()

    @property
    def asks(self) -> Asks:
        """What the person chosen has to enter."""
        if self.chosen is None:
            return Asks.ONLINE
        if self.with_password and self.chosen.asks is Asks.PIN:
            return Asks.PASSWORD
        return self.chosen.asks

    @property
    def can_be_new(self) -> bool:
        """Whether the store is open, so that the server can be asked about somebody new."""
        return self.session.open is not None

    @property
    def is_offline(self) -> bool:
        """Whether the server could not be reached when it was last asked."""
        status = self.session.background.latest_status
        return status is not None and status.state is SyncState.OFFLINE

    @property
    def offers_emergency(self) -> bool:
        """Whether the person chosen may go on without the server: it alone could renew them."""
        if self.chosen is None:
            return False
        has_ended = self.chosen.asks is Asks.ONLINE
        return (has_ended and self.is_offline) or self._unreached == self.chosen.member.user

    @property
    def offers_envelope(self) -> bool:
        """Whether somebody new may open a sealed envelope: the server cannot be asked about them.

        While the store is closed it cannot be asked about anybody; opening it tells.
        """
        is_away = not self.can_be_new or self.is_offline or self._unreached == ""
        return self.is_new_person and is_away and self.envelopes_left > 0 and not self.is_wiped

    @property
    def note(self) -> str:
        """The line under the pad: where the secret is checked, and until when."""
        if self.is_envelope:
            return ""
        if self.is_new_person:
            if not self.can_be_new:
                return NOBODY_NEW
            return NOBODY_NEW_OFFLINE if self.is_offline else NEW_NEEDS_SERVER
        if self.chosen is None:
            return ""
        until = self._date(self.chosen.not_after_ms)
        if self.chosen.asks is Asks.ONLINE:
            return (ENDED_AWAY if self.offers_emergency else ENDED).format(date=until)
        return f"Checked on this PC. Works without network until {until}."

    def choose(self, user: str) -> None:
        """Choose a tile."""
        self.session.provider.cancel()
        self.chosen = next(one for one in self.known if one.member.user == user)
        self.is_new_person = False
        self.with_password = self.is_emergency = self.is_envelope = False
        self._say("")
        self.cleared.emit()

    def choose_someone_else(self) -> None:
        """Choose to sign in by name, or at the organisation's page."""
        self.session.provider.cancel()
        if self.session.open is not None:
            self.session.provider.look(place_of(self.session.open))
        self.chosen = None
        self.is_new_person = True
        self.is_emergency = self.is_envelope = False
        self._say("")
        self.cleared.emit()

    def use_password(self) -> None:
        """Ask for the password in place of the PIN."""
        self.with_password = True
        self._say("")
        self.cleared.emit()

    def enter_pin(self, pin: str) -> None:
        """Sign the person chosen in by PIN."""
        if self.chosen is None or self.is_busy or self._is_over():
            return
        user = self.chosen.member.user
        if not pin:
            self._say("Enter your PIN.")
            return
        self._run(lambda: self._keys.unlock_with_pin(user, pin), user)

    def enter_password(self, password: str) -> None:
        """Sign the person chosen in by password."""
        if self.chosen is None or self.is_busy or self._is_over():
            return
        user = self.chosen.member.user
        if not password:
            self._say("Enter your password.")
            return
        if self.chosen.asks is Asks.ONLINE:
            self._renew(user, password)
            return
        self._run(lambda: self._keys.unlock(user, password), user, password)

    def choose_emergency(self, *, wanted: bool) -> None:
        """Ask the person chosen why they need emergency access, or go back to the usual way."""
        self.is_emergency = wanted and self.offers_emergency
        self._say("")
        self.cleared.emit()

    def enter_emergency(self, password: str, reason: str) -> None:
        """Let the person chosen go on for hours, unless the server answers after all."""
        if self.chosen is None or self.is_busy or self._is_over():
            return
        try:
            reason = checked_reason(reason)
        except KnownError as error:
            self._say(error.user_message)
            return
        if not password:
            self._say("Enter your password.")
            return
        self._renew(self.chosen.member.user, password, reason)

    def choose_envelope(self, *, wanted: bool) -> None:
        """Ask somebody new who they are and for their envelope, or go back to the usual way."""
        self.is_envelope = wanted and self.offers_envelope
        self._say("")
        self.cleared.emit()

    def enter_envelope(self, code: str, said: dict[str, str], password: str) -> None:
        """Let somebody new in, unless the server answers; `said` are the fields of `Declared`."""
        if self.is_busy or self._is_over():
            return
        declared = Declared(**said)
        try:
            checked(declared)
        except InputError as error:
            self._say(error.user_message, dict(error.problems))
            return
        if not code.strip() or not password:
            self._say("Enter the code of the envelope, and choose a password.")
            return
        premises, present = self.session.premises, self.session.open
        self._start()
        self.session.background.aside(
            lambda: by_envelope(premises, present, code, declared, password),
            self._let_in,
            lambda error: self._refuse(error, typed=declared.name.strip()),
        )

    def enter_name(self, name: str, password: str) -> None:
        """Sign somebody in by the name and password that the server knows."""
        if self.is_busy or self._is_over():
            return
        opened = self.session.open
        if opened is None:
            self._say(NOBODY_NEW)
            return
        if not name.strip() or not password:
            self._say("Enter your name and your password.")
            return
        self._ask_server(opened, name, password)

    def _is_over(self) -> bool:
        """Say why nobody can sign in while this PC is being wiped.

        With the store closed a password is taken all the same: it opens it, so that what waits is
        sent. Else nothing may be written here any more, the access log included.
        """
        is_over = self.session.accounts.wipe.removal is not None and self.session.open is not None
        if is_over:
            self.cleared.emit()
            self._say(WipeOrderedError().user_message)
        return is_over

    def _renew(self, user: str, password: str, reason: str = "") -> None:
        premises, present = self.session.premises, self.session.open
        self._start()
        self.session.background.aside(
            lambda: by_renewal(premises, present, user, password, reason),
            lambda came: self._let_in(came, user),
            lambda error: self._refuse(error, user=user),
        )

    def _ask_server(self, opened: OpenPc, name: str, password: str) -> None:
        premises = self.session.premises
        self._start()
        self.session.background.aside(
            lambda: by_name(premises, opened, name, password),
            self._let_in,
            lambda error: self._refuse(error, typed=name.strip()),
        )

    def _run(self, unlock: Callable[[], None], user: str, password: str = "") -> None:
        premises, present, is_offline = self.session.premises, self.session.open, self.is_offline

        def work() -> CameIn:
            return by_key(premises, present, user, unlock, password=password, is_offline=is_offline)

        def let_in(came: CameIn) -> None:
            self._let_in(came, user)
            if password and isinstance(came.admitted, Admitted):
                self._renew_beside(came.opened, user, password)

        self._start()
        self.session.background.aside(work, let_in, lambda error: self._refuse(error, user=user))

    def _renew_beside(self, opened: OpenPc, user: str, password: str) -> None:
        """Ask for a new lease while the person works; without an answer the old one stays."""
        session = self.session
        session.background.aside(
            lambda: renew_lease(session.premises, opened, user, password),
            session.lease_renewed,
            lambda error: _log.info("session.lease_kept", reason=type(error)),
        )

    def _start(self) -> None:
        self.is_busy = True
        self._say("")

    def _let_in(self, came: CameIn, user: str | None = None) -> None:
        opened, admitted = came.opened, came.admitted
        self.is_busy = False
        if not isinstance(admitted, (Admitted, BrowserNeededError)):
            if isinstance(admitted, LeaseEndedByServerError):
                self.session.refused_here(user)
            self._turn_away(opened, admitted)
            return
        if isinstance(admitted, BrowserNeededError):
            self._to_browser(opened, user)
            return
        self.cleared.emit()
        if self.session.open is None:
            self.session.store_opened(opened)
        self.session.let_in(admitted, first_sync_done=came.was_synced)

    def begin_provider(self) -> None:
        """Send somebody to the organisation's page in the browser, whoever they are."""
        opened = self.session.open
        if opened is not None and not self.is_busy and not self._is_over():
            self._to_browser(opened, None)

    def _to_browser(self, opened: OpenPc, user: str | None) -> None:
        session, place = self.session, place_of(opened)

        def signed_in(admitted: Admitted, vouched: Vouched) -> None:
            session.renewal.begin(place, vouched)
            session.background.aside(
                lambda: CameIn(opened=opened, admitted=admitted, was_synced=was_synced(opened)),
                self._let_in,
                self._refuse,
            )

        def ended(error: KnownError) -> None:
            if session.open is None:
                opened.opened.close()
                session.premises.keys.lock()
            self._refuse(error, user=user)

        self._start()
        session.provider.begin(place, signed_in, ended, expected=user)

    def _turn_away(self, opened: OpenPc, error: KnownError) -> None:
        """Show nothing, and leave the store open: it sends what waits, and others can sign in."""
        if self.session.open is None:
            self.session.store_opened(opened)
        self.choose_someone_else()
        self._say(error.user_message)

    def _refuse(self, error: KnownError, user: str | None = None, typed: str = "") -> None:
        """Say why not; whom it was about goes into the access log, if anybody was refused."""
        self.is_busy = False
        if isinstance(error, NotLetInError):
            self.session.refused_here(user, typed)
        if isinstance(error, UnreachedError):
            self._unreached = user or ""
        is_name_offline = self.is_new_person and self.is_offline and not self.is_envelope
        self.problem = NOBODY_NEW_OFFLINE if is_name_offline else error.user_message
        self.cleared.emit()
        self.refresh()

    def _say(self, problem: str, of_fields: dict[str, str] | None = None) -> None:
        self.problem, self.envelope_problems = problem, of_fields or {}
        self.changed.emit()

    def _date(self, ms: int) -> str:
        zone = self.session.premises.clock.zone()
        return format_date(wall_date(moment_at(ms, zone)))
