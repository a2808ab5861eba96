"""The one thread that talks to the server: woken by entries, by a timer, by a person."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Final, Protocol

import structlog

from sonar_core.sync.messages import Hello, Hint
from sonar_core.sync.port import SyncPort
from sonar_desktop.sync.backoff import BackOff
from sonar_desktop.sync.errors import BusyError, OfflineError, RefusedError, TakenOutError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.sync.self_check import PAUSE_SECONDS, SelfCheck
from sonar_desktop.usecases.errors import BugError, KnownError
from sonar_desktop.usecases.ports import Changed, Clock
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, SyncStore, Waiting

POLL_SECONDS: Final = 5.0
"""While online, how long the server is left alone when nobody enters anything."""
LIVE_POLL_SECONDS: Final = 30.0
"""The same while the server tells of news by itself."""
HELLO_SECONDS: Final = 600
"""How long the limits that the server stated are taken for its limits."""
PATIENCE_SECONDS: Final = 0.5

_BROKEN: Final = (
    "Sending and fetching stopped because of a fault in this program. Your entries are saved on "
    "this PC. It is tried again by itself; tell IT if this stays."
)

_log = structlog.get_logger("sync")


def _nothing() -> Waiting:
    return Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)


class Link(SyncPort, Protocol):
    """A server with a clock of its own."""

    def clock_error_ms(self) -> int:
        """Return how far this PC's clock is ahead of the server's."""


@dataclass(kw_only=True)
class SyncWorker:
    """Exchanges until stopped; never raises, never blocks an entry.

    `on_status` and `on_changed` are called on this worker's thread, and `on_recovered` when the
    server was reached again after it was not.
    """

    link: Link
    store: SyncStore
    clock: Clock
    on_status: Callable[[SyncStatus], None]
    on_changed: Callable[[Changed], None]
    on_recovered: Callable[[], None] = lambda: None
    backoff: BackOff = field(default_factory=BackOff)
    _condition: Condition = field(default_factory=Condition)
    _woken: bool = False
    _stopping: bool = False
    _is_asked_to_wait: bool = False
    _is_live: bool = False
    _due_at: float = 0.0
    _hinted: dict[str, tuple[int, int]] = field(default_factory=dict)
    _reached: dict[str, tuple[int, int]] = field(default_factory=dict)
    _last_contact_ms: int | None = None
    _offline_since_ms: int | None = None
    _clock_error_ms: int | None = None
    _given_back: int | None = None
    _incarnation: int | None = None
    _is_removal_frozen: bool = False
    _hello: Hello | None = None
    _greet_again_ms: int = 0
    _waiting: Waiting = field(default_factory=_nothing)
    _thread: Thread | None = None
    _check: SelfCheck = field(init=False)

    def __post_init__(self) -> None:
        """Begin without a look over the rows under way."""
        self._check = SelfCheck(store=self.store, clock=self.clock)

    def start(self) -> None:
        """Begin on a thread of its own, knowing when an earlier run was last in contact."""
        with suppress(KnownError):
            contact = self.store.last_contact()
            if contact is not None:
                self._last_contact_ms = contact[0]
                self.clock.recall(*contact)
        self._thread = Thread(target=self._run, name="sonar-sync", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Exchange now: something was entered, or a person pressed "Try now"."""
        with self._condition:
            self._woken = True
            self._condition.notify_all()

    def hint(self, hints: Iterable[Hint]) -> None:
        """Exchange soon if a scope moved beyond what was fetched; not while the server is down."""
        with self._condition:
            self._hinted |= {hint.scope: (hint.epoch, hint.seq) for hint in hints}
            self._condition.notify_all()

    def hear(self, is_live: bool) -> None:  # noqa: FBT001 a callback's one argument
        """Take it that the server tells of news from now on, or does so no longer.

        What was not told is looked for within a pause of its own length for each PC, since all of
        them may have lost the server at this moment.
        """
        with self._condition:
            self._is_live = is_live
            if not is_live:
                soon = time.monotonic() + POLL_SECONDS * self.backoff.chance()
                self._due_at = min(self._due_at, soon)
            self._condition.notify_all()

    def stop(self) -> None:
        """End after the step under way; what it has not done is done next time."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()

    def leave(self) -> None:
        """Ask it to end and wait a moment only: an answer under way may take half a minute.

        For the program's end: whatever it was doing is done again next time.
        """
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=PATIENCE_SECONDS)

    def exchange_once(self) -> float:
        """Run one exchange and report how it went; return how many seconds to wait.

        The server is greeted at first, after anything went wrong, and now and then.
        """
        greeted, self._hello = self._greeting(), None
        exchange = Exchange(
            port=self.link,
            store=self.store,
            report=self._progress,
            changed=self._tell_changed,
            hello=greeted,
        )
        self._is_asked_to_wait = False
        with self._condition:
            self._hinted.clear()
        try:
            exchange.run()
        except OfflineError as error:
            return self._offline(error)
        except RefusedError as error:
            if greeted is not None:
                # Its clock, its limits or the server itself may be another by now.
                return self.exchange_once()
            return self._blocked(error, error.user_message)
        except KnownError as error:
            return self._blocked(error, error.user_message)
        except Exception as error:  # noqa: BLE001 a sync that stops for good must say so
            return self._blocked(error, _BROKEN)
        finally:
            if exchange.given_back is not None:
                self._given_back = (self._given_back or 0) + exchange.given_back
            self._incarnation = exchange.incarnation or self._incarnation
        self._remember(greeted, exchange.hello)
        self._reached = exchange.reached
        had_failed = self.backoff.failures > 0
        self.backoff.went_well()
        self._offline_since_ms = None
        self._last_contact_ms = self.clock.now_ms()
        self._clock_error_ms = self.link.clock_error_ms()
        self._tell(SyncState.UP_TO_DATE)
        if had_failed:
            self.on_recovered()
        return LIVE_POLL_SECONDS if self._is_live else POLL_SECONDS

    def _greeting(self) -> Hello | None:
        return self._hello if self.clock.monotonic_ms() < self._greet_again_ms else None

    def _remember(self, greeted: Hello | None, hello: Hello | None) -> None:
        self._hello = hello
        if hello is not greeted:
            self._greet_again_ms = self.clock.monotonic_ms() + HELLO_SECONDS * 1000

    def _run(self) -> None:
        while True:
            pause = self.exchange_once()
            with self._condition:
                self._due_at = time.monotonic() + pause
            self._check_while_idle()
            with self._condition:
                while not self._is_due() and (left := self._due_at - time.monotonic()) > 0:
                    self._condition.wait(left)
                self._woken = False
                if self._stopping:
                    return

    def _is_due(self) -> bool:
        if self._is_asked_to_wait:
            # An entry or "Try now" meanwhile would only be refused once more.
            return self._stopping
        return self._stopping or self._woken or self._is_hinted()

    def _is_hinted(self) -> bool:
        return not self.backoff.failures and any(
            place > self._reached.get(scope, (0, 0)) for scope, place in self._hinted.items()
        )

    def _check_while_idle(self) -> None:
        """Look over this PC's rows, if that is due, until the exchange is wanted."""
        try:
            while not self._is_wanted_within(0) and (changed := self._check.go_on()) is not None:
                self._tell_changed(changed)
                if self._check.has_found:
                    self.wake()
                self._is_wanted_within(PAUSE_SECONDS)
        except Exception as error:  # noqa: BLE001 the exchange goes on without it
            _log.warning("self_check_stopped", kind=type(error).__name__)

    def _is_wanted_within(self, seconds: float) -> bool:
        with self._condition:
            is_due = self._condition.wait_for(self._is_due, timeout=seconds)
            return is_due or self._due_at <= time.monotonic()

    def _offline(self, error: OfflineError) -> float:
        if self._offline_since_ms is None:
            self._offline_since_ms = self.clock.now_ms()
        asked_s, problem = 0.0, ""
        if isinstance(error, BusyError):
            problem = error.user_message
            self._is_asked_to_wait = error.wait_s is not None
            asked_s = error.wait_s or 0.0
        pause = self.backoff.failed(asked_s)
        self._tell(
            SyncState.OFFLINE,
            problem=problem,
            next_try_ms=self.clock.now_ms() + int(pause * 1000),
        )
        return pause

    def _blocked(self, error: Exception, words: str) -> float:
        pause = self.backoff.failed()
        _log.warning("exchange_stopped", kind=type(error).__name__)
        self._tell(
            SyncState.BLOCKED,
            problem=words,
            next_try_ms=self.clock.now_ms() + int(pause * 1000),
            is_taken_out=isinstance(error, TakenOutError),
        )
        return pause

    def _progress(self, state: SyncState, done: int, total: int) -> None:
        with suppress(KnownError, BugError):
            self._waiting = self.store.waiting()
        self._say(state, done=done, total=total)

    def _tell_changed(self, changed: Changed) -> None:
        if changed != Changed():
            self.on_changed(changed)

    def _tell(
        self,
        state: SyncState,
        *,
        problem: str = "",
        next_try_ms: int | None = None,
        is_taken_out: bool = False,
    ) -> None:
        # A store that cannot be asked now must not be said to hold nothing that waits.
        with suppress(KnownError, BugError):
            at = self.store.position()
            self._waiting, self._is_removal_frozen = at.waiting, at.is_removal_frozen
        self._say(state, problem=problem, next_try_ms=next_try_ms, is_taken_out=is_taken_out)

    def _say(
        self,
        state: SyncState,
        *,
        done: int = 0,
        total: int = 0,
        problem: str = "",
        next_try_ms: int | None = None,
        is_taken_out: bool = False,
    ) -> None:
        self.on_status(
            SyncStatus(
                state=state,
                waiting=self._waiting,
                last_contact_ms=self._last_contact_ms,
                offline_since_ms=self._offline_since_ms,
                done=done,
                total=total,
                problem=problem,
                clock_error_ms=self._clock_error_ms,
                next_try_ms=next_try_ms,
                given_back=self._given_back,
                incarnation=self._incarnation,
                is_removal_frozen=self._is_removal_frozen,
                is_taken_out=is_taken_out,
            )
        )
