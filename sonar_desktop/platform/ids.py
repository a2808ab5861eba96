"""Where this PC's new ids come from."""

from __future__ import annotations

import secrets
from typing import Final

from sonar_core.ids import uuid7
from sonar_desktop.usecases.ports import Clock

_RANDOM_BYTES: Final = 10


class SystemIds:
    """Makes UUIDv7 from the PC's clock and the system's randomness."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock that orders the ids."""
        self._clock = clock

    def new(self) -> str:
        """Return a new id as canonical text; unique whatever the clock says."""
        return uuid7(self._clock.now_ms(), secrets.token_bytes(_RANDOM_BYTES))
