"""A worker whose server and store do as a test tells them: its own conduct is what is tested."""

from __future__ import annotations

import threading

import pytest

from sonar_core.sync.messages import End, Head, Hello
from sonar_desktop.sync.errors import RefusedError
from sonar_desktop.sync.worker import SyncWorker
from sonar_desktop.usecases.server_time import ServerTime
from sonar_desktop.usecases.sync_ports import Position, Waiting
from tests.db.centre import Centre, with_history
from tests.db.conftest import desk, new_desk, other_desk

__all__ = ["desk", "new_desk", "other_desk"]

NONE_WAITING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)


class Clock(ServerTime):
    def __init__(self) -> None:
        self.ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms

    def monotonic_ms(self) -> int:
        return self.ms

    def zone(self) -> str:
        return "Europe/London"


class LookedOver:
    """A store's look at itself, made a moment ago."""

    def last_check(self):
        return 1_000_000


class EmptyStore:
    """A store with nothing to send and no scope: the worker's own conduct is what is tested."""

    healing = LookedOver()

    def position(self):
        return Position(waiting=NONE_WAITING, cursors=(), digests={}, is_fetching=False)

    def note_contact(self, *_contact):
        return None

    def purge(self, *_now):
        return None

    def last_contact(self):
        return (987_000, 990_000)

    def waiting(self):
        return NONE_WAITING


class Server:
    """Says hello, or raises what it is told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.hellos = self.pulls = 0
        self.refusal: RefusedError | None = None
        self.head: Head | None = None
        self.called = threading.Condition()

    def hello(self) -> Hello:
        with self.called:
            self.hellos += 1
            self.called.notify_all()
        if self.error is not None:
            raise self.error
        return Hello(protocol_min=1, protocol_max=1, schema_v=1, server_id="s", server_ms=1)

    def pull(self, _pull):
        with self.called:
            self.pulls += 1
            self.called.notify_all()
        if self.error or self.refusal:
            raise self.error or self.refusal
        yield End(heads=() if self.head is None else (self.head,), server_ms=1)

    def wait_for_pulls(self, count):
        with self.called:
            assert self.called.wait_for(lambda: self.pulls >= count, timeout=10)

    def clock_error_ms(self) -> int:
        return 250_000


@pytest.fixture
def told():
    return []


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def worker(server, told):
    made = SyncWorker(
        link=server,
        store=EmptyStore(),
        clock=Clock(),
        on_status=told.append,
        on_changed=lambda _changed: None,
    )
    yield made
    made.stop()


@pytest.fixture
def centre(desk):
    """A server in memory with a history that the PC holds."""
    made = Centre()
    with_history(made, desk)
    made.pull(desk)
    return made
