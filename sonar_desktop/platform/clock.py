"""The clocks of this PC."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QTimeZone

from sonar_desktop.usecases.server_time import ServerTime

_NS_PER_MS: Final = 1_000_000
# On Linux CLOCK_MONOTONIC stands still while the PC sleeps; Windows' clock does not.
_CLOCK_BOOTTIME: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)


class SystemClock(ServerTime):
    """Reads the PC's clocks."""

    def now_ms(self) -> int:
        """Return UTC milliseconds since 1970 by the PC's clock, which may be wrong."""
        return time.time_ns() // _NS_PER_MS

    def monotonic_ms(self) -> int:
        """Return milliseconds that only grow, sleep included; they mean nothing elsewhere."""
        if _CLOCK_BOOTTIME is not None:
            return time.clock_gettime_ns(_CLOCK_BOOTTIME) // _NS_PER_MS
        return time.monotonic_ns() // _NS_PER_MS

    def zone(self) -> str:
        """Return the PC's IANA time zone, as Europe/London; Etc/UTC where it has none."""
        # Qt knows how Windows' own zone names map to IANA's.
        return bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii") or "Etc/UTC"
