"""How long a PC keeps an operation that the server has acknowledged.

A server that was restored is given back what it lost (ADR 9), so that what a PC keeps must reach
back beyond any copy that a server may be restored to.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sonar_core.moments import HOUR_MS

KEEP_DAYS: Final = 30
"""Version 1, November 2026: the month of decision 13; older copies are not to be restored."""
RULE: Final = f"acknowledged/{KEEP_DAYS}d/1"
"""The name and version of the rule, for documents and logs."""
_DAY_MS: Final = 24 * HOUR_MS


class Clocks(NamedTuple):
    """One moment by the server's clock and by this PC's (UTC ms)."""

    server_ms: int
    own_ms: int


def is_kept_long_enough(since: Clocks, now: Clocks) -> bool:
    """Return whether an operation that was safe at `since` may go.

    By both clocks: either may be wrong by years, and then nothing goes too soon.
    """
    passed_ms = min(now.server_ms - since.server_ms, now.own_ms - since.own_ms)
    return passed_ms >= KEEP_DAYS * _DAY_MS


def is_to_be_noted(last: Clocks | None, now: Clocks) -> bool:
    """Return whether to note anew what is safe: once a day, and after the clock was set back."""
    return last is None or not 0 <= now.server_ms - last.server_ms < _DAY_MS
