from __future__ import annotations

import threading
import time
from itertools import pairwise

import msgspec
import pytest

from sonar_core.sync.messages import BeginAnew, BegunAnew, Hello
from sonar_desktop.db.errors import StoreBusyError
from sonar_desktop.sync.backoff import FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS
from sonar_desktop.sync.errors import (
    BusyError,
    OfflineError,
    OldProtocolError,
    RefusedError,
    TakenOutError,
    TooManyError,
)
from sonar_desktop.sync.worker import (
    HELLO_SECONDS,
    POLL_SECONDS,
)
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import Departed, SyncState, Waiting
from tests.sync.conftest import EmptyStore, Server


def test_after_an_exchange_everything_is_up_to_date(worker, told):
    assert worker.exchange_once() == POLL_SECONDS
    assert told[-1].state is SyncState.UP_TO_DATE
    assert told[-1].last_contact_ms == 1_000_000
    assert told[-1].offline_since_ms is None


@pytest.mark.parametrize("error", [None, OfflineError()])
def test_a_removal_that_is_frozen_is_told_online_and_offline_while_it_is(
    worker, server, told, monkeypatch, error
):
    at = worker.store.position()
    frozen = msgspec.structs.replace(at, is_removal_frozen=True)
    monkeypatch.setattr(worker.store, "position", lambda: frozen)
    monkeypatch.setattr(worker.store, "let_go", lambda _agreed: Departed(), raising=False)
    server.error = error
    worker.exchange_once()
    assert told[-1].is_removal_frozen
    monkeypatch.setattr(worker.store, "position", lambda: at)
    worker.exchange_once()
    assert not told[-1].is_removal_frozen


def test_a_clock_that_is_wrong_is_told(worker, told):
    worker.exchange_once()
    assert told[-1].clock_error_ms == 250_000


def test_a_new_run_knows_the_servers_clock_as_the_last_one_left_it(worker):
    worker.start()
    worker.stop()
    assert worker.clock.server_ms() == 990_000 + (1_000_000 - 987_000)


def test_a_server_that_is_known_is_not_greeted_again_but_now_and_then(worker, server):
    for _ in range(3):
        worker.exchange_once()
    assert (server.hellos, server.pulls) == (1, 3)
    worker.clock.ms += HELLO_SECONDS * 1000
    worker.exchange_once()
    assert (server.hellos, server.pulls) == (2, 4)


def test_after_a_failure_the_server_is_greeted_first(worker, server):
    worker.exchange_once()
    server.error = OfflineError()
    worker.exchange_once()
    server.error = None
    worker.exchange_once()
    assert (server.hellos, server.pulls) == (2, 3)


def test_a_refusal_that_a_greeting_mends_is_told_to_nobody(worker, server, told, monkeypatch):
    worker.exchange_once()
    server.refusal = RefusedError("clock")

    def hello() -> Hello:
        server.refusal = None
        return Server.hello(server)

    monkeypatch.setattr(server, "hello", hello)
    worker.exchange_once()
    assert [status.state for status in told] == [SyncState.UP_TO_DATE] * 2


def test_a_refusal_that_stays_is_told(worker, server, told):
    worker.exchange_once()
    server.refusal = RefusedError("foreign_scope")
    worker.exchange_once()
    assert (server.hellos, server.pulls) == (2, 3)
    assert told[-1].state is SyncState.BLOCKED
    assert "foreign_scope" in told[-1].problem


def test_offline_is_told_since_when_it_began(worker, server, told):
    server.error = OfflineError()
    worker.exchange_once()
    worker.clock.ms += 60_000
    worker.exchange_once()
    assert told[-1].state is SyncState.OFFLINE
    assert told[-1].offline_since_ms == 1_000_000
    assert told[-1].next_try_ms > worker.clock.ms
    assert told[-1].problem == ""


def test_contact_ends_offline(worker, server, told):
    server.error = OfflineError()
    worker.exchange_once()
    server.error = None
    worker.exchange_once()
    assert told[-1].state is SyncState.UP_TO_DATE
    assert told[-1].offline_since_ms is None


def test_tries_grow_apart_but_never_beyond_a_minute_or_so(worker, server):
    server.error = OfflineError()
    pauses = [worker.exchange_once() for _ in range(40)]
    assert pauses[0] <= FIRST_RETRY_SECONDS
    assert max(pauses) <= LONGEST_RETRY_SECONDS
    assert max(pauses[10:]) > max(pauses[:1])
    assert len({round(p, 6) for p in pauses}) == len(pauses)


def test_a_busy_server_is_left_alone_as_long_as_it_asks(worker, server):
    server.error = BusyError(30.0)
    assert worker.exchange_once() >= 30.0


def test_a_busy_server_cannot_ask_for_a_day(worker, server):
    server.error = BusyError(86_400.0)
    assert worker.exchange_once() <= FIRST_RETRY_SECONDS + LONGEST_RETRY_SECONDS


def test_what_a_busy_server_asks_for_is_told(worker, server, told):
    server.error = TooManyError(2.0)
    worker.exchange_once()
    assert told[-1].state is SyncState.OFFLINE
    assert told[-1].problem == server.error.user_message
    server.error = OfflineError()
    worker.exchange_once()
    assert told[-1].problem == ""


def test_while_the_server_asks_to_wait_no_entry_wakes_the_exchange(worker, server, monkeypatch):
    server.error = TooManyError(0.3)
    worker.backoff.chance = lambda: 0.0
    asked = []

    def hello() -> Hello:
        asked.append(time.monotonic())
        worker.wake()
        return Server.hello(server)

    monkeypatch.setattr(server, "hello", hello)
    worker.start()
    with server.called:
        assert server.called.wait_for(lambda: server.hellos >= 3, timeout=10)
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(asked))


def test_what_blocks_the_exchange_is_told_in_its_own_words(worker, server, told, caplog):
    server.error = OldProtocolError()
    worker.exchange_once()
    assert told[-1].state is SyncState.BLOCKED
    assert "needs the update" in told[-1].problem


def test_a_fault_of_our_own_is_told_and_tried_again(worker, server, told):
    server.error = ZeroDivisionError()
    pause = worker.exchange_once()
    assert told[-1].state is SyncState.BLOCKED
    assert "fault in this program" in told[-1].problem
    server.error = None
    assert pause > 0
    worker.exchange_once()
    assert told[-1].state is SyncState.UP_TO_DATE


@pytest.mark.parametrize("error", [StoreBusyError(), BugError("the store is closed")])
def test_a_store_that_cannot_count_is_not_said_to_hold_nothing_and_ends_no_exchange(
    worker, server, told, error, monkeypatch
):
    three = Waiting(operations=3, actions=1, held_back=0, oldest_ms=5)
    at = msgspec.structs.replace(worker.store.position(), waiting=three)
    monkeypatch.setattr(EmptyStore, "position", lambda _self: at)
    server.error = OfflineError()
    worker.exchange_once()

    def refuse(_self):
        raise error

    monkeypatch.setattr(EmptyStore, "position", refuse)
    worker.exchange_once()
    assert [status.waiting for status in told] == [three, three]


def test_waking_it_exchanges_at_once(worker, server):
    worker.start()
    with server.called:
        assert server.called.wait_for(lambda: server.pulls >= 1, timeout=10)
        before = server.pulls
    worker.wake()
    with server.called:
        assert server.called.wait_for(lambda: server.pulls > before, timeout=POLL_SECONDS - 1)


def test_after_a_restart_the_last_contact_of_the_run_before_is_known(worker, server, told):
    server.error = OfflineError()
    worker.start()
    worker.stop()
    assert told[0].state is SyncState.OFFLINE
    assert told[0].last_contact_ms == 987_000


def test_stopping_it_does_not_wait_for_the_timer(worker):
    worker.start()
    worker.stop()
    assert not [t for t in threading.enumerate() if t.name == "sonar-sync"]


class CopiedStore(EmptyStore):
    """A store whose disk was copied."""

    def to_begin_anew(self):
        return BeginAnew(protocol=1, device="d", incarnation=1, first_seq=5)

    def begin_anew(self, _begun):
        return Changed()


class GivingServer(Server):
    """A server that has more of this PC than it wrote, until it gives it other numbers."""

    is_given = False

    def pull(self, pull):
        for frame in super().pull(pull):
            yield msgspec.structs.replace(frame, op_seq=0 if self.is_given else 9)

    def begin_anew(self, asked):
        self.is_given = True
        return BegunAnew(
            device=asked.device,
            incarnation=2,
            parent=asked.incarnation,
            first_seq=asked.first_seq,
            server_ms=1,
        )


def test_that_the_disk_was_copied_is_told_until_the_program_ends(worker, told):
    worker.link, worker.store = GivingServer(), CopiedStore()
    worker.exchange_once()
    worker.exchange_once()
    assert [one.incarnation for one in told if one.state is SyncState.UP_TO_DATE] == [2, 2]


@pytest.mark.parametrize("is_out", [False, True])
def test_a_pc_out_of_use_is_told_apart_from_any_other_refusal(worker, server, told, is_out):
    server.refusal = TakenOutError() if is_out else RefusedError("something_else")
    worker.exchange_once()
    assert (told[-1].state, told[-1].is_taken_out) == (SyncState.BLOCKED, is_out)
