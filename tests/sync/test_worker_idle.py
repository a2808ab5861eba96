"""What the worker does while no exchange is wanted: it looks over this PC's own rows."""

from __future__ import annotations

import threading
import time

from sonar_desktop.sync.worker import POLL_SECONDS
from sonar_desktop.usecases.ports import Changed


class Check:
    """A look over the rows of so many steps, the last of which finds something or not."""

    def __init__(self, steps: int, *, finds: bool = False) -> None:
        self.left = steps
        self.finds = finds
        self.has_found = False
        self.asked = threading.Condition()

    def go_on(self) -> Changed | None:
        with self.asked:
            self.asked.notify_all()
            if not self.left:
                return None
            self.left -= 1
            self.has_found = self.finds and not self.left
        return Changed(outbox=True) if self.has_found else Changed()


def test_while_nobody_needs_the_exchange_the_rows_are_looked_over(worker, server):
    worker._check = Check(3)
    worker.start()
    with worker._check.asked:
        assert worker._check.asked.wait_for(lambda: worker._check.left == 0, timeout=10)
    assert server.pulls == 1, "the exchange went first, and is not asked for by a clean look"


def test_what_was_found_is_told_and_exchanged_about_at_once(worker, server):
    told_of_change = []
    worker.on_changed = told_of_change.append
    worker._check = Check(2, finds=True)
    worker.start()
    with server.called:
        assert server.called.wait_for(lambda: server.pulls >= 2, timeout=POLL_SECONDS - 1)
    assert told_of_change == [Changed(outbox=True)]


def test_a_look_over_the_rows_stops_for_an_entry_and_goes_on_afterwards(worker):
    check = worker._check = Check(2)
    worker._due_at = time.monotonic() + 60
    worker._woken = True
    worker._check_while_idle()
    assert check.left == 2
    worker._woken = False
    worker._check_while_idle()
    assert check.left == 0


def test_a_look_over_the_rows_does_not_put_off_the_timed_exchange(worker):
    check = worker._check = Check(2)
    worker._due_at = time.monotonic()
    worker._check_while_idle()
    assert check.left == 2


def test_a_look_that_fails_ends_no_exchange(worker, server):
    worker._check = Check(1)
    worker._check.go_on = lambda: 1 / 0
    worker.start()
    with server.called:
        assert server.called.wait_for(lambda: server.pulls >= 1, timeout=10)
    worker.wake()
    with server.called:
        assert server.called.wait_for(lambda: server.pulls >= 2, timeout=POLL_SECONDS - 1)
