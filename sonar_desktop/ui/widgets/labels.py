"""Labels by type style, a label that wraps without being cut, lines and cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from sonar_desktop.ui.theme.sizes import CARD_PADDING

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


_TALL: Final = 1_000_000
_WORD_JOINER: Final = "\u2060"


def unbroken(text: str) -> str:
    """Return a date or number that wrapping keeps on one line: joiners around each hyphen."""
    return text.replace("-", f"{_WORD_JOINER}-{_WORD_JOINER}").replace(" ", "\u00a0")


def label(text: str, role: str = "body", tone: str = "") -> QLabel:
    """Return a one-line label in a type style (``h1``, ``meta``...) and a tone token."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if tone:
        made.setProperty("tone", tone)
    return made


class WrapLabel(QLabel):
    """A label that wraps and always gets the height its text needs.

    Box layouts squeeze a wrapped QLabel until lines are cut in half; this one raises its own
    minimum height whenever its width or text changes.
    """

    def __init__(self, text: str = "", role: str = "body", tone: str = "") -> None:
        """Take the text, its type style and its tone token."""
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", role)
        if tone:
            self.setProperty("tone", tone)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        """Show another text and make room for it."""
        if text != self.text():
            super().setText(text)
            self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the text at the new width."""
        super().resizeEvent(event)
        self._make_room()

    def heightForWidth(self, width: int) -> int:
        """Return the height of the text at a width.

        QLabel's own answer is never less than the minimum height set before, so it could only
        grow.
        """
        if not self.wordWrap():
            return super().heightForWidth(width)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
        box = self.fontMetrics().boundingRect(0, 0, max(width, 1), _TALL, flags, self.text())
        return box.height() if self.text() else 0

    def _make_room(self) -> None:
        needed = self.heightForWidth(self.width()) if self.wordWrap() else 0
        if not self.wordWrap():
            self.setMinimumHeight(0)
        elif needed > 0 and needed != self.minimumHeight():
            self.setMinimumHeight(needed)


def set_tone(widget: QWidget, tone: str) -> None:
    """Change a widget's ``tone`` property after it was shown, and let the style sheet see it."""
    set_look(widget, "tone", tone)


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Change a dynamic property the style sheet selects by, and re-polish the widget."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def frame(kind: str) -> QFrame:
    """Return a frame of a kind the style sheet knows (``card``, ``well``, ``hline``...)."""
    made = QFrame()
    made.setProperty("k", kind)
    return made


def hline() -> QFrame:
    """Return a decorative horizontal line."""
    return frame("hline")


def vline() -> QFrame:
    """Return a decorative vertical line."""
    return frame("vline")


class Card(QFrame):
    """A group on its own surface; put content in ``body``.

    Use ``padding=1`` around a table, so that the rounded edge stays visible.
    """

    def __init__(self, name: str = "", *, padding: int = CARD_PADDING, gap: int = 8) -> None:
        """Take an accessible name, the padding and the gap between parts in pixels."""
        super().__init__()
        self.setProperty("k", "card")
        if name:
            self.setAccessibleName(name)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(gap)

    def set_selected(self, *, selected: bool) -> None:
        """Show or hide the blue edge of the selected card."""
        set_look(self, "selected", selected)
