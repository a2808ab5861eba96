"""Who is looked at first: the order of the first sync, the handover and the board's filters.

An order for showing, ours and **not clinically signed off**; no person is told a grade by it.
"""

from __future__ import annotations

from typing import Final

from sonar_core.board.rows import BoardRow
from sonar_core.records.fitness_outcome import Fitness

VERSION: Final = "sonar-acuity/0.1"

_BAND: Final = {"high": 400, "medium": 300, "low_medium": 200, "low": 0}
_NOT_TOLD: Final = 500
_WORST_OUTCOME: Final = {Fitness.NOT_FIT: 100, Fitness.DEFERRED: 60}
_NO_SCORE: Final = 120
_A_LEVEL: Final = 80


def acuity(row: BoardRow) -> int:
    """Return how far up a person stands; more is worse, and 0 is well and settled.

    An outcome not told and a broken rule of medicines come before any score; somebody not scored
    before somebody who scores low.
    """
    score = _BAND.get(row.news2.band or "", _NO_SCORE)
    if row.news2.total is None:
        score = max(_NO_SCORE, _points(row.news2.previous_total))
    points = score + (row.news2.total or 0)
    points += _A_LEVEL * (0 if row.care is None else row.care.level - 1)
    points += max((_WORST_OUTCOME.get(one.outcome, 0) for one in row.outcomes), default=0)
    if row.broken or any(one.told_ms is None for one in row.outcomes):
        points += _NOT_TOLD
    points += 20 * any(marker.is_urgent for marker in row.markers)
    return points


def worst_first(rows: list[BoardRow]) -> list[BoardRow]:
    """Return the rows by acuity, equal ones by cell."""
    return sorted(rows, key=lambda row: (-acuity(row), row.cell, row.episode))


def _points(previous_total: int | None) -> int:
    """Return the points of a total before an incomplete set: it is not forgotten."""
    if previous_total is None:
        return 0
    if previous_total >= 7:
        return _BAND["high"]
    return _BAND["medium"] if previous_total >= 5 else 0
