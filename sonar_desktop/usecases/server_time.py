"""The server's clock as a PC carries it on: the last word of it, and what has passed since.

The PC's own clock may be set to anything at any time, so what has passed is measured by the one
that nobody sets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod


class ServerTime(ABC):
    """The part of a `Clock` that knows what the server said. Heard on one thread, asked on any."""

    _heard: tuple[int, int] | None = None

    @abstractmethod
    def now_ms(self) -> int:
        """Return UTC milliseconds by the wall clock."""

    @abstractmethod
    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back, from an arbitrary start."""

    def hear(self, server_ms: int) -> None:
        """Take the server's word for the time that it is now."""
        self._heard = (server_ms, self.monotonic_ms())

    def recall(self, heard_at_ms: int, server_ms: int) -> None:
        """Take what an earlier run heard, and when by the wall clock, unless this one has heard.

        How long ago that was only the wall clock says; less than no time it cannot be.
        """
        if self._heard is None:
            self.hear(server_ms + max(0, self.now_ms() - heard_at_ms))

    def server_ms(self) -> int:
        """Return the server's clock as estimated; the wall clock where nothing was ever heard."""
        heard = self._heard
        return self.now_ms() if heard is None else heard[0] + self.monotonic_ms() - heard[1]

    def latest_ms(self) -> int:
        """Return the later of the wall clock and the server's: what is after it lies ahead."""
        return max(self.now_ms(), self.server_ms())

    def earliest_ms(self) -> int:
        """Return the earlier of the two: what is before it has passed."""
        return min(self.now_ms(), self.server_ms())
