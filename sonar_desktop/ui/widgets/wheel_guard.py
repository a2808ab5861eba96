"""The wheel never changes a value: one event filter for each control that would let it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_WHEEL = QEvent.Type.Wheel


class WheelGuard(QObject):
    """Refuses wheel events for a combo box, spin box or slider; the page scrolls instead.

    Not one filter for the whole application: every event of every widget would then pass through
    Python, a third of what opening a record costs.
    """

    def __init__(self, control: QWidget) -> None:
        """Install on the control and live as long as it does."""
        super().__init__(control)
        control.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Leave a wheel event over a value unaccepted, so that Qt offers it to the parent."""
        if event.type() != _WHEEL:
            return False
        event.ignore()
        return True
