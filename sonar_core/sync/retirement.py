"""When a stay that is over leaves the PCs, and what counts in a scope whose log says so.

The server keeps every row for good. A PC holds a released person's stay for some days more, and
has it back when the person is arrested again or when something is written about the stay.
"""

from __future__ import annotations

from typing import Final

from sonar_core.moments import HOUR_MS
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.records.retirement import Retirement

RETIREMENT: Final = Retirement.__name__
AFTER_HOURS: Final = 72
"""Version 1, November 2026: long enough for a handover over a weekend."""
RULE: Final = f"released/{AFTER_HOURS}h/1"
"""The name and version of the rule, written into each retirement."""


def is_over(status: object) -> bool:
    """Return whether a stay of this status is over; one that cannot be read is not."""
    return status in (EpisodeStatus.RELEASED, EpisodeStatus.TRANSFERRED)


def is_due(newest_received_ms: int, now_ms: int) -> bool:
    """Return whether stays that are over are to leave, by the server's clock alone (UTC ms).

    `newest_received_ms` is when the newest entry of any of the person's stays on the PCs reached
    the server. So no wrong clock of a PC makes a stay leave early, and a late entry keeps it.
    """
    return now_ms - newest_received_ms >= AFTER_HOURS * HOUR_MS
