"""Who is signed in, and the ways to leave: lock, switch, sign out."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.person_head import PersonHead, colour_of
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import CONTROL_FOOTER
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, hline, label
from sonar_desktop.ui.widgets.messages import InlineMessage

WIDTH: Final = 292


class PersonPanel(QWidget):
    """The panel at the right, 292 wide.

    Signals:
        closed(): Close was pressed.
    """

    closed = Signal()

    def __init__(self, model: ShellModel) -> None:
        """Take the frame's model."""
        super().__init__()
        self._model = model
        session = model.session
        self.setAccessibleName("Signed in")
        self.setFixedWidth(current().px(WIDTH) + 24)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 12, 14, 12)
        card = Card("Signed in", padding=14, gap=10)
        around.addWidget(card)
        row = QHBoxLayout()
        row.addWidget(label("Signed in", "h2"), 1)
        self.close_button = Button("Close", Variant.QUIET, icon="x", height=32)
        self.close_button.clicked.connect(self.closed)
        row.addWidget(self.close_button)
        card.body.addLayout(row)
        head = PersonHead(44)
        name, initials, role = model.person
        head.set_person(name, initials, role, colour_of(model.workplace.desk.actor.user))
        card.body.addWidget(head)
        card.body.addWidget(hline())
        self.lock = Button("Lock", icon="lock", key="Ctrl L", height=CONTROL_FOOTER)
        self.lock.clicked.connect(session.lock)
        self.switch = Button(
            "Switch person", icon="users", key="Ctrl Shift L", height=CONTROL_FOOTER
        )
        self.switch.clicked.connect(session.switch_person)
        self.sign_out = Button("Sign out", icon="log-out", height=CONTROL_FOOTER)
        self.sign_out.clicked.connect(session.sign_out)
        for button in (self.lock, self.switch, self.sign_out):
            card.body.addWidget(button)
        self.unsent = InlineMessage(Tone.SYNC, "", icon="hard-drive")
        card.body.addWidget(self.unsent)
        card.body.addWidget(
            WrapLabel(
                "After the last person has signed out the records are locked. Alarms ring on, by "
                "cell number.",
                "meta",
            )
        )
        card.body.addStretch(1)
        model.changed.connect(self._show)
        self._show()

    def focus_first(self) -> None:
        """Put the keyboard on what is asked for most."""
        self.lock.setFocus()

    def _show(self) -> None:
        words = self._model.unsent_words
        self.unsent.setVisible(bool(words))
        self.unsent.set_message(Tone.SYNC, "", words, icon="hard-drive")
