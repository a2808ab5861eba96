"""Finding the last place that two copies of a log or a chain have in common, in few questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

P = TypeVar("P")


class StrangePlaceError(ValueError):
    """The answer names a place that was not asked about."""


class Search(Generic[P]):
    """One side's places in a log, of which the other side knows all up to one and none after.

    That is so because a place's chain covers everything before it.
    """

    def __init__(self, places: Sequence[P], place: Callable[[P], object]) -> None:
        """Take this side's places in order; the first is the beginning, which everybody has.

        `place` gives what tells one from another, whoever names it.
        """
        self._places = places
        self._place = place
        self._low = 0
        self._high = len(places) - 1
        self._asked: list[int] = []

    @property
    def is_done(self) -> bool:
        """Whether the place is found."""
        return self._low == self._high

    @property
    def found(self) -> P:
        """The last place that the other side is known to have."""
        return self._places[self._low]

    def ask(self, most: int) -> tuple[P, ...]:
        """Return at most so many places to ask about next, spread over what is in doubt."""
        doubtful = self._high - self._low
        count = min(most - 1, doubtful)
        later = {self._low + doubtful * number // count for number in range(1, count + 1)}
        if count == 1:
            later = {self._low + (doubtful + 1) // 2}
        self._asked = sorted({self._low, *later})
        return tuple(self._places[index] for index in self._asked)

    def learn(self, known: P) -> None:
        """Take the last of the places asked about that the other side has.

        Raises StrangePlaceError for a place that was not asked about.
        """
        wanted = self._place(known)
        for number, index in enumerate(self._asked):
            if self._place(self._places[index]) == wanted:
                self._low = index
                following = self._asked[number + 1 :]
                self._high = following[0] - 1 if following else self._high
                return
        raise StrangePlaceError("the place was not asked about")
