"""What a sabotage is, and where those lie that are not."""

from __future__ import annotations

from dataclasses import dataclass

BEYOND = 0
"""The trap of a sabotage that belongs to none of the fifty."""
GENERATIONS = "tests/journeys/test_generations.py"
HISTORIES = "tests/simulation/test_histories.py"
PUSHES = ("tests/server/test_push.py", "tests/server/test_push_oddities.py")
RACES = "tests/server/test_push_races.py"

BUCKETS = "sonar_core/sync/buckets.py"
DATABASE = "sonar_desktop/db/database.py"
EFFECTS = "sonar_desktop/db/effects.py"
EXCHANGE = "sonar_desktop/sync/exchange.py"
HEALING = "sonar_desktop/sync/healing.py"
LOG = "sonar_server/store/log.py"
MERGE = "sonar_core/sync/merge.py"
PUSH = "sonar_server/push.py"
RECONCILING = "sonar_desktop/db/reconciling.py"
SERVICE = "sonar_server/service.py"
SYNC_STORE = "sonar_desktop/db/sync_store.py"
WORKER = "sonar_desktop/sync/worker.py"


@dataclass(frozen=True)
class Sabotage:
    """One line of the product made wrong: (file, old text, new text).

    The old text stands in the file once. `tests` are those that must turn red; only they are run,
    until the first that does.
    """

    trap: int
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = (HISTORIES,)


@dataclass(frozen=True)
class Gap:
    """A trap without a sabotage. `is_to_come` says that the part it lies in is not built yet."""

    why: str
    is_to_come: bool = False
