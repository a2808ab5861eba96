"""Records what clients at work did and saw, in the words of the outside judge.

A list is an episode's notes, or its orders; a user action appends to several at once, and what a
PC holds after a pull is a read of all of them. Every part is the product's own: encrypted stores,
the exchange, HTTP, a server process. Of the product the judge sees numbers alone.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from sonar_core.ids import from_bytes
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_core.records.note import Note, NoteCategory
from sonar_core.sync.messages import MAX_OPERATIONS, MAX_PUSH_BYTES
from sonar_desktop.sync.errors import BusyError, CutOffError, OfflineError, RubbishError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.usecases.admit_detainee import Admitted
from sonar_desktop.usecases.ports import Writing
from tests.journeys.rig import Room
from tests.server.elle.judge import Txn

CUT = (OfflineError, BusyError, CutOffError, RubbishError)
MOST_TRIES = 5000
_HELD = "SELECT kind, episode, id FROM record WHERE kind IN ('Note', 'MedicationRequest')"


@dataclass
class Recording:
    """The history of several clients, as it grows."""

    episodes: list[Admitted]
    ticks: Iterator[int] = field(default_factory=count)
    values: Iterator[int] = field(default_factory=lambda: count(1))
    value_of: dict[str, int] = field(default_factory=dict)
    history: list[Txn] = field(default_factory=list)
    rounds: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    served: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    requests: threading.Condition = field(default_factory=threading.Condition)
    under_way: int = 0
    cut_off: int = 0

    def work(self, room: Room, process: int, rounds: int) -> None:
        """Let one client write, send, fetch and look: so many rounds, more until an outage."""
        client = _Client(self, room, process)
        with room.exchanging(room.address) as exchange:
            for done in count():
                if done >= rounds and self.over.is_set():
                    break
                client.write()
                client.through(lambda: exchange.push(MAX_OPERATIONS, MAX_PUSH_BYTES))
                client.settled()
                client.look(exchange)
                self.rounds.release()

    def run(self, rooms: list[Room], rounds: int, meanwhile: Callable[[], None]) -> None:
        """Let all clients work at once, with something happening to the server meanwhile."""
        self.served.set()
        with ThreadPoolExecutor(len(rooms), "client") as threads:
            working = [
                threads.submit(self.work, room, number, rounds) for number, room in enumerate(rooms)
            ]
            try:
                meanwhile()
            finally:
                self.served.set()
                self.over.set()
            for one in working:
                one.result()

    @contextmanager
    def outage_after(self, rounds: int, kill: Callable[[], None]) -> Iterator[None]:
        """Kill the server after so many rounds, while it has a request; the body is the outage."""
        for _ in range(rounds):
            assert self.rounds.acquire(timeout=30)
        with self.requests:
            assert self.requests.wait_for(lambda: self.under_way > 0, timeout=30)
            kill()
            assert self.requests.wait_for(lambda: self.cut_off > 0, timeout=30)
        self.served.clear()
        yield
        self.served.set()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Count a request as under way, and as cut off where it was."""
        with self.requests:
            self.under_way += 1
            self.requests.notify_all()
        try:
            yield
        except CUT:
            with self.requests:
                self.cut_off += 1
                self.requests.notify_all()
            raise
        finally:
            with self.requests:
                self.under_way -= 1


class _Client:
    """One process of the history."""

    def __init__(self, recording: Recording, room: Room, process: int) -> None:
        self._all = recording
        self._room = room
        self._process = str(process)
        self._chance = random.Random(process)
        self._open: list[tuple[int, tuple[tuple, ...]]] = []

    def write(self) -> None:
        """One or two user actions, each on one to three lists."""
        for _ in range(self._chance.randint(1, 2)):
            lists = [
                (stay, kind) for stay in self._all.episodes for kind in (Note, MedicationRequest)
            ]
            chosen = self._chance.sample(lists, self._chance.randint(1, 3))
            done: list[tuple] = []

            def act(writing: Writing) -> None:
                for stay, kind in chosen:  # noqa: B023 called at once
                    value = next(self._all.values)
                    made = self._note(stay) if kind is Note else self._order(stay)
                    self._all.value_of[made.id] = value
                    writing.record(made)
                    done.append(("append", f"{kind.__name__} {stay.episode}", value))  # noqa: B023

            begun = next(self._all.ticks)
            self._room.desk.store.write(self._room.actor, "test", act)
            self._open.append((begun, tuple(done)))

    def through(self, send: Callable[[], None]) -> None:
        """Do something with the server until it has answered."""
        for _ in range(MOST_TRIES):
            assert self._all.served.wait(60)
            try:
                with self._all.asking():
                    return send()
            except CUT:
                continue
        raise AssertionError("the server never answers")

    def settled(self) -> None:
        """Everything that was written has its receipt."""
        assert self._room.opened.sync.waiting().operations == 0
        ended = next(self._all.ticks)
        self._all.history += [
            Txn(process=self._process, begun=begun, ended=ended, doing=doing)
            for begun, doing in self._open
        ]
        self._open.clear()

    def look(self, exchange: Exchange) -> None:
        """Fetch, and read all lists from the store."""
        begun = next(self._all.ticks)
        self.through(exchange.run)
        lists: dict[str, tuple[int, ...]] = {
            f"{kind.__name__} {stay.episode}": ()
            for stay in self._all.episodes
            for kind in (Note, MedicationRequest)
        }
        held = self._room.opened._database.read(
            lambda connection: connection.exec_driver_sql(_HELD + " ORDER BY scope, seq").all()
        )
        for kind, episode, identifier in held:
            name = f"{kind} {from_bytes(episode)}"
            if name in lists:
                lists[name] += (self._all.value_of[from_bytes(identifier)],)
        doing = tuple(("r", name, values) for name, values in lists.items())
        ended = next(self._all.ticks)
        self._all.history.append(Txn(process=self._process, begun=begun, ended=ended, doing=doing))

    def _note(self, stay: Admitted) -> Note:
        at = self._room.clock.moment()
        return Note(
            id=self._room.desk.ids.new(),
            patient=stay.patient,
            episode=stay.episode,
            performed_at=at,
            recorded_at=at,
            recorded_by=self._room.actor.user,
            performed_by=self._room.actor.user,
            category=NoteCategory.CLINICAL,
            text="Seen in the cell.",
        )

    def _order(self, stay: Admitted) -> MedicationRequest:
        return MedicationRequest(
            id=self._room.desk.ids.new(),
            patient=stay.patient,
            episode=stay.episode,
            medicine="Paracetamol",
            form="tablet",
            strength="500 mg",
            dose="1000",
            unit="mg",
            route="oral",
            authority=SupplyRoute.PGD,
            authorised_by=self._room.actor.user,
            start_at=self._room.clock.moment(),
        )
