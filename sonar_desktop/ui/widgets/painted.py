"""A base for small painted marks that a screen reader reads as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class PaintedLabel(QLabel):
    """A mark that paints itself and keeps its words as a label's text.

    A QLabel's role is static text and its name is its text, so every painted state has a twin in
    words; a change of words is announced as a change of name.
    """

    def __init__(self, words: str) -> None:
        """Take the words a screen reader says."""
        super().__init__(words)
        self._look: object = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_words(self, words: str, look: object) -> None:
        """Change the words, tell assistive software, measure and paint again.

        `look` is everything else that is painted, compared as a value. Where neither differs
        nothing is done: a form that shows itself anew at each key would lay out its whole page.
        """
        is_said = words == self.text()
        if is_said and look == self._look:
            return
        self._look = look
        if not is_said:
            self.setText(words)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Let the subclass paint on a fresh painter."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """Paint the mark; subclasses must."""
        raise NotImplementedError

    def minimumSizeHint(self) -> QSize:
        """Return the whole size: a mark is never cut."""
        return self.sizeHint()
