"""Where the keyboard goes when a page gets it.

A focus proxy would do the same, but Tab then passes over every control that stands before it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class FirstFocus(QObject):
    """Sends the keyboard on from a page to the control where its work begins."""

    def __init__(self, page: QWidget, first: QWidget) -> None:
        """Take the page, which lives as long as this does, and the control."""
        super().__init__(page)
        self._first = first
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the focus on."""
        if event.type() == QEvent.Type.FocusIn and watched is self.parent():
            self._first.setFocus()
        return super().eventFilter(watched, event)
