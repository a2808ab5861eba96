"""The wheel never changes a value: one event filter for the whole application."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QApplication, QComboBox, QScrollBar

_WHEEL = QEvent.Type.Wheel


class WheelGuard(QObject):
    """Refuses wheel events for combo boxes, spin boxes and sliders; the page scrolls instead."""

    def __init__(self, app: QApplication) -> None:
        """Install on the application and live as long as it does."""
        super().__init__(app)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave a wheel event over a value unaccepted, so that Qt offers it to the parent."""
        if event.type() != _WHEEL:
            return False
        values = isinstance(watched, (QComboBox, QAbstractSpinBox)) or (
            isinstance(watched, QAbstractSlider) and not isinstance(watched, QScrollBar)
        )
        if values:
            event.ignore()
        return values
