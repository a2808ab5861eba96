"""Committers and readers of one log at once, and a count of what a reader missed or got twice.

A committer stops at the two places where a race would hurt: when it has its number, and when all
is written and only the commit is missing. In a free run it stops for a random time, and now and
then PostgreSQL ends its session there; in a held round it stops until every other committer has
committed or waits for it, and readers have read.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from sqlalchemy import Connection, event, text

from sonar_server.store.database import Database

COMMITTERS = 16
LONGEST_PAUSE_S = 0.003
ENDED_EVERY = 20
"""So many commits of one committer until its session is ended in the middle of the next."""

Pause = Callable[[str, Connection], None]
Append = Callable[[int], list[bytes]]
"""Appends so many rows in one transaction, again if its session is ended; returns their ids."""
Read = Callable[[], list[bytes]]
"""Returns the ids of what came since it was called last."""


class Log(Protocol):
    """What takes part in the race."""

    database: Database

    def takes_number(self, statement: str) -> bool:
        """Whether its transaction has its number once this statement has run."""

    def committer(self, number: int) -> Append: ...

    def reader(self) -> Read: ...


@dataclass
class Tally:
    """What was committed and what each reader was given."""

    appended: list[bytes] = field(default_factory=list)
    given: list[list[bytes]] = field(default_factory=list)

    @property
    def missed(self) -> set[bytes]:
        return {one for given in self.given for one in set(self.appended).difference(given)}

    @property
    def twice(self) -> set[bytes]:
        return {one for given in self.given for one, n in Counter(given).items() if n > 1}

    @property
    def never_appended(self) -> set[bytes]:
        return {one for given in self.given for one in set(given).difference(self.appended)}


class Race:
    """One log with sixteen committers and some readers."""

    def __init__(self, log: Log, readers: int = 2) -> None:
        self._log = log
        self._here = threading.local()
        self._append = [log.committer(number) for number in range(COMMITTERS)]
        self._read = [log.reader() for _ in range(readers)]
        self.tally = Tally(given=[[] for _ in range(readers)])
        self.ended = 0

    @contextmanager
    def _pausing(self) -> Iterator[None]:
        """Let a committer's thread stop inside its transaction, on the product's own statements."""
        engine = self._log.database._engine

        def after_statement(*said: Any) -> None:
            if self._log.takes_number(said[2]):
                self._pause("numbered", said[0])

        def before_commit(connection: Connection) -> None:
            self._pause("written", connection)

        event.listen(engine, "after_cursor_execute", after_statement)
        event.listen(engine, "commit", before_commit)
        try:
            yield
        finally:
            event.remove(engine, "after_cursor_execute", after_statement)
            event.remove(engine, "commit", before_commit)

    def _pause(self, place: str, connection: Connection) -> None:
        pause: Pause | None = getattr(self._here, "pause", None)
        if pause is not None:
            pause(place, connection)

    def _commit(self, number: int, rows: int, pause: Pause | None) -> list[bytes]:
        self._here.pause = pause
        try:
            return self._append[number](rows)
        finally:
            self._here.pause = None

    def _read_on(self, reader: int) -> None:
        self.tally.given[reader] += self._read[reader]()

    def _read_all(self) -> None:
        for reader in range(len(self._read)):
            self._read_on(reader)

    def hold_each_once(self, rows: int) -> set[bytes]:
        """Hold back each committer in turn with its number; return what the held ones wrote."""
        held: set[bytes] = set()
        with self._pausing(), ThreadPoolExecutor(COMMITTERS, "committer") as threads:
            for holder in range(COMMITTERS):
                held |= self._hold(threads, holder, rows)
        self._read_all()
        return held

    def _hold(self, threads: ThreadPoolExecutor, holder: int, rows: int) -> set[bytes]:
        reached = {place: threading.Event() for place in ("numbered", "written")}
        go_on = {place: threading.Event() for place in reached}

        def stop(place: str, _: Connection) -> None:
            reached[place].set()
            assert reached["numbered"].is_set(), "committing, and never seen to take its number"
            assert go_on[place].wait(60)

        holding = threads.submit(self._commit, holder, rows, stop)
        others: list[Future[list[bytes]]] = []
        try:
            _until(reached["numbered"], holding)
            others = [
                threads.submit(self._commit, number, rows, None)
                for number in range(COMMITTERS)
                if number != holder
            ]
            while sum(not one.done() for one in others) > self._waiting_for_a_lock():
                pass
            go_on["numbered"].set()
            _until(reached["written"], holding)
            self._read_all()
        finally:
            for one in go_on.values():
                one.set()
            wait([holding, *others])
        self.tally.appended += [one for done in (holding, *others) for one in done.result()]
        return set(holding.result())

    def _waiting_for_a_lock(self) -> int:
        query = text(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(self._log.database.run(lambda transaction: transaction.scalar(query)) or 0)

    def run_free(self, rows: Callable[[int], int], most_at_once: Callable[[int], int]) -> None:
        """Let committer n append rows(n) rows, with pauses by chance, and read all the while."""

        def work(number: int) -> list[bytes]:
            chance = random.Random(number)
            done: list[bytes] = []
            stops = count(1)

            def stop(place: str, connection: Connection) -> None:
                pause = chance.choice((0.0, 0.0, chance.uniform(0, LONGEST_PAUSE_S)))
                connection.execute(text("SELECT pg_sleep(:pause)"), {"pause": pause})
                if place == "written" and next(stops) % ENDED_EVERY == 0:
                    self.ended += 1
                    connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

            while (left := rows(number) - len(done)) > 0:
                size = min(left, chance.randint(1, most_at_once(number)))
                done += self._commit(number, size, stop)
            return done

        with self._pausing(), ThreadPoolExecutor(COMMITTERS + len(self._read), "race") as threads:
            working = [threads.submit(work, number) for number in range(COMMITTERS)]

            def keep_reading(reader: int) -> None:
                while not all(one.done() for one in working):
                    self._read_on(reader)

            reading = [threads.submit(keep_reading, number) for number in range(len(self._read))]
            for one in working:
                self.tally.appended += one.result()
            for each in reading:
                each.result()
        self._read_all()


def _until(reached: threading.Event, work: Future[list[bytes]]) -> None:
    while not reached.wait(0.05):
        if work.done():
            work.result()
            raise AssertionError("the committer never stopped there")
