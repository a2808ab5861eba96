"""The numbered places at which the client and the server are killed, and how one is reached.

Nothing in the product knows of them: the programs in fault_client.py and fault_server.py wrap what
the product is made of (its store's commits, its requests, its transactions) and pass by a point
each time. A point met again within one run is another point: "take_tail 2: before COMMIT".
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Final


def _around(step: str) -> list[str]:
    return [f"{step}: before COMMIT", f"{step}: after COMMIT"]


def _asked(step: str) -> list[str]:
    return [f"{step}: before the request", f"{step}: answered"]


CLIENT: Final = [
    *_around("open"),
    *_around("open 2"),
    *_around("open 3"),
    *_around("write"),
    *_asked("hello"),
    *_asked("push"),
    *_around("settle"),
    "pull: before the request",
    "pull: a frame is here",
    *_around("take_tail"),
    "pull 2: a frame is here",
    "pull: the End is here",
    *_around("take_tail 2"),
    *_around("note_contact"),
    *_around("purge"),
]
"""A user action and the exchange that sends it and fetches another PC's, in two scopes."""

FIRST_SYNC: Final = [
    *_asked("snapshot_start"),
    *_around("begin_snapshots"),
    "snapshot: before the request",
    "snapshot: a frame is here",
    "snapshot: the End is here",
    *_around("take_snapshot"),
    "snapshot 4: a frame is here",
    *_around("end_snapshots"),
]
"""A PC's first sync, without what it has in common with any exchange. In how many commits it stores
what it has fetched ahead is chance: the first is among these."""


def _transaction(step: str, *writes: str) -> list[str]:
    return [
        f"{step}: before BEGIN",
        f"{step}: after BEGIN",
        *(f"{step}: {write}" for write in writes),
        f"{step}: before COMMIT",
        f"{step}: after COMMIT",
    ]


SERVER: Final = [
    *_transaction("push's sender", "first write"),
    *_transaction(
        "push", "first write", "op is written", "record is written", "commit_log is written"
    ),
    "push: before the answer",
    *_transaction("pull's sender", "first write"),
    *_transaction("pull's heads"),
    *_transaction("pull's page"),
    "pull: a frame is sent",
    *_transaction("pull's page 2"),
    "pull 2: a frame is sent",
    "pull: the End is sent",
]
"""The server's part in the same exchange."""


CLIENT_ANEW: Final = [
    *_asked("begin_anew"),
    *_around("begin_anew"),
    "push 2: before the request",
    "push: answered",
    *_around("settle"),
]
"""A copied PC's way into a new incarnation, up to the receipts of what it sends again."""

SERVER_ANEW: Final = [
    *_transaction("begin_anew", "first write"),
    "incarnation: before the answer",
]
"""The server's part in it, without what it has in common with any exchange."""


LETTING_GO: Final = [
    *_around("let_go"),
    *_asked("push"),
    *_around("settle"),
    *_around("let_go 2"),
    *_around("let_go 3"),
    *_around("purge"),
]
"""A stay that is over goes off a PC's disk, once the server's horizon is asked for, and what was
acknowledged a month ago with it."""

WITHDRAWING: Final = [
    *_around("let_go"),
    *_around("let_go 2"),
    *_around("let_go 3"),
    *_around("let_go 4"),
    *_around("let_go 5"),
]
"""The copy of a revoked scope goes off a PC's disk: it begins, two portions of people go, then the
rest, by which it is gone; and one more look."""

VERDICTS: Final = [*_around("settle"), *_around("settle 2")]
"""The verdicts of a full batch are kept in two transactions."""

FREEZING: Final = [*_around("let_go 2"), *_asked("report"), *_around("lift")]
"""More was about to go: removal freezes, the server is told, and an operator has lifted it."""


class Points:
    """Tells where it is, and kills its own process at one place."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._passed: Counter[str] = Counter()
        self._gate = Lock()
        self._kill_at: str | None = None
        self.is_counting = False

    def count_from_here(self, kill_at: str | None) -> None:
        self._passed.clear()
        self._kill_at = kill_at
        self.is_counting = True

    def pass_by(self, step: str, place: str) -> None:
        if not self.is_counting:
            return
        # No other thread passes by between the word and the kill.
        with self._gate:
            self._passed[f"{step}: {place}"] += 1
            times = self._passed[f"{step}: {place}"]
            name = f"{step}: {place}" if times == 1 else f"{step} {times}: {place}"
            self._tell(f"at {name}")
            if name == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
