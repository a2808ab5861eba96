"""Text fields of a form under a view model: typed, left, where the cursor stands, Enter goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from sonar_desktop.ui.widgets.wheel_guard import WheelGuard

_LEAST_LETTERS: Final = 4
_LEAST_WIDTH: Final = 96

TextField = QLineEdit | QPlainTextEdit


class TypedInput(QObject):
    """Ties one text field to a name.

    Signals:
        typed(str, str): the field's name and its text, at each key.
        left(str): the focus went on.
        stood(str, int): where the cursor is.
    """

    typed = Signal(str, str)
    left = Signal(str)
    stood = Signal(str, int)

    def __init__(self, name: str, field: TextField, *, holder: QWidget | None = None) -> None:
        """Watch a field; Enter goes on to the next one, in a text of several lines it does not.

        `holder` is the widget that has the focus in the field's place, as an editable list does.
        """
        super().__init__(field)
        self.name = name
        self.field = field
        self.holder: QWidget = holder or field
        self.holder.installEventFilter(self)
        if isinstance(field, QPlainTextEdit):
            field.setTabChangesFocus(True)
        field.textChanged.connect(self._typed)
        field.cursorPositionChanged.connect(self._stood)

    def text(self) -> str:
        """Return what stands in the field."""
        if isinstance(self.field, QPlainTextEdit):
            return self.field.toPlainText()
        return self.field.text()

    def show_text(self, text: str) -> None:
        """Show a text without telling `typed`; one that stands there already keeps the cursor."""
        if self.text() == text:
            return
        self.field.blockSignals(True)
        if isinstance(self.field, QPlainTextEdit):
            self.field.setPlainText(text)
        else:
            self.field.setText(text)
        self.field.blockSignals(False)

    def cursor(self) -> int:
        """Return where the cursor stands."""
        if isinstance(self.field, QPlainTextEdit):
            return self.field.textCursor().position()
        return self.field.cursorPosition()

    def stand_at(self, cursor: int) -> None:
        """Go to the field, with the cursor where it stood."""
        self.holder.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(self.field, QPlainTextEdit):
            place = self.field.textCursor()
            place.setPosition(min(cursor, len(self.text())))
            self.field.setTextCursor(place)
        else:
            self.field.deselect()
            self.field.setCursorPosition(cursor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear of focus, and let Enter go on where a text has one line."""
        if event.type() == QEvent.Type.FocusIn:
            self._stood()
        elif event.type() == QEvent.Type.FocusOut:
            self.left.emit(self.name)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            plain = event.modifiers() in {
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            }
            if enter and plain and isinstance(self.field, QLineEdit):
                go_on(self.holder)
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self.typed.emit(self.name, self.text())
        self._stood()

    def _stood(self) -> None:
        self.stood.emit(self.name, self.cursor())


def go_on(field: QWidget) -> None:
    """Move the focus on as Tab does."""
    following = field.nextInFocusChain()
    while following is not None and following is not field:
        if _takes_tab(following):
            following.setFocus(Qt.FocusReason.TabFocusReason)
            return
        following = following.nextInFocusChain()


def _takes_tab(widget: QWidget) -> bool:
    can = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    is_proxy = widget.focusProxy() is not None
    return can and widget.isVisible() and widget.isEnabled() and not is_proxy


class SuggestionList(QComboBox):
    """Suggestions in which anything else may be typed; the text stands in ``line``."""

    def __init__(self, name: str, suggestions: Sequence[str]) -> None:
        """Take the accessible name and what is suggested."""
        super().__init__()
        WheelGuard(self)
        self.line = QLineEdit()
        self.setEditable(True)
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LEAST_LETTERS)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.suggest(suggestions)
        self.setAccessibleName(name)
        self.line.setAccessibleName(name)

    def suggest(self, suggestions: Sequence[str]) -> None:
        """Offer others. What stands in the line stays, and nobody hears that it was emptied."""
        text, cursor = self.line.text(), self.line.cursorPosition()
        self.line.blockSignals(True)
        self.clear()
        self.addItems(list(suggestions))
        self.setCurrentIndex(-1)
        self.line.setText(text)
        self.line.setCursorPosition(cursor)
        self.line.blockSignals(False)
