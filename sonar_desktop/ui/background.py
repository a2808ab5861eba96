"""The one object that crosses threads: work goes out to the store's threads, answers come back.

View models hand over plain functions and are called back on the GUI thread. Nothing here knows what
the work is. The threads are given its number only: whatever the functions hold is let go of on the
GUI thread, for a Qt object that ends on another one takes the program with it.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any, Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

from sonar_desktop.usecases.errors import FaultError, KnownError
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus

T = TypeVar("T")

SWITCH_SECONDS: Final = 0.001
"""How long a thread keeps the interpreter when another one wants it; Python's own is 5 ms."""

GATHER_MS: Final = 500
"""How long what a first sync brings is gathered before it is told."""


@dataclass(slots=True)
class _Asked:
    """Work, what it came to, and who is told."""

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[KnownError], None] | None
    answer: Any = None
    error: BaseException | None = None


class Background(QObject):
    """Runs work off the GUI thread and answers on it, in the order the work was given.

    Signals:
        changed(Changed): something was stored, by this person or by the exchange.
        sync_status(SyncStatus): how the exchange stands.
        trouble(KnownError): work failed and whoever asked did not say what to do then.
    """

    changed = Signal(object)
    sync_status = Signal(object)
    trouble = Signal(object)
    _gathering = Signal()
    _answered = Signal(int)

    def __init__(self) -> None:
        """Make the two threads: one acts on the store, one looks into it."""
        super().__init__()
        # A key that is pressed while another thread computes waits for it this long at most.
        sys.setswitchinterval(SWITCH_SECONDS)
        self._acts = ThreadPoolExecutor(1, thread_name_prefix="sonar-act")
        self._looks = ThreadPoolExecutor(1, thread_name_prefix="sonar-look")
        self._numbers = itertools.count()
        self._asked: dict[int, _Asked] = {}
        self._is_closed = False
        self._aside: set[Thread] = set()
        self._aside_lock = Lock()
        self._latest: SyncStatus | None = None
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._is_first_sync = False
        self._gathered = Changed()
        self._gathered_lock = Lock()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.timeout.connect(self._tell_gathered)
        self._gathering.connect(self._gather.start, Qt.ConnectionType.QueuedConnection)
        self.sync_status.connect(self._remember)

    @property
    def latest_status(self) -> SyncStatus | None:
        """How the exchange stood when it was last heard of, for a view that opens now."""
        return self._latest

    @property
    def is_closed(self) -> bool:
        """Whether the store's threads have ended, so that nothing can be acted any more."""
        return self._is_closed

    def act(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """Run work that changes the store; then call `done` or `failed` on the GUI thread."""
        self._submit(self._acts, work, done, failed)

    def look(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """Run work that only reads; then call `done` or `failed` on the GUI thread.

        After `close` nothing is looked up any more: news of the last entries may still arrive then.
        """
        if not self._is_closed:
            self._submit(self._looks, work, done, failed)

    def aside(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """Run slow work that has nothing to do with the store in a short-lived thread.

        For key derivation and for asking the server on somebody's behalf: neither may hold up an
        entry that waits to be written.
        """
        number = self._note(work, done, failed)

        def run() -> None:
            self._run(number)
            with self._aside_lock:
                self._aside.discard(thread)

        thread = Thread(target=run, name="sonar-aside", daemon=True)
        with self._aside_lock:
            self._aside.add(thread)
        thread.start()

    def tell_changed(self, changed: Changed) -> None:
        """Broadcast what changed; may be called on any thread.

        What a first sync brings is told together, twice a second: each telling has every view look
        again. What a person entered is told at once, and with the sync's end all the rest.
        """
        if not self._is_first_sync or changed.outbox or changed.drafts:
            self.changed.emit(changed)
            return
        with self._gathered_lock:
            before, self._gathered = self._gathered, self._gathered.with_also(changed)
        if before == Changed():
            self._gathering.emit()

    def tell_sync_status(self, status: SyncStatus) -> None:
        """Broadcast how the exchange stands; may be called on any thread."""
        self._is_first_sync = status.state is SyncState.FIRST_SYNC
        if not self._is_first_sync:
            self._tell_gathered()
        self.sync_status.emit(status)

    def settle(self) -> None:
        """Finish what was handed over to act, and give its answers before this returns."""
        if not self._is_closed:
            self._acts.submit(_nothing).result()
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def close(self) -> None:
        """Finish what was handed over and end the threads; answers not yet given are given up."""
        self._is_closed = True
        self._acts.shutdown(wait=True)
        self._looks.shutdown(wait=True)
        with self._aside_lock:
            running = tuple(self._aside)
        for thread in running:
            thread.join()

    def _submit(
        self,
        executor: ThreadPoolExecutor,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None,
    ) -> None:
        number = self._note(work, done, failed)
        try:
            executor.submit(self._run, number)
        except RuntimeError:
            del self._asked[number]
            raise

    def _note(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None,
    ) -> int:
        number = next(self._numbers)
        self._asked[number] = _Asked(work, done, failed)
        return number

    def _run(self, number: int) -> None:
        _do(self._asked[number])
        self._answered.emit(number)

    def _deliver(self, number: int) -> None:
        asked = self._asked.pop(number)
        error = asked.error
        if error is None:
            asked.done(asked.answer)
        elif isinstance(error, KnownError):
            (asked.failed or self.trouble.emit)(error)
        else:
            # Whoever waits is told, so that no form stays shut; the fault itself goes to the log.
            (asked.failed or self.trouble.emit)(FaultError())
            raise error

    def _tell_gathered(self) -> None:
        with self._gathered_lock:
            gathered, self._gathered = self._gathered, Changed()
        if gathered != Changed():
            self.changed.emit(gathered)

    def _remember(self, status: SyncStatus) -> None:
        self._latest = status


def _do(asked: _Asked) -> None:
    try:
        asked.answer = asked.work()
    except BaseException as error:  # noqa: BLE001 told on the GUI thread
        asked.error = error


def _nothing() -> None:
    """Stand at the end of the line."""
