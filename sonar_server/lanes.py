"""Who of a site's PCs may push now: few at once, the others in the order in which they came.

A site's pushes wait for each other in any case, at the lock of its scopes. There sixteen of them
held all connections, shared one interpreter while one of them had the lock, and were let through in
no order: under load the last waited until PostgreSQL gave up for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Final

from sonar_server.store.errors import UnavailableError

WIDE: Final = 2
"""One decides while the other's rows are written."""
PATIENCE_SECONDS: Final = 10.0


@dataclass
class _Lane:
    inside: int = 0
    waiting: deque[Event] = field(default_factory=deque)


class Lanes:
    """One lane for each site that somebody pushes from, in this process."""

    def __init__(self, patience_s: float = PATIENCE_SECONDS) -> None:
        """Begin with nobody; `patience_s` is how long one may wait, in seconds."""
        self._patience_s = patience_s
        self._lock = Lock()
        self._lanes: dict[str, _Lane] = {}

    @contextmanager
    def entered(self, site: str) -> Iterator[None]:
        """Wait for a place in a site's lane, and hold it for what is done inside.

        Raises UnavailableError where none became free in time.
        """
        self._enter(site)
        try:
            yield
        finally:
            self._leave(site)

    def _enter(self, site: str) -> None:
        with self._lock:
            lane = self._lanes.setdefault(site, _Lane())
            if lane.inside < WIDE:
                lane.inside += 1
                return
            turn = Event()
            lane.waiting.append(turn)
        if turn.wait(self._patience_s):
            return
        with self._lock:
            # Its turn may have come just now.
            if not turn.is_set():
                lane.waiting.remove(turn)
                raise UnavailableError("too many pushes of one site wait")

    def _leave(self, site: str) -> None:
        with self._lock:
            lane = self._lanes[site]
            if lane.waiting:
                lane.waiting.popleft().set()
                return
            lane.inside -= 1
            if not lane.inside:
                del self._lanes[site]
