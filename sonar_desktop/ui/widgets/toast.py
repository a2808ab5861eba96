"""The result of an act just done, bottom left, with Undo: never an alarm, never the only place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import label
from sonar_desktop.ui.widgets.messages import announce

SHOWN_MS = 6000
_MARGIN = 16


class Toast(QFrame):
    """At most one line at a time over the window's bottom left corner, gone after 6 s.

    Signals:
        undone: Undo was pressed.
    """

    undone = Signal()

    def __init__(self, window: QWidget, *, left: int = _MARGIN, shown_ms: int = SHOWN_MS) -> None:
        """Take the window it lies over, its left edge there (right of the rail), and its time."""
        super().__init__(window)
        self._window = window
        self._left = left
        self.setProperty("k", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        self._icon = IconLabel("circle-check", "ok", 18)
        self._text = label("", "strong")
        self.undo_button = Button("Undo", Variant.LINK, icon="undo-2", height=32)
        self.undo_button.clicked.connect(self._undo)
        row.addWidget(self._icon)
        row.addWidget(self._text)
        row.addWidget(self.undo_button)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(shown_ms)
        self.timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def say(self, text: str, *, undo: bool = False) -> None:
        """Show a text, in place of the one before, and let a screen reader say it."""
        self._text.setText(text)
        self.undo_button.setVisible(undo)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        announce(self, text)
        self.timer.start()

    def text(self) -> str:
        """Return what is shown."""
        return self._text.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the window changes size."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        self.move(self._left, self._window.height() - self.height() - _MARGIN)

    def _undo(self) -> None:
        self.timer.stop()
        self.hide()
        self.undone.emit()
