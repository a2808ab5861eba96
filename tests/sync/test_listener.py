from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from sonar_core.sync.messages import Hello, Hint
from sonar_desktop.sync.backoff import BackOff
from sonar_desktop.sync.errors import (
    BusyError,
    CutOffError,
    OfflineError,
    RefusedError,
    SilentError,
    StrangerError,
)
from sonar_desktop.sync.listener import (
    AGAIN_SECONDS,
    MOST_BREAKS,
    STEADY_SECONDS,
    HintListener,
    Way,
)

HINT = Hint(scope="s/clinical", epoch=1, seq=7)


class Server:
    """Tells what a test puts down: for the stream and the poll, steps to take one by one."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.stream: Callable[[], object] = lambda: iter(())
        self.poll: Callable[[], object] = tuple
        self.asked: list[tuple[str, tuple[Hint, ...]]] = []
        self.abandoned = threading.Event()

    def hello(self) -> Hello:
        if self.error is not None:
            raise self.error
        return Hello(protocol_min=1, protocol_max=1, schema_v=1, server_id="s", server_ms=1)

    def hint_stream(self, known):
        self.asked.append(("stream", known))
        return self.stream()

    def hint_poll(self, known):
        self.asked.append(("poll", known))
        return self.poll()

    def abandon(self) -> None:
        self.abandoned.set()


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def listener(server):
    made = HintListener(
        port=server,
        on_hints=lambda hints: made.told.append(tuple(hints)),
        on_live=lambda live: made.told.append(bool(live)),
        backoff=BackOff(chance=lambda: 0.5),
        now=lambda: made.seconds,
    )
    made.told, made.seconds = [], 1000.0
    return made


def that_raises(error: Exception, *before: object):
    def steps():
        yield from before
        raise error

    return steps


def raising(error: Exception):
    def answer():
        raise error

    return answer


def test_hints_are_handed_on_as_they_come_and_the_news_is_live_until_the_stream_ends(
    server, listener
):
    server.stream = lambda: iter([[], [HINT], []])
    assert listener.listen_once() > 0
    assert listener.told == [True, (HINT,), False]
    assert listener.way is Way.STREAM


def test_after_a_break_only_what_moved_meanwhile_is_asked_for(server, listener):
    server.stream = lambda: iter([[HINT]])
    listener.listen_once()
    listener.listen_once()
    assert server.asked == [("stream", ()), ("stream", (HINT,))]


@pytest.mark.parametrize(
    "stream",
    [
        that_raises(SilentError()),
        that_raises(StrangerError("not_ours")),
        that_raises(CutOffError()),
        that_raises(OfflineError()),
        lambda: iter(()),
    ],
    ids=["kept back by a proxy", "a proxy's page", "cut at once", "no answer", "ended at once"],
)
def test_a_stream_that_never_says_anything_is_replaced_by_long_polls(server, listener, stream):
    server.stream = stream
    listener.listen_once()
    assert listener.way is Way.POLL
    assert True not in listener.told
    server.poll = raising(OfflineError())
    listener.listen_once()
    assert [way for way, _ in server.asked] == ["stream", "poll"]


@pytest.mark.parametrize("error", [SilentError(), CutOffError()])
def test_a_stream_that_breaks_again_and_again_is_replaced_by_long_polls(server, listener, error):
    server.stream = that_raises(error, [])
    for _ in range(MOST_BREAKS - 1):
        listener.listen_once()
        assert listener.way is Way.STREAM
    listener.listen_once()
    assert listener.way is Way.POLL


@pytest.mark.parametrize("error", [None, CutOffError()])
def test_a_stream_that_lasted_may_end_as_often_as_it_likes(server, listener, error):
    def lasting():
        yield []
        listener.seconds += STEADY_SECONDS
        if error is not None:
            raise error

    server.stream = lasting
    for _ in range(5 * MOST_BREAKS):
        assert listener.listen_once() <= 2.0
    assert listener.way is Way.STREAM


def test_long_polls_follow_each_other_until_it_is_time_for_the_stream_again(server, listener):
    listener.way, listener._fell_back_at = Way.POLL, listener.seconds
    listener._condition.wait_for = lambda *_: False

    def answered():
        listener.seconds += AGAIN_SECONDS / 2
        return (HINT,)

    server.poll = answered
    server.stream = lambda: iter([[]])
    assert listener.listen_once() == 0.0
    assert server.asked == [("poll", ()), ("poll", (HINT,))]
    assert listener.told == [True, (HINT,), (HINT,), False]
    listener.listen_once()
    assert server.asked[-1] == ("stream", (HINT,))
    assert listener.way is Way.STREAM


def test_where_nothing_comes_through_the_timed_exchange_alone_is_left_for_a_while(server, listener):
    server.stream = that_raises(SilentError())
    server.poll = raising(StrangerError("not_ours"))
    pauses = [listener.listen_once() for _ in range(1 + MOST_BREAKS)]
    assert listener.way is Way.NONE
    assert pauses[-1] >= AGAIN_SECONDS
    assert True not in listener.told
    listener.seconds += pauses[-1]
    server.stream = lambda: iter([[]])
    listener.listen_once()
    assert listener.told == [True, False]


def test_a_server_that_knows_no_hints_is_not_asked_again_for_a_while(server, listener):
    server.stream = raising(RefusedError("bad_request"))
    assert listener.listen_once() >= AGAIN_SECONDS
    assert listener.way is Way.NONE


def test_a_server_that_is_away_says_nothing_of_a_proxy(server, listener):
    server.error = OfflineError()
    pauses = [listener.listen_once() for _ in range(8)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert listener.way is Way.STREAM


def test_a_busy_server_is_left_alone_as_long_as_it_asks_and_longer_by_chance(server, listener):
    server.stream = raising(BusyError(20.0))
    assert listener.listen_once() == 21.0


def waits(listener) -> bool:
    """Whether the thread has come to wait on its condition."""
    return bool(listener._condition._waiters)


def until(truth: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not truth():
        pause.wait(0.005)


def test_news_that_the_server_is_back_ends_the_wait_for_it(server, listener):
    listener.backoff.chance = lambda: 0.99
    listener.backoff.failures = 10
    heard = threading.Event()
    listener.on_live = lambda live: heard.set() if live else None
    server.error = OfflineError()
    listener.start()
    until(lambda: waits(listener))
    server.error, server.stream = None, lambda: iter([[]])
    listener.call_again()
    assert heard.wait(10)
    listener.leave()


def test_a_fault_of_our_own_does_not_end_the_thread(server, listener):
    server.stream = raising(ZeroDivisionError())
    listener.start()
    until(lambda: waits(listener))
    assert listener.way is Way.NONE
    listener.leave()


def test_leaving_ends_a_stream_that_says_nothing(server, listener):
    def silent():
        yield []
        server.abandoned.wait(10)
        raise OfflineError

    server.stream = silent
    listener.start()
    until(lambda: True in listener.told)
    listener.leave()
    assert not listener._thread.is_alive()
