"""The small panel that asks for a PIN inside the page, never as a window of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from sonar_desktop.ui.screens.secret_entry import SecretEntry
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.signing import SigningModel
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, label


class SignPanel(QWidget):
    """Covers the page while it asks; Esc (the shell's) leaves everything unsigned."""

    def __init__(self, model: SigningModel, name: str, parent: QWidget) -> None:
        """Take the signing, the person's name and the widget it lies over."""
        super().__init__(parent)
        self.model = model
        self._before: QWidget | None = None
        self.setProperty("k", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Sign with your PIN")
        card = Card("Sign with your PIN", padding=24, gap=10)
        card.setFixedWidth(current().px(338))
        card.body.addWidget(label("Sign with your PIN", "h1"))
        self._text = WrapLabel(f"{name}, your last PIN is older than 5 minutes.", "body", "ink2")
        card.body.addWidget(self._text)
        self.entry = SecretEntry("Sign")
        card.body.addWidget(self.entry)
        self.cancel = Button("Leave it unsigned", key="Esc")
        card.body.addWidget(self.cancel)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.entry.entered.connect(model.enter)
        self.cancel.clicked.connect(model.withdraw)
        model.asked.connect(self._ask)
        model.settled.connect(self._settle)
        model.refused.connect(self._refuse)
        model.changed.connect(self._show_busy)
        parent.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the page whatever its size."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._cover()
        return super().eventFilter(watched, event)

    def _ask(self) -> None:
        self._before = QApplication.focusWidget()
        self.entry.set_asks_password(asks=self.model.asks_password)
        self.entry.problem.say("")
        self._cover()
        self.show()
        self.raise_()
        self.entry.field.setFocus()

    def _settle(self) -> None:
        self.entry.forget()
        self.hide()
        if self._before is not None:
            self._before.setFocus()
            self._before = None

    def _refuse(self, sentence: str) -> None:
        self.entry.forget()
        self.entry.set_asks_password(asks=self.model.asks_password)
        self.entry.problem.say(sentence)
        self.entry.field.setFocus()

    def _show_busy(self) -> None:
        self.entry.set_busy(busy=self.model.is_busy)

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
