"""Why somebody needs emergency access, and their password: in the card of the sign-in page."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.secret_entry import ProblemText
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import CONTROL_PRIMARY
from sonar_desktop.ui.viewmodels.sign_in_words import EMERGENCY
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import Field
from sonar_desktop.ui.widgets.labels import WrapLabel, label

_REASON_HEIGHT: Final = 76
_START: Final = "Start emergency access"


class EmergencyEntry(QWidget):
    """The reason stays when something was wrong; the password does not.

    Signals:
        entered(str, str): password and reason.
        left(): the usual way is wanted.
    """

    entered = Signal(str, str)
    left = Signal()

    def __init__(self) -> None:
        """Begin hidden and empty."""
        super().__init__()
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(current().px(_REASON_HEIGHT))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.problem = ProblemText()
        self.start = Button(_START, Variant.PRIMARY, icon="shield-alert", height=CONTROL_PRIMARY)
        self.back = Button("Back to signing in", Variant.LINK)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(label("Emergency access", "h2"))
        column.addWidget(WrapLabel(EMERGENCY, "body", "ink2"))
        column.addWidget(Field("Why you need it", self.reason))
        column.addWidget(Field("Your password", self.password))
        column.addWidget(self.problem)
        column.addWidget(self.start)
        column.addWidget(self.back)
        self.password.returnPressed.connect(self._enter)
        self.start.clicked.connect(self._enter)
        self.back.clicked.connect(self.left)
        self.hide()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What Tab leads through, in its order."""
        return self.reason, self.password, self.start, self.back

    def set_busy(self, *, busy: bool) -> None:
        """Refuse typing while the server is asked and the password is checked."""
        self.reason.setReadOnly(busy)
        self.password.setReadOnly(busy)
        self.start.setEnabled(not busy)
        self.start.setText("Checking…" if busy else _START)

    def forget_password(self) -> None:
        """Clear what proves who somebody is."""
        self.password.clear()

    def forget(self) -> None:
        """Clear all that was typed, as when somebody else is chosen."""
        self.reason.clear()
        self.password.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _enter(self) -> None:
        self.entered.emit(self.password.text(), self.reason.toPlainText())
