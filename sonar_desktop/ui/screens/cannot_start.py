"""Why the program cannot start on this PC, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, label


class CannotStart(QWidget):
    """One sentence and a button; nothing has been changed."""

    def __init__(self, sentence: str) -> None:
        """Take the sentence."""
        super().__init__()
        self.setProperty("k", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("SONAR Desktop")
        card = Card("SONAR cannot start", padding=28, gap=12)
        card.setFixedWidth(current().px(520))
        card.body.addWidget(IconLabel("octagon-alert", "danger", 28))
        card.body.addWidget(label("SONAR cannot start here", "h1"))
        card.body.addWidget(WrapLabel(sentence, "input", "ink"))
        self.close_button = Button("Close", height=44)
        self.close_button.clicked.connect(self.close)
        card.body.addWidget(self.close_button)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.resize(800, 540)
