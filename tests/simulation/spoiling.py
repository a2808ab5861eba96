"""Rows that change on a PC's disk behind the program's back, and whether they are right again."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sonar_core import bodies
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.rows import Row, row_hash
from sonar_desktop.sync.errors import DivergedError
from sonar_desktop.sync.self_check import SelfCheck
from tests.db.spoiling import behind_its_back
from tests.journeys.generations import acting_as

if TYPE_CHECKING:
    from tests.simulation.pc import Pc

_ROW = "seq, commit_no, kind, id, version, patient, episode, at_ms, body, provenance"
RETRY_MS = 60 * 60_000
"""The longest that a PC waits before it tries again to put its copy right."""

Place = tuple[str, int, str, bytes]
"""Table, number, kind and body of a row."""


def another_letter(row: Place, rng: random.Random) -> tuple[str, Any]:
    """A body that still reads as its kind, with one letter or figure wrong."""
    _, _, kind, body = row
    for at in rng.sample(range(len(body)), len(body)):
        spoilt = body[:at] + rng.choice(b"abxy0189").to_bytes(1, "big") + body[at + 1 :]
        if spoilt != body and body[at : at + 1].isalnum() and _is_readable(kind, spoilt):
            return "UPDATE {} SET body = ? WHERE rowid = ?", spoilt
    return another_time(row, rng)


def another_time(_row: Place, rng: random.Random) -> tuple[str, Any]:
    return "UPDATE {} SET at_ms = ? WHERE rowid = ?", rng.randrange(1 << 40)


def another_hash(_row: Place, rng: random.Random) -> tuple[str, Any]:
    return "UPDATE {} SET row_hash = ? WHERE rowid = ?", rng.randbytes(16)


def no_row(_row: Place, _rng: random.Random) -> tuple[str, Any]:
    return "DELETE FROM {} WHERE ? AND rowid = ?", True


WAYS: tuple[Callable[[Place, random.Random], tuple[str, Any]], ...] = (
    another_letter,
    another_letter,
    another_time,
    another_hash,
    no_row,
)


def spoil(pc: Pc) -> str:
    """Spoil one row of a PC, or a sum; return what was done, nothing during a first sync."""
    rows = [
        (table, *found)
        for table in ("record", "version")
        for found in pc.rows(f"SELECT rowid, kind, body, episode FROM {table} ORDER BY id, version")  # noqa: S608
    ]
    begun = pc.rows("SELECT scope FROM cursor WHERE commit_no > 0")
    if not rows or not begun or pc.rows("SELECT 1 FROM snapshot"):
        return ""
    rng, database = pc.rng, pc.opened._database
    if rng.random() < 0.1:
        scope = rng.choice(sorted(begun))[0]
        behind_its_back(
            database, "UPDATE cursor SET digest = ? WHERE scope = ?", rng.randbytes(16), scope
        )
        pc.spoilt.add(b"")
        return "another sum"
    *row, episode = rng.choice(rows)
    way = rng.choice(WAYS)
    pc.spoilt.add(episode or b"")
    with acting_as(pc.program):
        statement, value = way(row, rng)
    behind_its_back(database, statement.format(row[0]), value, row[1])
    return f"{way.__name__.replace('_', ' ')} of a {row[2]}"


def look_over(pc: Pc) -> None:
    """Look over all rows, as a PC does once a day while it is idle."""
    check = SelfCheck(store=pc.opened.sync, clock=pc.clock, _next_ms=0)
    while check.go_on() is not None:
        pass


def look_over_all(pcs: list[Pc]) -> int:
    """Look over the rows of all PCs; return how long to wait until all of them try again."""
    for pc in pcs:
        look_over(pc)
    return RETRY_MS


def freezes(pc: Pc, error: Exception) -> bool:
    """Whether an exchange may end so: the PC knows that its copy differs and waits to try again."""
    return bool(pc.spoilt) and isinstance(error, DivergedError)


def is_to_be_told(pc: Pc) -> bool:
    """Whether something is not right yet, or the server does not know what came of it."""
    is_wrong = not pc.spoilt <= leaving_stays(pc)
    return is_wrong or bool(pc.rows("SELECT 1 FROM incident WHERE is_told = 0"))


def still_spoilt(pc: Pc) -> set[bytes]:
    """Return the stays that are not right yet: what is leaving is not put right, it goes."""
    rows = [
        (Row(*row), stored)
        for table in ("record", "version")
        for *row, stored in pc.rows(f"SELECT {_ROW}, row_hash FROM {table}")  # noqa: S608
    ]
    sync = pc.opened.sync
    leaving = leaving_stays(pc)
    is_right = (
        all(row_hash(row) == stored for row, stored in rows if row.episode not in leaving)
        and all(sync.digest(one) == sync.recomputed_digest(one) for one in pc.record.scopes)
        and not pc.rows("SELECT 1 FROM incident WHERE healed_ms IS NULL")
    )
    return pc.spoilt & leaving if is_right else pc.spoilt


def leaving_stays(pc: Pc) -> set[bytes]:
    """Return the stays that have left the log and are still on a PC's disk."""
    leaving = pc.rows(
        "SELECT episode FROM retired WHERE is_gone = 0 "
        "AND scope NOT IN (SELECT scope FROM revoked_scope)"
    )
    return {episode for (episode,) in leaving}


def _is_readable(kind: str, body: bytes) -> bool:
    """Whether this program reads a body: of a kind that it does not know, it passes all on."""
    try:
        bodies.decode(body, REGISTRY[kind].type) if kind in REGISTRY else bodies.fields_of(body)
    except bodies.BodyError:
        return False
    return True
