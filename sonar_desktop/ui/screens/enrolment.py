"""Enrolling a new PC: address and code, the fingerprint to compare, the first sign-in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.screens.provider_entry import ProviderEntry
from sonar_desktop.ui.screens.side import Side
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import CONTROL_PRIMARY
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel, Step
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, frame, hline, label
from sonar_desktop.ui.widgets.messages import InlineMessage

WIDTH = 560


class EnrolmentScreen(QWidget):
    """Three steps in one card; what was typed stays until it is taken."""

    def __init__(self, model: EnrolmentModel, front: FrontModel) -> None:
        """Take the page's model, and what the side says."""
        super().__init__()
        self.model = model
        self._front = front
        self.setProperty("k", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.side = Side()
        self.server = QLineEdit(model.server)
        self.code = QLineEdit()
        self.pc_name = QLineEdit(model.pc_name)
        self.username = QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.fields = {
            "server": Field(
                "Server address", self.server, hint="For example https://sonar.example"
            ),
            "code": Field(
                "Enrolment code", self.code, hint="From your administrator. It works once."
            ),
            "pc_name": Field("Name of this PC", self.pc_name, hint="As on its label, NF-MED-01"),
            "username": Field("Name you sign in with", self.username),
            "password": Field("Your password", self.password),
        }
        self.provider = ProviderEntry(model.session.provider)
        self.by_provider = Button("", icon="external-link", height=CONTROL_PRIMARY)
        self.by_provider.clicked.connect(model.begin_provider)
        self.trouble = InlineMessage(Tone.WARN, "")
        self._step_line = label("", "metab")
        self._title = label("", "h1")
        self._text = WrapLabel("", "body", "ink2")
        self.next = Button("", Variant.PRIMARY, icon="arrow-right", height=CONTROL_PRIMARY)
        self.back = Button("It is different", Variant.DANGER, height=CONTROL_PRIMARY)
        self._steps = QStackedWidget()
        for made in (self._asking(), self._comparing(), self._signing_in()):
            self._steps.addWidget(made)
        self._lay_out()
        self.next.clicked.connect(self._next)
        self.back.clicked.connect(model.disagree)
        for field in (self.server, self.code, self.pc_name, self.username, self.password):
            field.returnPressed.connect(self._next)
        model.changed.connect(self._show)
        model.session.provider.changed.connect(self._show)
        front.changed.connect(self._show_front)
        self._show()
        self._show_front()

    def _lay_out(self) -> None:
        card = Card("Set up this PC", padding=28, gap=12)
        card.setFixedWidth(current().px(WIDTH))
        for part in (self._step_line, self._title, self._text, hline(), self._steps, self.trouble):
            card.body.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        card.body.addLayout(row)
        inner = QWidget()
        inner.setProperty("k", "canvas")
        around = QHBoxLayout(inner)
        around.addStretch(1)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        around.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.side)
        whole.addWidget(area, 1)

    def _asking(self) -> QWidget:
        return _column(self.fields["server"], self.fields["code"], self.fields["pc_name"])

    def _comparing(self) -> QWidget:
        well = frame("well")
        inside = QVBoxLayout(well)
        inside.setContentsMargins(16, 14, 16, 14)
        inside.setSpacing(6)
        inside.addWidget(label("Organisation's recovery key", "metab"))
        self._fingerprint = WrapLabel("", "biginput")
        self._fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._fingerprint.setAccessibleName("Fingerprint of the organisation's recovery key")
        inside.addWidget(self._fingerprint)
        self._own = WrapLabel("", "meta")
        return _column(well, self._own)

    def _signing_in(self) -> QWidget:
        names = (self.fields["username"], self.fields["password"])
        return _column(self.provider, self.by_provider, *names)

    def focus_first(self) -> None:
        """Put the keyboard into the first field that needs it."""
        first = {Step.ASK: self.server, Step.SIGN_IN: self.username}.get(self.model.step)
        if self.model.step is Step.ASK and self.server.text():
            first = self.code
        (first or self.next).setFocus()

    def _show(self) -> None:
        model, busy = self.model, self.model.is_busy
        place = list(Step).index(model.step)
        was = self._steps.currentIndex()
        self._steps.setCurrentIndex(place)
        self._step_line.setText(f"Step {place + 1} of 3")
        title, text, go = {
            Step.ASK: (
                "Set up this PC",
                (
                    "Your administrator gives you the server's address and a code. Nothing is kept "
                    "on this PC until you have compared the fingerprint."
                ),
                "Ask the server",
            ),
            Step.COMPARE: (
                f"Is this {model.site_name}?",
                (
                    "Compare these numbers with the sheet that your administrator gave you. They "
                    "stand for the key that can open this PC's records in an emergency."
                ),
                "They are the same",
            ),
            Step.SIGN_IN: (
                "Sign in to finish",
                (
                    "Until somebody has signed in here, this PC is not set up: keep this window "
                    "open. The same name and password as on the server."
                ),
                "Sign in",
            ),
        }[model.step]
        self._title.setText(title)
        self._text.setText(text)
        self._show_provider()
        self.next.setText("One moment…" if busy else go)
        self.next.setEnabled(not busy)
        self.back.setVisible(model.step is Step.COMPARE)
        self.back.setEnabled(not busy)
        self._fingerprint.setText(model.recovery_fingerprint)
        self._own.setText(f"This PC's own keys, for the administrator: {model.pc_fingerprint}")
        for name, field in self.fields.items():
            sentence = model.problems.get(name, "")
            field.set_problem(
                Problem(kind=ProblemKind.REFUSED, text=sentence) if sentence else None
            )
        self.trouble.set_message(Tone.WARN, model.trouble)
        self.trouble.setVisible(bool(model.trouble))
        if was != place and self.isVisible():
            self.focus_first()

    def _show_provider(self) -> None:
        provider = self.model.session.provider
        away = provider.is_under_way
        self.by_provider.setText(f"Sign in with {provider.name}")
        self.by_provider.setVisible(bool(provider.name) and not away)
        self.by_provider.setEnabled(not self.model.is_busy)
        for name in ("username", "password"):
            self.fields[name].setVisible(not away)
        self.next.setVisible(not away)

    def _show_front(self) -> None:
        self.side.set_clock(*self._front.clock)
        self.side.set_facts(self._front.facts)

    def _next(self) -> None:
        model = self.model
        if model.step is Step.ASK:
            model.ask(self.server.text(), self.code.text(), self.pc_name.text())
        elif model.step is Step.COMPARE:
            model.agree()
        else:
            model.sign_in(self.username.text(), self.password.text())


def _column(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made
