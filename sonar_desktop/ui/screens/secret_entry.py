"""Entering a PIN on its pad, or a password, with what went wrong beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.theme.sizes import CONTROL_PRIMARY
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.messages import announce
from sonar_desktop.ui.widgets.pin import PinDots, PinPad

PIN_LABEL = "Your 6-number PIN"


class ProblemText(QWidget):
    """An icon and the sentence about what was wrong; takes no room while all is well."""

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(6)
        row.addWidget(IconLabel("triangle-alert", "warn", 16), 0, Qt.AlignmentFlag.AlignTop)
        self._text = WrapLabel("", "metab", "warn")
        row.addWidget(self._text, 1)
        self.hide()

    def say(self, text: str) -> None:
        """Say a sentence, or nothing."""
        if text and text != self._text.text():
            announce(self, text)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Return what is said."""
        return "" if self.isHidden() else self._text.text()


class SecretEntry(QWidget):
    """The PIN field with its pad, or the password field with its button.

    Signals:
        entered(str): what was typed, when Enter or the go key was pressed.
    """

    entered = Signal(str)

    def __init__(self, go: str) -> None:
        """Take what the go key does here: ``Sign in``, ``Unlock``."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._label = label(PIN_LABEL, "metab")
        self.dots = PinDots(PIN_LABEL)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Your password")
        self.problem = ProblemText()
        self.pad = PinPad(self.dots)
        self.pad.set_go_name(go)
        self.go = Button(go, Variant.PRIMARY, icon="arrow-right", height=CONTROL_PRIMARY)
        for part in (self._label, self.dots, self.password, self.problem, self.pad, self.go):
            column.addWidget(part)
        self.dots.returnPressed.connect(self._enter)
        self.pad.entered.connect(self._enter)
        self.password.returnPressed.connect(self._enter)
        self.go.clicked.connect(self._enter)
        self._asks_password = False
        self.set_asks_password(asks=False)

    def set_asks_password(self, *, asks: bool) -> None:
        """Show the password field in place of the PIN, or the other way round."""
        self._asks_password = asks
        self._label.setText("Your password" if asks else PIN_LABEL)
        self._label.setBuddy(self.field)
        self.dots.setVisible(not asks)
        self.pad.setVisible(not asks)
        self.password.setVisible(asks)
        self.go.setVisible(asks)

    @property
    def field(self) -> QLineEdit:
        """The field in use."""
        return self.password if self._asks_password else self.dots

    def set_busy(self, *, busy: bool) -> None:
        """Refuse typing while the secret is checked."""
        self.dots.setReadOnly(busy)
        self.password.setReadOnly(busy)
        self.pad.setEnabled(not busy)
        self.go.setEnabled(not busy)
        self.go.setText("Checking…" if busy else self.pad.keys["go"].accessibleName())

    def forget(self) -> None:
        """Clear what was typed."""
        self.dots.forget()
        self.password.clear()

    def _enter(self) -> None:
        self.entered.emit(self.field.text())
