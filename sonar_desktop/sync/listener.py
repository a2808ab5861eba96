"""The thread that hears from the server that something new is there, and wakes the exchange.

It never opens the store, and nothing depends on it: a hint that is lost is made good by the next
timed exchange. Where a proxy keeps the stream back it asks by long polls; where these do not come
through either it is still, and tries the stream again later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from threading import Condition, Thread
from typing import Final, Protocol

import structlog

from sonar_core.sync.messages import Hello, Hint
from sonar_desktop.sync.backoff import BackOff
from sonar_desktop.sync.errors import BusyError, OfflineError, RubbishError
from sonar_desktop.usecases.errors import KnownError

STEADY_SECONDS: Final = 60.0
"""A stream that lasted so long works, though it ended."""
MOST_BREAKS: Final = 3
"""So many streams in a row that did not last are taken for a proxy that cuts them."""
AGAIN_SECONDS: Final = 600.0
"""After so long the stream is tried again where something worse had to do."""
GAP_SECONDS: Final = 0.25
"""Between two long polls, so that many entries are one hint."""
PATIENCE_SECONDS: Final = 0.5

_log = structlog.get_logger("sync")


class HintPort(Protocol):
    """A server that tells of news."""

    def hello(self) -> Hello:
        """Return versions, limits and the server's clock."""

    def hint_stream(self, known: Sequence[Hint]) -> Iterator[Sequence[Hint]]:
        """Yield hints as they come, none for a sign of life."""

    def hint_poll(self, known: Sequence[Hint]) -> Sequence[Hint]:
        """Wait for hints for a while; return those that came."""

    def abandon(self) -> None:
        """End, from any thread, what is under way."""


class Way(Enum):
    """How news is heard, best first."""

    STREAM = "stream"
    POLL = "poll"
    NONE = "none"


@dataclass(kw_only=True)
class HintListener:
    """Listens until stopped; never raises.

    `on_hints` and `on_live` are called on this listener's thread: with what moved, and with whether
    news is heard at present.
    """

    port: HintPort
    on_hints: Callable[[Sequence[Hint]], None]
    on_live: Callable[[bool], None]
    backoff: BackOff = field(default_factory=BackOff)
    now: Callable[[], float] = time.monotonic
    way: Way = Way.STREAM
    _known: dict[str, Hint] = field(default_factory=dict)
    _breaks: int = 0
    _fell_back_at: float = 0.0
    _is_live: bool = False
    _is_offline: bool = False
    _is_stopping: bool = False
    _is_called: bool = False
    _condition: Condition = field(default_factory=Condition)
    _thread: Thread | None = None

    def start(self) -> None:
        """Begin on a thread of its own."""
        self._thread = Thread(target=self._run, name="sonar-hints", daemon=True)
        self._thread.start()

    def call_again(self) -> None:
        """Do not wait any longer for a server that could not be reached: it was just now."""
        with self._condition:
            self._is_called = self._is_offline
            self._condition.notify_all()

    def leave(self) -> None:
        """End, and wait a moment only: while it connects it cannot be interrupted."""
        with self._condition:
            self._is_stopping = True
            self._condition.notify_all()
        self.port.abandon()
        if self._thread is not None:
            self._thread.join(timeout=PATIENCE_SECONDS)

    def listen_once(self) -> float:
        """Listen in the best way that may work until it ends; return how many seconds to wait."""
        if self.way is not Way.STREAM and self.now() - self._fell_back_at >= AGAIN_SECONDS:
            self.way, self._breaks = Way.STREAM, 0
        try:
            self._is_offline = True
            self.port.hello()
            self._is_offline = False
            return self._stream() if self.way is Way.STREAM else self._poll()
        except BusyError as error:
            return self.backoff.failed(error.wait_s or 0.0)
        except (OfflineError, RubbishError) as error:
            if self._is_offline:
                return self.backoff.failed()
            # The server is there; what came of the hints says how far they get through.
            return self._broke(type(error).__name__)
        except KnownError as error:
            return self._give_up(type(error).__name__)
        finally:
            self._tell_live(live=False)

    def _run(self) -> None:
        while not self._is_stopping:
            try:
                pause = self.listen_once()
            except Exception as error:  # noqa: BLE001 a thread that ends for good must say so
                pause = self._give_up(type(error).__name__)
            with self._condition:
                self._condition.wait_for(lambda: self._is_stopping or self._is_called, pause)
                self._is_called = False

    def _poll(self) -> float:
        while self.now() - self._fell_back_at < AGAIN_SECONDS:
            hints = self.port.hint_poll(tuple(self._known.values()))
            self._breaks = 0
            self.backoff.went_well()
            self._take(hints)
            with self._condition:
                if self._condition.wait_for(lambda: self._is_stopping, GAP_SECONDS):
                    break
        return 0.0

    def _stream(self) -> float:
        began = self.now()
        try:
            for hints in self.port.hint_stream(tuple(self._known.values())):
                self._take(hints)
        finally:
            if self.now() - began >= STEADY_SECONDS:
                self._breaks = 0
                self.backoff.went_well()
        return self._broke("ended")

    def _broke(self, why: str) -> float:
        """Count what did not last, or take another way; return the pause before the next try.

        A stream that never said anything is not tried again: that is how a proxy keeps it back.
        """
        self._breaks += 1
        is_kept_back = self.way is Way.STREAM and not self._is_live
        if is_kept_back or self._breaks >= MOST_BREAKS:
            return self._fall_back(why)
        return self.backoff.failed()

    def _take(self, hints: Sequence[Hint]) -> None:
        self._tell_live(live=True)
        self._known |= {hint.scope: hint for hint in hints}
        if hints:
            self.on_hints(hints)

    def _fall_back(self, why: str) -> float:
        """Take the next worse way; return the pause before it."""
        if self.way is not Way.STREAM:
            return self._give_up(why)
        self.way, self._fell_back_at, self._breaks = Way.POLL, self.now(), 0
        _log.info("hints_fall_back", kind=why, way=self.way.value)
        return self.backoff.failed()

    def _give_up(self, why: str) -> float:
        """Be still until it is time to try the stream again."""
        self.way, self._fell_back_at = Way.NONE, self.now()
        _log.info("hints_fall_back", kind=why, way=self.way.value)
        return AGAIN_SECONDS + self.backoff.failed()

    def _tell_live(self, *, live: bool) -> None:
        if live is not self._is_live:
            self._is_live = live
            self.on_live(live)
