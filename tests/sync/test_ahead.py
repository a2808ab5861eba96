from __future__ import annotations

import itertools
import threading

import pytest

from sonar_desktop.sync.ahead import MOST_READY, ahead


def flat(batches):
    return list(itertools.chain.from_iterable(batches))


def test_everything_is_yielded_in_order():
    assert flat(ahead(iter(range(100)))) == list(range(100))


def test_what_is_ready_comes_together():
    taken = threading.Event()

    def source():
        yield 1
        assert taken.wait(10)
        yield from range(2, 20)

    reader = ahead(source())
    assert next(reader) == [1]
    taken.set()
    rest = list(reader)
    assert list(itertools.chain.from_iterable(rest)) == list(range(2, 20))
    assert max(map(len, rest)) <= MOST_READY


def test_the_source_runs_on_another_thread():
    def source():
        yield threading.get_ident()

    assert flat(ahead(source())) != [threading.get_ident()]


def test_an_error_comes_after_what_came_before_it():
    def source():
        yield 1
        raise ZeroDivisionError

    seen = []
    with pytest.raises(ZeroDivisionError):
        seen.extend(ahead(source()))
    # extend keeps what it took before the error.
    assert seen == [[1]]


def test_a_reader_that_stops_early_ends_the_source():
    closed = threading.Event()

    def source():
        try:
            while True:
                yield 1
        finally:
            closed.set()

    reader = ahead(source())
    assert next(reader)[0] == 1
    reader.close()
    assert closed.is_set()
    assert not [t for t in threading.enumerate() if t.name == "sonar-fetch"]
