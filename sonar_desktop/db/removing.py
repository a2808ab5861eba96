"""The one door through which rows leave this PC for good, and the breaker on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sonar_core.records.registry import REGISTRY
from sonar_core.sync.breaker import tripped_by
from sonar_core.sync.healing import Freeze
from sonar_desktop.db import grants, schema
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.errors import MassRemovalError

_ALL: Final = "SELECT kind, count(*) FROM record GROUP BY kind"
_EXPLAINED: Final = (
    "SELECT record.kind, count(*) FROM retired JOIN record ON record.episode = retired.episode "
    "AND record.patient = retired.patient AND record.scope = retired.scope "
    "WHERE retired.is_gone = 0 GROUP BY record.kind"
)
_OF_SCOPE: Final = "SELECT count(*) FROM record WHERE kind = ? AND scope = ?"
_FREEZE: Final = schema.removal_freeze
_STILL: Final = select(_FREEZE.c.at_ms, _FREEZE.c.kinds).where(_FREEZE.c.lifted_ms.is_(None))
_LIFT: Final = update(_FREEZE).where(
    _FREEZE.c.lifted_ms.is_(None), _FREEZE.c.at_ms.in_(bindparam("named", expanding=True))
)


@contextmanager
def removing(connection: Connection, name: str) -> Iterator[None]:
    """Allow rows to go within this transaction because their scope's log says so.

    Raises MassRemovalError where others go with them: the transaction is to be rolled back.
    """
    before = _unexplained(connection)
    connection.execute(insert(schema.purge), {"name": name})
    yield
    connection.execute(delete(schema.purge))
    if kinds := tripped_by(before, _unexplained(connection)):
        raise MassRemovalError(kinds)


def freeze(connection: Connection, now_ms: int, kinds: tuple[str, ...]) -> None:
    """Let nothing leave from now on, and note when and why: an incident for somebody to look at."""
    values = {"at_ms": now_ms, "kinds": ", ".join(kinds)}
    connection.execute(insert(_FREEZE), values)


def freezes(connection: Connection) -> tuple[Freeze, ...]:
    """Return when the breaker tripped on this PC, where nobody has lifted that."""
    return tuple(Freeze(at_ms=row.at_ms, kinds=row.kinds) for row in connection.execute(_STILL))


def lift(connection: Connection, named: Sequence[int], now_ms: int) -> None:
    """Let rows go again: an operator has looked at what tripped the breaker at these times."""
    connection.execute(_LIFT.values(lifted_ms=now_ms), {"named": list(named)})


def _unexplained(connection: Connection) -> Counter[str]:
    """Return how many records of each kind no word of a log lets go."""
    raw = driver_connection(connection)
    counts = Counter(dict(raw.execute(_ALL)))
    counts.subtract(dict(raw.execute(_EXPLAINED)))
    for scope in grants.states(connection):
        for kind in counts.keys() & grants.record_kinds(scope):
            del counts[kind]
        for kind in counts.keys() - REGISTRY.keys():
            counts[kind] -= raw.execute(_OF_SCOPE, (kind, scope)).fetchone()[0]
    return counts
