from __future__ import annotations

import threading

import pytest

from sonar_desktop.db import writer
from sonar_desktop.db.writer import Priority, StoreThread
from sonar_desktop.usecases.errors import BugError


class Transaction:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        self.log.append("begin")
        return self

    def __exit__(self, kind, *_):
        self.log.append("commit" if kind is None else "rollback")

    def rollback(self):
        self.log.append("forget")


class Connection:
    """Stands in for a connection where only the order of things is asked about."""

    engine = None

    def __init__(self):
        self.log = []
        self.engine = self

    def begin(self):
        return Transaction(self.log)

    def close(self):
        self.log.append("close")

    def dispose(self):
        self.log.append("dispose")


@pytest.fixture
def connection():
    return Connection()


def test_a_person_goes_before_a_draft_and_a_draft_before_what_the_server_sent(connection):
    thread = StoreThread("t", connection, commits=True)
    gate, order = threading.Event(), []
    thread.submit(Priority.SYNC, lambda _: gate.wait(10))
    for priority in (Priority.SYNC, Priority.DRAFT, Priority.USER, Priority.SYNC, Priority.USER):
        number = len(order)
        thread.submit(priority, lambda _, at=(priority, number): order.append(at[0]))
    gate.set()
    thread.close()
    assert order == [
        Priority.USER,
        Priority.USER,
        Priority.DRAFT,
        Priority.SYNC,
        Priority.SYNC,
    ]


def test_closing_finishes_what_is_queued_and_takes_nothing_more(connection):
    thread = StoreThread("t", connection, commits=True)
    done = [thread.submit(Priority.SYNC, lambda _, n=n: n) for n in range(20)]
    thread.close()
    thread.close()
    assert [future.result(0) for future in done] == list(range(20))
    assert connection.log[-2:] == ["close", "dispose"]
    with pytest.raises(BugError):
        thread.submit(Priority.USER, lambda _: None)


def test_an_error_goes_to_whoever_asked_and_the_thread_goes_on(connection):
    thread = StoreThread("t", connection, commits=True)
    with pytest.raises(ZeroDivisionError):
        thread.run(Priority.USER, lambda _: 1 // 0)
    assert thread.run(Priority.USER, lambda _: 7) == 7
    thread.close()
    assert connection.log[:4] == ["begin", "rollback", "begin", "commit"]


def test_the_readers_work_is_never_kept(connection):
    thread = StoreThread("t", connection, commits=False)
    assert thread.run(Priority.USER, lambda _: 7) == 7
    thread.close()
    assert connection.log[:2] == ["begin", "forget"]


def test_work_that_asks_its_own_thread_is_told_instead_of_waiting_for_ever(connection):
    thread = StoreThread("t", connection, commits=True)
    with pytest.raises(BugError):
        thread.run(Priority.USER, lambda _: thread.run(Priority.USER, lambda _: 1))
    thread.close()


def test_work_that_was_called_off_is_not_done(connection):
    thread = StoreThread("t", connection, commits=True)
    gate, done = threading.Event(), []
    thread.submit(Priority.USER, lambda _: gate.wait(10))
    future = thread.submit(Priority.USER, lambda _: done.append(1))
    assert future.cancel()
    gate.set()
    thread.close()
    assert done == []


def test_tidying_waits_for_a_pause_and_is_done_once(connection, monkeypatch):
    monkeypatch.setattr(writer, "IDLE_S", 0.02)
    tidied = threading.Semaphore(0)
    thread = StoreThread("t", connection, commits=True, when_idle=lambda _: tidied.release())
    assert not tidied.acquire(timeout=0.1), "nothing was written yet"
    thread.run(Priority.USER, lambda _: None)
    assert tidied.acquire(timeout=5)
    assert not tidied.acquire(timeout=0.1), "nothing more was written"
    thread.close()


def test_a_failure_of_postponed_work_does_not_stop_entries(connection, monkeypatch):
    monkeypatch.setattr(writer, "IDLE_S", 0.02)
    tried = threading.Semaphore(0)

    def fail(_connection):
        tried.release()
        raise MemoryError

    thread = StoreThread("t", connection, commits=True, when_idle=fail)
    thread.run(Priority.USER, lambda _: None)
    assert tried.acquire(timeout=5)
    assert thread.run(Priority.USER, lambda _: 7) == 7
    thread.close()
