"""The store's two threads: the one that writes and the one that reads, each with its connection.

What a person did goes before what they are typing, and that before what the server sent, so that
nobody waits for a sync. Each piece of work is one transaction.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from enum import IntEnum
from queue import Empty, PriorityQueue
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from sonar_desktop.db.errors import StoreDamagedError, translated
from sonar_desktop.usecases.errors import BugError

T = TypeVar("T")

IDLE_S: Final = 2.0


class Priority(IntEnum):
    """Whose work is done first."""

    USER = 0
    DRAFT = 1
    SYNC = 2
    CLOSE = 3


_Job = tuple[Priority, int, Callable[[Connection], Any] | None, "Future[Any]"]


class StoreThread:
    """One thread with one connection, doing work in order of priority, then of arrival."""

    def __init__(
        self,
        name: str,
        connection: Connection,
        *,
        commits: bool,
        when_idle: Callable[[Connection], None] | None = None,
    ) -> None:
        """Start the thread; it owns the connection from now on and closes it at the end.

        `commits` says whether work is kept; `when_idle` runs once after work, outside any
        transaction, when nothing more has come for a while. `ended` counts the transactions that
        are over, whatever became of them, each before its answer is told; `is_damaged` says that
        one met part of the file that cannot be read.
        """
        self._connection = connection
        self._commits = commits
        self._when_idle = when_idle
        self._queue: PriorityQueue[_Job] = PriorityQueue()
        self._count = itertools.count()
        self._gate = threading.Lock()
        self._is_closed = False
        self.ended = 0
        self.is_damaged = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, priority: Priority, work: Callable[[Connection], T]) -> Future[T]:
        """Queue one transaction; the future holds its answer once it is on disk, or its error.

        Raises BugError after `close`.
        """
        future: Future[T] = Future()
        with self._gate:
            if self._is_closed:
                raise BugError("the store is closed")
            self._queue.put((priority, next(self._count), work, future))
        return future

    def run(self, priority: Priority, work: Callable[[Connection], T]) -> T:
        """Do one transaction and wait for it; never from work that is itself on this thread."""
        if threading.current_thread() is self._thread:
            raise BugError("work on the store's thread asks the store again")
        return self.submit(priority, work).result()

    def is_wanted(self, priority: Priority) -> bool:
        """Return whether work that comes before `priority` waits for this thread."""
        with self._queue.mutex:
            return bool(self._queue.queue) and self._queue.queue[0][0] < priority

    def close(self) -> None:
        """Finish everything queued, close the connection, end the thread. May be called again."""
        with self._gate:
            if not self._is_closed:
                self._is_closed = True
                self._queue.put((Priority.CLOSE, next(self._count), None, Future()))
        self._thread.join()

    def _run(self) -> None:
        has_worked = False
        while True:
            try:
                _, _, work, future = self._queue.get(timeout=IDLE_S if has_worked else None)
            except Empty:
                has_worked = False
                if self._when_idle is not None:
                    # Whatever goes wrong with postponed work, entries go on being written.
                    with suppress(Exception):
                        self._when_idle(self._connection)
                continue
            if work is None:
                break
            self._do(work, future)
            # Not held until the next work comes: what it knows of may belong to the GUI thread.
            del work, future
            has_worked = True
        self._connection.close()
        self._connection.engine.dispose()

    def _do(self, work: Callable[[Connection], T], future: Future[T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            with translated(), self._connection.begin() as transaction:
                answer = work(self._connection)
                if not self._commits:
                    transaction.rollback()
        except BaseException as error:  # noqa: BLE001 raised again where the answer is awaited
            self.ended += 1
            self.is_damaged |= isinstance(error, StoreDamagedError)
            future.set_exception(error)
        else:
            self.ended += 1
            future.set_result(answer)
