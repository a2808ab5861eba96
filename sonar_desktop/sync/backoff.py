"""How long the server is left alone after a failure."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FIRST_RETRY_SECONDS: Final = 2.0
"""The longest pause after a first failure; it doubles with each failure that follows."""
LONGEST_RETRY_SECONDS: Final = 60.0
_MOST_DOUBLED: Final = 16


@dataclass(kw_only=True)
class BackOff:
    """Exponential back-off with full jitter: any pause up to the longest is as likely.

    So a thousand PCs that lost the server at one moment do not come back at one moment. `chance`
    draws from 0 up to 1.
    """

    chance: Callable[[], float] = random.random
    failures: int = 0

    def failed(self, asked_s: float = 0.0) -> float:
        """Return how many seconds to wait after one more failure.

        What the server asks for comes on top, at most LONGEST_RETRY_SECONDS of it.
        """
        doubled = 1 << min(self.failures, _MOST_DOUBLED)
        self.failures += 1
        longest = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * doubled)
        return min(asked_s, LONGEST_RETRY_SECONDS) + longest * self.chance()

    def went_well(self) -> None:
        """Begin from the first pause again."""
        self.failures = 0
