"""When too much leaves a PC that nothing in a log explains: then nothing leaves at all.

A fault of the program or a listing that was cut short must never empty a PC. What a retirement, a
move or a revocation names is explained and is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MOST_ROWS: Final = 20
"""So many records of one kind may go unexplained in one step..."""
MOST_PERCENT: Final = 5
"""...or this share of the kind. Beyond both the breaker trips. Version 1, November 2026."""


def tripped_by(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[str, ...]:
    """Return the kinds of which more went unexplained than may, in order.

    Both count by kind what no event explains, before and after a removal.
    """
    return tuple(
        kind
        for kind, count in sorted(before.items())
        if _is_too_much(count - after.get(kind, 0), count)
    )


def _is_too_much(gone: int, of: int) -> bool:
    return gone > MOST_ROWS and gone * 100 > of * MOST_PERCENT
