"""Fetching, inflating and checking the next frame while the store writes the last one."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from queue import Queue
from threading import Event, Thread
from typing import Final, TypeVar

from sonar_desktop.sync.giving_way import give_way

T = TypeVar("T")

MOST_READY: Final = 12
"""So many items are ready at most, and yielded at once at most: frames that share a commit."""


class _Done:
    """Marks the end of the stream, with the error that ended it, if one did."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


@contextmanager
def ahead(source: Iterator[T]) -> Iterator[Iterator[list[T]]]:
    """Begin to take what `source` yields, on a thread of its own, a few items ahead.

    Each list is all that is ready, one item at least. An error of the source is raised by the
    lists, after everything that came before it. The thread ends with the block.
    """
    queue: Queue[T | _Done] = Queue(MOST_READY)
    stopped = Event()
    thread = Thread(target=_fill, args=(source, queue, stopped), name="sonar-fetch", daemon=True)
    thread.start()
    try:
        yield _lists(queue)
    finally:
        stopped.set()
        while thread.is_alive():
            while not queue.empty():
                queue.get_nowait()
            thread.join(timeout=0.01)


def each_ahead(source: Iterator[T]) -> Iterator[T]:
    """Yield what `source` yields, taken from it a few items ahead."""
    with ahead(source) as lists:
        yield from chain.from_iterable(lists)


def _lists(queue: Queue[T | _Done]) -> Iterator[list[T]]:
    done: _Done | None = None
    while done is None:
        ready, done = _ready(queue)
        if ready:
            yield ready
    if done.error is not None:
        raise done.error


def _ready(queue: Queue[T | _Done]) -> tuple[list[T], _Done | None]:
    """Wait for an item and return it with those that follow already, and the end if it came."""
    ready: list[T] = []
    while not ready or (len(ready) < MOST_READY and not queue.empty()):
        item = queue.get()
        if isinstance(item, _Done):
            return ready, item
        ready.append(item)
    return ready, None


def _fill(source: Iterator[T], queue: Queue[T | _Done], stopped: Event) -> None:
    give_way()
    error: BaseException | None = None
    try:
        for item in source:
            queue.put(item)
            if stopped.is_set():
                return
    except BaseException as caught:  # noqa: BLE001 raised again on the caller's thread
        error = caught
    finally:
        if isinstance(source, Generator):
            source.close()
    queue.put(_Done(error))
