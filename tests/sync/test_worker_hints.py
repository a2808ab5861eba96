"""Hints wake the exchange, and nothing more: none is needed, none does harm."""

from __future__ import annotations

import time

import pytest

from sonar_core.sync.messages import Cursor, Head, Hint
from sonar_core.sync.rows import EMPTY_DIGEST
from sonar_desktop.sync import worker as worker_module
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.sync.worker import LIVE_POLL_SECONDS, POLL_SECONDS
from sonar_desktop.usecases.sync_ports import Position
from tests.sync.conftest import NONE_WAITING, EmptyStore

NEVER = 600.0


def hint(seq, scope="s/clinical"):
    return Hint(scope=scope, epoch=1, seq=seq)


def head(seq):
    return Head(
        scope="s/clinical", epoch=1, seq=seq, commit_no=seq, chain=b"c" * 32, digest=EMPTY_DIGEST
    )


class Holding(EmptyStore):
    """A store that stands wherever the server says."""

    def __init__(self, server):
        self._server = server

    def position(self):
        at = self._server.head
        cursor = Cursor(scope=at.scope, epoch=1, seq=at.seq, commit_no=at.commit_no, chain=at.chain)
        return Position(
            waiting=NONE_WAITING,
            cursors=(cursor,),
            digests={at.scope: EMPTY_DIGEST},
            is_fetching=False,
        )


@pytest.fixture
def news(server, worker, monkeypatch):
    """A server whose one scope stands at row 5; the worker's timer would let it wait for ever."""
    monkeypatch.setattr(worker_module, "POLL_SECONDS", NEVER)
    monkeypatch.setattr(worker_module, "LIVE_POLL_SECONDS", NEVER)
    server.head = head(5)
    worker.store = Holding(server)
    worker.start()
    server.wait_for_pulls(1)
    return server


def test_a_hint_of_what_was_not_fetched_yet_wakes_the_exchange(worker, news):
    news.head = head(6)
    worker.hint([hint(6)])
    news.wait_for_pulls(2)


def test_a_hint_of_what_was_fetched_already_wakes_nobody(worker, news):
    worker.hint([hint(5), hint(4)])
    assert not worker._is_hinted()
    news.head = head(9)
    worker.hint([hint(7), hint(8), hint(9)])
    news.wait_for_pulls(2)
    worker.stop()
    assert news.pulls == 2


def test_a_new_epoch_wakes_the_exchange_though_its_numbers_are_lower(worker, news):
    worker.hint([Hint(scope="s/clinical", epoch=2, seq=1)])
    news.wait_for_pulls(2)


def test_a_hint_that_no_pull_can_reach_is_tried_once(worker, news):
    worker.hint([hint(7, scope="foreign/clinical")])
    news.wait_for_pulls(2)
    worker.stop()
    assert news.pulls == 2


def test_hints_do_not_hurry_an_exchange_that_failed(worker, server):
    server.error = OfflineError()
    worker.exchange_once()
    worker.hint([hint(8)])
    assert not worker._is_due()
    server.error = None
    worker.exchange_once()
    worker.hint([hint(9)])
    assert worker._is_due()


def test_while_news_is_told_the_timer_goes_slower(worker):
    worker.hear(True)
    assert worker.exchange_once() == LIVE_POLL_SECONDS
    worker.hear(False)
    assert worker.exchange_once() == POLL_SECONDS


def test_pcs_that_lose_the_news_together_look_for_it_one_after_another(worker):
    due = set()
    for chance in (0.0, 0.25, 0.99):
        worker.backoff.chance = lambda chance=chance: chance
        worker._due_at = time.monotonic() + LIVE_POLL_SECONDS
        worker.hear(False)
        left = worker._due_at - time.monotonic()
        assert left <= POLL_SECONDS * chance
        due.add(round(left))
    assert len(due) == 3


def test_losing_the_news_ends_a_long_pause(worker, news, monkeypatch):
    worker.backoff.chance = lambda: 0.0
    worker.hear(False)
    news.wait_for_pulls(2)


def test_that_the_server_is_back_is_told_once(worker, server):
    recovered = []
    worker.on_recovered = lambda: recovered.append(1)
    worker.exchange_once()
    assert recovered == []
    server.error = OfflineError()
    worker.exchange_once()
    server.error = None
    worker.exchange_once()
    worker.exchange_once()
    assert recovered == [1]
