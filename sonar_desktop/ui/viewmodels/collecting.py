"""Python's search for reference cycles, kept to the thread that draws.

A cycle that holds a Qt object may otherwise be found on a thread of the store or of the exchange,
and destroyed there: Qt's timers and signals do not survive that, and the program ends with it
(seen by running: two windows, one after the other, and a store thread that allocates).
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

TICK_MS: Final = 500
_GENERATIONS: Final = 3


class CollectHere(QObject):
    """Turns automatic collection off and collects from a timer of this thread."""

    def __init__(self, parent: QObject) -> None:
        """Take the application, with which this ends."""
        super().__init__(parent)
        gc.disable()
        # What the program is made of stays to its end. To look through it took a tenth of a second
        # each time, during which no key was answered.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> int | None:
        """Collect the oldest generation that is due, as Python does by itself; return which."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in reversed(range(_GENERATIONS)):
            if limits[generation] and counts[generation] > limits[generation]:
                gc.collect(generation)
                return generation
        return None
