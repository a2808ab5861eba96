"""Who opens a sealed envelope, its code, and a password of their own: a card to sign in by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from sonar_core.records.practitioner import Role
from sonar_core.roles import Duty, may, role_word
from sonar_desktop.ui.screens.secret_entry import ProblemText
from sonar_desktop.ui.theme.sizes import CONTROL_PRIMARY
from sonar_desktop.ui.viewmodels.sign_in_words import ENVELOPE
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.wheel_guard import WheelGuard

_START: Final = "Open the envelope"


class EnvelopeEntry(QWidget):
    """What was said stays when something was wrong; the password does not.

    Signals:
        entered(str, dict, str): the code, what they say of themselves by field, the password.
        left(): the usual way is wanted.
    """

    entered = Signal(str, object, str)
    left = Signal()

    def __init__(self) -> None:
        """Begin hidden and empty."""
        super().__init__()
        self.name, self.registration = QLineEdit(), QLineEdit()
        self.witness, self.reason = QLineEdit(), QLineEdit()
        self.code, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.role = QComboBox()
        WheelGuard(self.role)
        self.role.setPlaceholderText("Choose")
        for role in Role:
            if may(role, Duty.WORK_BY_ENVELOPE):
                self.role.addItem(role_word(role), role.value)
        self.role.setCurrentIndex(-1)
        self.fields: Final = {
            "name": Field("Your name", self.name),
            "role": Field("Your role", self.role),
            "registration": Field("Registration, if you have one", self.registration),
            "witness": Field("Who is with you and knows you", self.witness),
            "reason": Field("Why you need it", self.reason),
            "code": Field("Code in the envelope", self.code),
            "password": Field("Choose a password for these hours", self.password),
        }
        self.problem = ProblemText()
        self.start = Button(_START, Variant.PRIMARY, icon="shield-alert", height=CONTROL_PRIMARY)
        self.back = Button("Back to signing in", Variant.LINK)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("Sealed envelope", "h2"))
        column.addWidget(WrapLabel(ENVELOPE, "meta"))
        pair = QHBoxLayout()
        pair.setSpacing(12)
        for name in ("role", "registration"):
            pair.addWidget(self.fields[name], 1)
        column.addWidget(self.fields["name"])
        column.addLayout(pair)
        for name in ("witness", "reason", "code", "password"):
            column.addWidget(self.fields[name])
        for part in (self.problem, self.start, self.back):
            column.addWidget(part)
        for line in self._lines:
            line.returnPressed.connect(self._enter)
        self.start.clicked.connect(self._enter)
        self.back.clicked.connect(self.left)
        self.hide()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What Tab leads through, in its order."""
        return *(field.control for field in self.fields.values()), self.start, self.back

    @property
    def _lines(self) -> tuple[QLineEdit, ...]:
        controls = (field.control for field in self.fields.values())
        return tuple(one for one in controls if isinstance(one, QLineEdit))

    def set_busy(self, *, busy: bool) -> None:
        """Refuse typing while the code is tried."""
        for line in self._lines:
            line.setReadOnly(busy)
        self.role.setEnabled(not busy)
        self.start.setEnabled(not busy)
        self.start.setText("Opening…" if busy else _START)

    def show_problems(self, problem: str, of_fields: Mapping[str, str]) -> None:
        """Say what is wrong, each under its field, and put the keyboard into the first."""
        self.problem.say(problem)
        for name, field in self.fields.items():
            text = of_fields.get(name, "")
            found = Problem(kind=ProblemKind.REFUSED, text=text) if text else None
            field.set_problem(found)
        wrong = [field for name, field in self.fields.items() if name in of_fields]
        if wrong and self.isVisible():
            wrong[0].control.setFocus()

    def forget_password(self) -> None:
        """Clear what proves who somebody is."""
        self.password.clear()

    def forget(self) -> None:
        """Clear all that was typed, as when somebody else is chosen."""
        for line in self._lines:
            line.clear()
        self.role.setCurrentIndex(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _enter(self) -> None:
        said = {
            "name": self.name.text(),
            "role": self.role.currentData() or "",
            "registration": self.registration.text(),
            "witness": self.witness.text(),
            "reason": self.reason.text(),
        }
        self.entered.emit(self.code.text(), said, self.password.text())
