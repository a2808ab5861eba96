"""Who is at the PC: from an empty disk to a signed-in nurse, to the lock, to the next person.

A lock of the screen keeps the store open and the exchange going, and drops everything of a record.
A lock of the vault ends this process: its successor starts without a key and rings on. It waits for
words that are not on disk yet (ADR 7).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Final

import structlog
from PySide6.QtCore import QObject, QTimer, Signal

from sonar_core.board.alarms import Alarm
from sonar_core.records.access_event import AccessAction
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.account_watch import AccountWatch
from sonar_desktop.ui.viewmodels.alarms import AlarmModel
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.ui.viewmodels.provider_sign_in import ProviderSignIn
from sonar_desktop.ui.viewmodels.seating import seat
from sonar_desktop.ui.viewmodels.session_renewal import SessionRenewal
from sonar_desktop.ui.viewmodels.signing import SigningModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace
from sonar_desktop.usecases.identity_ports import Asks, Exchanging, Premises
from sonar_desktop.usecases.log_access import Refused, log_access, log_refusal, nobody
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.ports import Actor, Changed, Desk
from sonar_desktop.usecases.sign_in import Admitted
from sonar_desktop.usecases.telling_store import TellingStore

IDLE_MS: Final = 2 * 60_000
IDLE_WITH_DOSE_MS: Final = 5 * 60_000
WARNING_MS: Final = 20_000
UNATTENDED_MS: Final = 30 * 60_000
LONGEST_MS: Final = 12 * 60 * 60_000
SLEPT_MS: Final = 5 * 60_000
TICK_MS: Final = 1000

_log = structlog.get_logger("session")


class Stage(StrEnum):
    """Which of the window's faces is shown."""

    ENROLMENT = "enrolment"
    SIGN_IN = "sign_in"
    SET_PIN = "set_pin"
    FIRST_SYNC = "first_sync"
    WORKING = "working"
    LOCKED = "locked"


class LockReason(StrEnum):
    """Why the screen is locked, for its words."""

    ASKED = "asked"
    UNUSED = "unused"
    WITH_PC = "with_pc"


class SessionModel(QObject):
    """The state machine of the window.

    Signals:
        stage_changed(): read `stage` again.
        going(Destination): somebody goes to another page.
        dropping(): everything of a record is about to be dropped; put drafts on disk now.
        warned(int): the screen locks in so many seconds unless it is used; 0 takes it back.
        trouble(str): something went wrong that no page asked for.
    """

    stage_changed = Signal()
    going = Signal(object)
    dropping = Signal()
    warned = Signal(int)
    trouble = Signal(str)

    def __init__(
        self,
        premises: Premises,
        background: Background,
        *,
        inherited: tuple[Alarm, ...] | None = None,
    ) -> None:
        """Take the PC, the threads, and the alarms a former process handed over."""
        super().__init__()
        self.premises = premises
        self.background = background
        self.late = LateDrafts(background)
        self.provider = ProviderSignIn(premises, background)
        self.renewal = SessionRenewal(premises, background, self.lease_renewed)
        self.accounts = AccountWatch(premises, background, self.late)
        rings = None if self.accounts.wipe.is_wiped else inherited
        self.alarms = AlarmModel(clock=premises.clock, sound=premises.sound, inherited=rings)
        self.stage = Stage.SIGN_IN if premises.keys.is_enrolled else Stage.ENROLMENT
        self.open: OpenPc | None = None
        self.admitted: Admitted | None = None
        self.workplace: Workplace | None = None
        self.signing: SigningModel | None = None
        self.here = Destination(page=Page.BOARD)
        self.lock_reason = LockReason.ASKED
        self.locked_ms = 0
        self.last_user = ""
        self.keeps_awake: Callable[[], bool] = _never
        self._exchange: Exchanging | None = None
        self._first_sync_done = False
        self._signed_in: set[str] = set()
        self._refused: list[Refused] = []
        self._left_without_pin: set[str] = set()
        now = premises.clock.monotonic_ms()
        self._used_ms = self._ticked_ms = self._left_ms = self._unlocked_since_ms = now
        self._has_warned = False
        self._is_vault_lock_due = False
        self.late.changed.connect(self._lock_vault_now)
        self.accounts.must_leave.connect(self.switch_person)
        self.accounts.goes_on.connect(self.trouble)
        self.accounts.wipe.done.connect(self.lock_vault)
        background.trouble.connect(lambda error: self.trouble.emit(error.user_message))
        self.timer = QTimer(self)
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)
        self.timer.start()

    def store_opened(self, opened: OpenPc) -> None:
        """Take the open store: from now on it is exchanged and its alarms ring."""
        self.open = opened
        self._unlocked_since_ms = self._left_ms = self.premises.clock.monotonic_ms()
        self._exchange = self.premises.begin_exchange(
            opened.opened, opened.server, opened.pc.device, opened.identity
        )
        self.alarms.watch(self.background, opened.opened.store, opened.pc.site)
        self.accounts.watch(opened)
        self._write_refused(opened)

    def let_in(self, admitted: Admitted, *, first_sync_done: bool) -> None:
        """Take a person who has just proved who they are."""
        opened = self.open
        if opened is None:
            return
        self.admitted = admitted
        self._put_off_vault_lock()
        self._first_sync_done = self._first_sync_done or first_sync_done
        self.last_user = user = admitted.actor.user
        self._signed_in.add(user)
        self.accounts.sits_down(user)
        premises = self.premises
        keys, clock = premises.keys, premises.clock
        signing = SigningModel(user=user, keys=keys, background=self.background, clock=clock)
        signing.proved()
        self.signing = signing
        signing.refused.connect(lambda _: self.refused_here(user))
        desk = self._desk(opened, admitted.actor)
        self.workplace = seat(premises, opened, desk, self.background, self.go, signing, self.late)
        self._log(AccessAction.SIGNED_IN)
        self.touch()
        self._move(self._next_stage())
        if self._exchange is not None:
            self._exchange.wake()

    def lease_renewed(self, admitted: Admitted) -> None:
        """Show a new lease's end; what is recorded names the lease they signed in with."""
        if self.admitted is not None and self.admitted.actor.user == admitted.actor.user:
            self.admitted = admitted

    def pin_settled(self) -> None:
        """Go on after a PIN was set or left for later; it is not asked for again today."""
        self._left_without_pin.add(self.last_user)
        self._move(Stage.WORKING if self._first_sync_done else Stage.FIRST_SYNC)

    def first_sync_usable(self) -> None:
        """Open the board: its rows are in."""
        self._first_sync_done = True
        if self.stage is Stage.FIRST_SYNC:
            self._move(Stage.WORKING)

    def go(self, destination: Destination) -> None:
        """Go to another page, and remember it for after a lock."""
        self.here = destination
        self.going.emit(destination)

    def touch(self) -> None:
        """Note that somebody uses keyboard or mouse."""
        self._used_ms = self.premises.clock.monotonic_ms()
        if self._has_warned:
            self._has_warned = False
            self.warned.emit(0)

    def lock(self, reason: LockReason = LockReason.ASKED) -> None:
        """Lock the screen: pages go, store and exchange stay."""
        if self.stage not in (Stage.WORKING, Stage.FIRST_SYNC, Stage.SET_PIN):
            return
        if self.accounts.is_over:
            self.switch_person()
            return
        self.lock_reason = reason
        self._log(AccessAction.LOCKED)
        self._leave()
        self._move(Stage.LOCKED)

    def unlocked(self) -> None:
        """Go on where the person was: they have entered PIN or password at the lock."""
        if self.stage is not Stage.LOCKED:
            return
        if self.signing is not None:
            self.signing.proved()
        self._put_off_vault_lock()
        self._log(AccessAction.UNLOCKED)
        self.touch()
        self._move(self._next_stage())

    def switch_person(self) -> None:
        """Lock, and show who can use this PC; whoever was here stays signed in behind a PIN."""
        if self.stage in (Stage.WORKING, Stage.FIRST_SYNC, Stage.SET_PIN):
            self._log(AccessAction.LOCKED)
            self._leave()
        self._forget_person()
        self._move(Stage.SIGN_IN)

    def sign_out(self) -> None:
        """Sign out: the PIN goes, and with the last person's sign-out the key."""
        if self.admitted is None:
            return
        self._log(AccessAction.SIGNED_OUT)
        if self.stage is not Stage.LOCKED:
            self._leave()
        user = self.admitted.actor.user
        self.premises.keys.forget_pin(user)
        self.renewal.end(user)
        self._signed_in.discard(user)
        self._forget_person()
        if self._signed_in or not self.lock_vault():
            self._move(Stage.SIGN_IN)

    def refused_here(self, user: str | None = None, typed: str = "") -> None:
        """Write that a person, or a name typed, was not let in; kept here until a store is open."""
        at_ms = self.premises.clock.latest_ms()
        self._refused.append(Refused(user=user, typed=typed, at_ms=at_ms))
        if self.open is not None:
            self._write_refused(self.open)

    def try_now(self) -> None:
        """Exchange now, because a person asked."""
        if self._exchange is not None:
            self._exchange.wake()

    def lock_vault(self) -> bool:
        """Forget the key: end this process, whose successor rings on without it.

        Returns False where words would go with it: the screen is locked at once, and the key goes
        when they are on disk, unless somebody has unlocked before.
        """
        if not self.put_away():
            self._is_vault_lock_due = True
            _log.warning("session.vault_lock_waits", count=self.late.count)
            return False
        if self.stage in (Stage.WORKING, Stage.FIRST_SYNC, Stage.SET_PIN):
            self._log(AccessAction.LOCKED)
        handed_over = self.alarms.handed_over()
        _log.info("session.vault_locked")
        self.close()
        self.premises.restart(handed_over)
        return True

    def put_away(self) -> bool:
        """Put every draft on disk, before the program ends.

        Returns False where the disk refuses one: it stays in memory, behind a locked screen.
        """
        self.dropping.emit()
        self.background.settle()
        if not self.late.count:
            return True
        if self.admitted is not None:
            self.lock()
        return False

    def close(self) -> None:
        """Finish what was handed over, let go of the store, wipe the keys."""
        self.timer.stop()
        self.provider.close()
        self.renewal.close()
        self.alarms.timer.stop()
        self.accounts.close()
        if self._exchange is not None:
            self._exchange.leave()
            self._exchange = None
        self.background.close()
        if self.open is not None:
            self.open.opened.close()
            self.open = None
        self.premises.keys.lock()

    def tick(self) -> None:
        """Let the clock move: warn, lock the screen, lock the vault."""
        now = self.premises.clock.monotonic_ms()
        slept = now - self._ticked_ms >= SLEPT_MS
        self._ticked_ms = now
        if not self.premises.keys.is_unlocked or self.open is None:
            return
        if self.stage in (Stage.LOCKED, Stage.SIGN_IN):
            unattended = now - self._left_ms >= UNATTENDED_MS
            if (unattended or slept) and not self._is_vault_lock_due:
                self.lock_vault()
            return
        if slept or now - self._unlocked_since_ms >= LONGEST_MS:
            self.lock_vault()
            return
        self._tick_idle(now)

    def _lock_vault_now(self) -> None:
        if self._is_vault_lock_due and not self.late.count:
            self._is_vault_lock_due = False
            self.lock_vault()

    def _put_off_vault_lock(self) -> None:
        """Somebody proved anew who they are while the lock waited: that counts as at a sign-in."""
        if self._is_vault_lock_due:
            self._is_vault_lock_due = False
            self._unlocked_since_ms = self.premises.clock.monotonic_ms()

    def _tick_idle(self, now: int) -> None:
        limit = IDLE_WITH_DOSE_MS if self.keeps_awake() else IDLE_MS
        left = self._used_ms + limit - now
        if left <= 0:
            self.lock(LockReason.UNUSED)
        elif left <= WARNING_MS:
            self._has_warned = True
            self.warned.emit(-(-left // 1000))

    def _next_stage(self) -> Stage:
        known = {one.member.user: one.asks for one in self.premises.keys.known()}
        has_pin = known.get(self.last_user) is Asks.PIN
        if not has_pin and self.last_user not in self._left_without_pin:
            return Stage.SET_PIN
        return Stage.WORKING if self._first_sync_done else Stage.FIRST_SYNC

    def _desk(self, opened: OpenPc, actor: Actor) -> Desk:
        return Desk(
            actor=actor,
            store=TellingStore(opened.opened.store, self._stored),
            clock=self.premises.clock,
            ids=self.premises.ids,
            site=opened.pc.site,
        )

    def _log(self, action: AccessAction) -> None:
        """Write into the access log what the person who is signed in has done."""
        if self.workplace is not None:
            desk = self.workplace.desk
            self.background.act(lambda: log_access(desk, action), _nothing)

    def _write_refused(self, opened: OpenPc) -> None:
        while self._refused:
            refused = self._refused.pop(0)
            desk = self._desk(opened, nobody(refused.user))
            self.background.act(partial(log_refusal, desk, refused), _nothing)

    def _stored(self, changed: Changed) -> None:
        """Called on the store's threads."""
        self.background.tell_changed(changed)
        exchange = self._exchange
        if changed.outbox and exchange is not None:
            exchange.wake()

    def _leave(self) -> None:
        self.dropping.emit()
        self._left_ms = self.premises.clock.monotonic_ms()
        self.locked_ms = self.premises.clock.now_ms()
        self._has_warned = False
        self.keeps_awake = _never

    def _forget_person(self) -> None:
        self.admitted = None
        self.workplace = None
        self.signing = None
        self.here = Destination(page=Page.BOARD)
        self._signed_in -= self.accounts.gets_up()

    def _move(self, stage: Stage) -> None:
        self.stage = stage
        self.accounts.is_locked = stage is Stage.LOCKED
        self.stage_changed.emit()


def _never() -> bool:
    return False


def _nothing(_answer: object) -> None:
    """The access log needs no answer."""
