"""What one room enters the other sees by itself: by a hint, or without any a little later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sonar_desktop.sync import link as link_module
from sonar_desktop.sync import listener as listener_module
from sonar_desktop.sync import worker as worker_module
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.listener import Way
from sonar_desktop.sync.live import LiveExchange
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.sync.worker import SyncWorker
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus
from sonar_desktop.vault.device_identity import DeviceIdentity
from tests.journeys.hint_proxy import POLL, STREAM, HintProxy
from tests.journeys.rig import Room
from tests.journeys.test_two_rooms import admit, agree

NEVER = 3600.0
LONGEST_S = 60.0


class Watching:
    """A room whose exchange runs by itself, as in the program."""

    def __init__(self, room: Room, address: str) -> None:
        self.room = room
        self._told = threading.Condition()
        self.statuses: list[SyncStatus] = []
        self.worker = SyncWorker(
            link=self._link(address),
            store=room.opened.sync,
            clock=room.clock,
            on_status=self._tell,
            on_changed=lambda _: self._tell(None),
        )
        self.worker.backoff.chance = lambda: 0.0
        self.live = LiveExchange(self.worker, self._link(address))
        self.listener = self.live._listener
        self.listener.backoff.chance = lambda: 0.0

    def _link(self, address: str) -> ServerLink:
        identity = DeviceIdentity.load(self.room.pc.identity)
        signer = Signer(device=self.room.pc.device, sign=identity.sign)
        return ServerLink(Transport(address), self.room.clock, signer)

    def _tell(self, status: SyncStatus | None) -> None:
        with self._told:
            if status is not None:
                self.statuses.append(status)
            self._told.notify_all()

    def hear(self, is_live: bool) -> None:
        with self._told:
            SyncWorker.hear(self.worker, is_live)
            self._told.notify_all()

    def until(self, truth: Callable[[], bool]) -> None:
        with self._told:
            assert self._told.wait_for(truth, LONGEST_S)

    def sees(self, episode: str) -> None:
        """Wait until the board shows a stay; the timed exchange does not come to help."""
        self.until(lambda: episode in {row.episode for row in list_board(self.room.desk).rows})

    def is_in_contact(self) -> bool:
        return bool(self.statuses) and self.statuses[-1].state is SyncState.UP_TO_DATE


@contextmanager
def watching(room: Room, address: str) -> Iterator[Watching]:
    """A room that exchanges by itself, up to date and listening."""
    seen = Watching(room, address)
    seen.listener.on_live = seen.hear
    seen.live.start()
    try:
        seen.until(seen.is_in_contact)
        yield seen
    finally:
        seen.live.leave()
        for thread in (seen.worker._thread, seen.listener._thread):
            assert thread is not None
            thread.join(LONGEST_S)


@pytest.fixture
def no_timer(monkeypatch):
    """The timed exchange never comes: whatever arrives was told."""
    monkeypatch.setattr(worker_module, "POLL_SECONDS", NEVER)
    monkeypatch.setattr(worker_module, "LIVE_POLL_SECONDS", NEVER)


@pytest.fixture
def proxied(centre) -> Iterator[Callable[..., HintProxy]]:
    made: list[HintProxy] = []

    def make(**does: str) -> HintProxy:
        made.append(HintProxy(centre.address, **does))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


def test_what_one_room_enters_the_other_is_told_of_and_fetches(no_timer, centre, rooms):
    a, b = rooms
    with watching(b, b.address) as seen:
        seen.until(lambda: seen.worker._is_live)
        for _ in range(3):
            admitted = admit(a)
            a.exchange()
            seen.sees(admitted.episode)
        assert seen.listener.way is Way.STREAM
    agree(centre, a, b)


@pytest.mark.parametrize("stream", ["html", "close", "buffer"])
def test_where_the_stream_does_not_come_through_long_polls_tell(
    no_timer, centre, rooms, proxied, monkeypatch, stream
):
    monkeypatch.setattr(link_module, "SILENCE_SECONDS", 0.3)
    a, b = rooms
    proxy = proxied(stream=stream)
    with watching(b, proxy.address) as seen:
        seen.until(lambda: seen.listener.way is Way.POLL and seen.worker._is_live)
        admitted = admit(a)
        a.exchange()
        seen.sees(admitted.episode)
    assert {STREAM, POLL} <= set(proxy.asked)
    agree(centre, a, b)


def test_where_no_hint_comes_through_the_timer_brings_everything(
    centre, rooms, proxied, monkeypatch
):
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 0.05)
    a, b = rooms
    proxy = proxied(stream="html", poll="html")
    with watching(b, proxy.address) as seen:
        for _ in range(3):
            admitted = admit(a)
            a.exchange()
            seen.sees(admitted.episode)
            mine = admit(b)
            seen.live.wake()
            seen.until(lambda: b.opened.sync.waiting().operations == 0)
            a.exchange()
            assert mine.episode in {row.episode for row in list_board(a.desk).rows}
        assert not seen.worker._is_live
    agree(centre, a, b)


def test_hints_that_are_lost_on_the_way_lose_nothing(centre, rooms, monkeypatch):
    monkeypatch.setattr(worker_module, "LIVE_POLL_SECONDS", 0.05)
    a, b = rooms
    monkeypatch.setattr(listener_module.HintListener, "_take", _lose)
    with watching(b, b.address) as seen:
        seen.until(lambda: seen.worker._is_live)
        for _ in range(3):
            admitted = admit(a)
            a.exchange()
            seen.sees(admitted.episode)
    agree(centre, a, b)


def _lose(listener: listener_module.HintListener, _hints: object) -> None:
    listener._tell_live(live=True)


def test_after_the_server_was_away_news_is_told_again(no_timer, centre, rooms):
    a, b = rooms
    with watching(b, b.address) as seen:
        seen.until(lambda: seen.worker._is_live)
        centre.kill()
        seen.until(lambda: not seen.worker._is_live)
        centre.start()
        seen.until(lambda: seen.worker._is_live)
        admitted = admit(a)
        a.exchange()
        seen.sees(admitted.episode)
    agree(centre, a, b)


def test_leaving_ends_both_threads_whatever_the_server_keeps_open(no_timer, centre, rooms):
    _, b = rooms
    with watching(b, b.address) as seen:
        seen.until(lambda: seen.worker._is_live)
        seen.live.leave()
        assert not any(t.name in {"sonar-sync", "sonar-hints"} for t in threading.enumerate())
