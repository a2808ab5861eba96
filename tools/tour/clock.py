"""The hour at which the tour stands still, at its PCs and at its server, so that pictures repeat.

Run as `python -m tools.tour.clock ARGUMENTS`, it is `sonar-server` at that hour.
"""

from __future__ import annotations

import time
from typing import Final

from sonar_desktop.platform.clock import SystemClock
from sonar_server.__main__ import main

STANDS_MS: Final = 1_794_666_720_000
"""Saturday 14-Nov-2026 14:32 in London, as on the mock-ups."""


def stop_clocks() -> None:
    """Let every clock of this process that tells the hour stand; how long things take goes on."""
    time.time_ns = lambda: STANDS_MS * 1_000_000
    SystemClock.now_ms = lambda _self: STANDS_MS  # type: ignore[method-assign]


if __name__ == "__main__":
    stop_clocks()
    main()
