"""Signing in at the organisation's page: the wait for the browser, and a password for this PC."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.secret_entry import ProblemText
from sonar_desktop.ui.theme.sizes import CONTROL_PRIMARY
from sonar_desktop.ui.viewmodels.provider_sign_in import ProviderSignIn, ProviderStep
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import Field
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.messages import announce

_WORDS: Final = {
    ProviderStep.ASKING: ("Asking the server…", ""),
    ProviderStep.BROWSER: (
        "Sign in in the browser",
        (
            "A page of your organisation has opened in the browser. Sign in there within five "
            "minutes, then come back here."
        ),
    ),
    ProviderStep.CONFIRMING: ("Confirming your sign-in…", ""),
    ProviderStep.PASSWORD: (
        "A password for this PC",
        (
            "It opens this PC when the server cannot be reached. It stays on this PC: your "
            "organisation does not know it. At least 12 characters; three or four words are good."
        ),
    ),
    ProviderStep.KEEPING: ("Making your key to this PC…", ""),
}


class ProviderEntry(QWidget):
    """Shows the attempt under way; hidden while there is none."""

    left = Signal()
    """The attempt was cancelled here."""

    def __init__(self, model: ProviderSignIn) -> None:
        """Take the attempt's model."""
        super().__init__()
        self._model = model
        self._shown = ProviderStep.IDLE
        self._headline = label("", "h2")
        self._person = WrapLabel("", "h3")
        self._text = WrapLabel("", "body", "ink2")
        self.password, self.again = QLineEdit(), QLineEdit()
        for field in (self.password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self._fields = (Field("New password", self.password), Field("Once more", self.again))
        self.problem = ProblemText()
        self.keep = Button("Go on", Variant.PRIMARY, icon="arrow-right", height=CONTROL_PRIMARY)
        self.cancel = Button("Cancel", Variant.STANDARD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        parts: list[QWidget] = [self._headline, self._person, self._text, *self._fields]
        for part in (*parts, self.problem, self.keep, self.cancel):
            column.addWidget(part)
        self.password.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self._enter)
        self.keep.clicked.connect(self._enter)
        self.cancel.clicked.connect(self._leave)
        model.changed.connect(self._show)
        self.hide()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What Tab leads through, in its order."""
        return self.password, self.again, self.keep, self.cancel

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cancel on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
            return
        super().keyPressEvent(event)

    def _show(self) -> None:
        model = self._model
        self.setVisible(model.is_under_way)
        if not model.is_under_way:
            self._shown = ProviderStep.IDLE
            self._forget()
            return
        headline, text = _WORDS[model.step]
        chooses = model.step is ProviderStep.PASSWORD
        self._headline.setText(headline)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._person.setText(model.person)
        self._person.setVisible(bool(model.person))
        for field in self._fields:
            field.setVisible(chooses)
        self.keep.setVisible(chooses)
        self.cancel.setVisible(model.step is not ProviderStep.KEEPING)
        self.problem.say(model.problem)
        if model.step is not self._shown:
            self._shown = model.step
            announce(self, f"{headline}. {text}")
            (self.password if chooses else self.cancel).setFocus()

    def _enter(self) -> None:
        self._model.choose_password(self.password.text(), self.again.text())

    def _leave(self) -> None:
        self._model.cancel()
        self.left.emit()

    def _forget(self) -> None:
        self.password.clear()
        self.again.clear()
