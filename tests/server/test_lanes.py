from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sonar_server.lanes import WIDE, Lanes
from sonar_server.store.errors import UnavailableError


def test_so_many_pushes_of_a_site_work_at_once_and_those_of_others_beside_them():
    lanes = Lanes(patience_s=0)
    with lanes.entered("north"), lanes.entered("north"):
        with pytest.raises(UnavailableError), lanes.entered("north"):
            pass
        with lanes.entered("south"), lanes.entered("south"):
            pass
    with lanes.entered("north"), lanes.entered("north"):
        pass


def test_who_gave_up_waiting_takes_nobodys_turn():
    lanes = Lanes(patience_s=0)
    with lanes.entered("north"):
        with lanes.entered("north"), pytest.raises(UnavailableError), lanes.entered("north"):
            pass
        with lanes.entered("north"):
            pass


def test_each_that_waits_has_its_turn_and_never_too_many_at_once():
    lanes, lock = Lanes(patience_s=60), threading.Lock()
    inside = most = done = 0

    def push(_number: int) -> None:
        nonlocal inside, most, done
        with lanes.entered("north"):
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1
                done += 1

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(push, range(400)))
    assert (inside, done) == (0, 400)
    assert most <= WIDE


def test_a_place_is_held_no_longer_than_what_is_done_in_it():
    lanes = Lanes(patience_s=0)
    for _ in range(2 * WIDE):
        with pytest.raises(ZeroDivisionError), lanes.entered("north"):
            raise ZeroDivisionError
    with lanes.entered("north"), lanes.entered("north"):
        pass


def test_who_came_first_is_first(monkeypatch):
    lanes, order, queued = Lanes(patience_s=60), list[int](), threading.Event()
    real = threading.Event.wait

    def waits(self: threading.Event, timeout: float | None = None) -> bool:
        if timeout == 60:
            queued.set()
        return real(self, timeout)

    monkeypatch.setattr(threading.Event, "wait", waits)

    def push(number: int) -> None:
        with lanes.entered("north"):
            order.append(number)

    with lanes.entered("north"):
        second = lanes.entered("north")
        second.__enter__()
        threads = []
        for number in range(5):
            queued.clear()
            threads.append(threading.Thread(target=push, args=(number,)))
            threads[-1].start()
            assert queued.wait(30)
        second.__exit__(None, None, None)
        for thread in threads:
            thread.join()
    assert order == [0, 1, 2, 3, 4]
