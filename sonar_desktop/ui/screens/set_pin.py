"""Setting a PIN after a sign-in by password."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sonar_desktop.ui.screens.secret_entry import ProblemText
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import CONTROL_PRIMARY
from sonar_desktop.ui.viewmodels.lock import SetPinModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, label
from sonar_desktop.ui.widgets.pin import PinDots


class SetPinScreen(QWidget):
    """The PIN twice, or the password for the rest of the day."""

    def __init__(self, model: SetPinModel) -> None:
        """Take the page's model."""
        super().__init__()
        self.model = model
        self.setProperty("k", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = Card("Set a PIN", padding=28, gap=10)
        card.setFixedWidth(current().px(400))
        self.pin = PinDots("New PIN, 6 numbers")
        self.again = PinDots("The same PIN again")
        self.problem = ProblemText()
        self.set_button = Button("Set PIN", Variant.PRIMARY, height=CONTROL_PRIMARY)
        self.later = Button("Not now, use my password", Variant.LINK)
        card.body.addWidget(label("Set a PIN for today", "h1"))
        card.body.addWidget(
            WrapLabel(
                "The PIN lifts the lock and signs. It stays in this PC's memory for at most 12 "
                "hours and is never written down.",
                "body",
                "ink2",
            )
        )
        card.body.addSpacing(4)
        card.body.addWidget(label("New PIN, 6 numbers", "metab"))
        card.body.addWidget(self.pin)
        card.body.addWidget(label("The same PIN again", "metab"))
        card.body.addWidget(self.again)
        card.body.addWidget(self.problem)
        card.body.addSpacing(4)
        card.body.addWidget(self.set_button)
        card.body.addWidget(self.later)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.pin.filled.connect(self.again.setFocus)
        self.pin.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self._set)
        self.set_button.clicked.connect(self._set)
        self.later.clicked.connect(model.later)
        model.changed.connect(self._show)
        model.cleared.connect(self._clear)

    def focus_first(self) -> None:
        """Put the keyboard into the PIN."""
        self.pin.setFocus()

    def _set(self) -> None:
        self.model.set_pin(self.pin.text(), self.again.text())

    def _show(self) -> None:
        busy = self.model.is_busy
        self.set_button.setEnabled(not busy)
        self.set_button.setText("One moment…" if busy else "Set PIN")
        self.problem.say(self.model.problem)

    def _clear(self) -> None:
        self.pin.forget()
        self.again.forget()
        self.pin.setFocus()
