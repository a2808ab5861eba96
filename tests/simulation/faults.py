"""Numbered fault points, and what may go wrong at each of them.

A point is a place where a cable can be pulled: around each commit of a store, around each request,
between two frames, around each transaction of the server. They are numbered as they are reached,
so that one seed meets them in one order.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Wire(StrEnum):
    """What the network does to one request."""

    DROP = "drop the request"
    LOSE_ANSWER = "lose the answer"
    RESET = "reset within the answer"
    CUT = "end the answer early, as whole"
    HTML = "a proxy's page with 200"
    RUBBISH = "an unreadable answer with 200"
    GATEWAY = "502 of a proxy"
    BUSY = "503 of the server"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    TWICE = "deliver the request twice"
    LATER = "deliver the request later, answer to nobody"
    STALE = "the answer to an earlier request"
    FOREIGN = "the answer to another PC"
    HICCUP = "something unforeseen in the server's transaction"


class SimulatedCrash(BaseException):
    """Not an Exception: nothing in the product may catch it and go on."""


class PcCrash(SimulatedCrash):
    """A PC lost its power; `image` is the folder with what its disk held then."""

    def __init__(self, pc: object) -> None:
        super().__init__("a PC stopped")
        self.pc = pc


class ServerCrash(SimulatedCrash):
    """The server's process ended."""


class HiccupError(Exception):
    """Something unforeseen within one transaction of the server, gone the next time."""


class EndlessError(BaseException):
    """A step does not come to its end; no Exception either, for the same reason."""


MOST_INTERLUDES = 8
"""People who write faster than a PC can send keep its exchange going for ever."""
MOST_POINTS = 20_000
"""A step that reaches more points than this goes round in circles."""


@dataclass(kw_only=True)
class Faults:
    """What goes wrong in a history, drawn from its seed; counts all that did.

    `interlude` is called at the points where others may act meanwhile.
    """

    rng: random.Random
    wire_chance: float = 0.0
    interlude_chance: float = 0.0
    interlude: Callable[[], None] = lambda: None
    survived: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    injected: int = 0
    hiccups: int = 0
    """How many of the server's next transactions fail."""
    _crash_in: int = 0
    _points: int = 0
    _interludes: int = 0

    def calm(self) -> None:
        """From now on nothing goes wrong."""
        self.wire_chance = self.interlude_chance = 0.0
        self._crash_in = self.hiccups = 0

    def begin_step(self, *, crash_in: int = 0) -> None:
        """Begin a step; `crash_in` is the number of the point at which something stops, 0 none."""
        self._crash_in, self._points, self.injected = crash_in, 0, 0
        self._interludes = 0

    def is_struck(self, name: str) -> bool:
        """Pass a point; return whether whoever is there stops at it."""
        self._points += 1
        self.reached[name] += 1
        if self._points > MOST_POINTS:
            raise EndlessError(f"more than {MOST_POINTS} fault points in one step")
        if self._crash_in == 0:
            return False
        self._crash_in -= 1
        if self._crash_in > 0:
            return False
        self.note(f"crash: {name}")
        return True

    def between(self) -> None:
        """Let others act, where the rules say so."""
        if self._interludes < MOST_INTERLUDES and self.rng.random() < self.interlude_chance:
            self._interludes += 1
            self.interlude()

    def on_wire(self, path: str) -> Wire | None:
        """Return what happens to a request, None for nothing."""
        if not self.wire_chance or self.rng.random() >= self.wire_chance:
            return None
        wire = self.rng.choice(tuple(Wire))
        self.note(f"wire: {wire}")
        del path
        return wire

    def note(self, what: str) -> None:
        """Count a fault."""
        self.injected += 1
        self.survived[what] += 1
