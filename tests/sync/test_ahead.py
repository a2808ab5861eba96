from __future__ import annotations

import itertools
import threading

import pytest

from sonar_desktop.sync.ahead import MOST_READY, ahead, each_ahead


def test_everything_is_yielded_in_order():
    assert list(each_ahead(iter(range(100)))) == list(range(100))


def test_what_is_ready_comes_together():
    taken = threading.Event()

    def source():
        yield 1
        assert taken.wait(10)
        yield from range(2, 20)

    with ahead(source()) as lists:
        assert next(lists) == [1]
        taken.set()
        rest = list(lists)
    assert list(itertools.chain.from_iterable(rest)) == list(range(2, 20))
    assert max(map(len, rest)) <= MOST_READY


def test_the_source_runs_on_another_thread():
    def source():
        yield threading.get_ident()

    assert list(each_ahead(source())) != [threading.get_ident()]


def test_an_error_comes_after_what_came_before_it():
    def source():
        yield 1
        raise ZeroDivisionError

    seen = []
    with ahead(source()) as lists, pytest.raises(ZeroDivisionError):
        seen.extend(lists)
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

    with ahead(source()) as lists:
        assert next(lists)[0] == 1
    assert closed.is_set()
    assert not [t for t in threading.enumerate() if t.name == "sonar-fetch"]


def test_it_begins_before_anything_is_asked_for():
    begun = threading.Event()

    def source():
        begun.set()
        yield 1

    with ahead(source()):
        assert begun.wait(10)


def test_a_reader_of_each_that_stops_early_ends_the_source():
    reader = each_ahead(itertools.count())
    assert next(reader) == 0
    reader.close()
    assert not [t for t in threading.enumerate() if t.name == "sonar-fetch"]
