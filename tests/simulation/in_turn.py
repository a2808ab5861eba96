"""Fetching ahead without a thread: the same lists in the same order, by the history's chances."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from typing import TypeVar

T = TypeVar("T")


def in_turn(
    chances: random.Random,
) -> Callable[[Iterator[T]], AbstractContextManager[Iterator[list[T]]]]:
    """Return what takes the place of `ahead`."""

    @contextmanager
    def ahead(source: Iterator[T]) -> Iterator[Iterator[list[T]]]:
        # Sometimes the first item is there before the reader has begun.
        yield _lists(_begun(source) if chances.random() < 0.5 else source, chances)

    return ahead


def _begun(source: Iterator[T]) -> Iterator[T]:
    """Take the first item at once; an error of it is raised where the item would be read."""
    try:
        first = next(source)
    except StopIteration:
        return iter(())
    except Exception as error:  # noqa: BLE001 raised where it is read
        return _raising(error)
    return chain([first], source)


def _raising(error: Exception) -> Iterator[T]:
    raise error
    yield


def _lists(source: Iterator[T], chances: random.Random) -> Iterator[list[T]]:
    # As `ahead`: what was ready before an error is yielded before the error is raised.
    ready: list[T] = []
    try:
        for item in source:
            ready.append(item)
            if chances.random() < 0.5:
                yield ready
                ready = []
    except Exception:
        if ready:
            yield ready
        raise
    if ready:
        yield ready
