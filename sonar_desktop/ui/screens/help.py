"""Help: the keys of the program, and what this PC is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from sonar_core.roles import role_word
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, label

KEYS: Final = (
    ("Ctrl+K", "Find a person by name, cell or record number"),
    ("Ctrl+L", "Lock"),
    ("Ctrl+Shift+L", "Lock and switch person"),
    ("F6, Shift+F6", "Next or previous area of the window"),
    ("Alt+B, D, R, M, H, I", "Board, Due, Referrals, Medicines, Handover, Conflicts"),
    ("Ctrl+Y", "Sync panel"),
    ("Ctrl+J", "Show or hide the queue"),
    ("Esc", "One step back: panel, record, board. Nothing is thrown away"),
    ("Ctrl+Enter", "The main button of the page"),
    ("Alt+1 to Alt+0", "Tabs of a record"),
    ("O, G, T, P, H", "Observations, give, told, plan, handover (board row or record)"),
    ("W, Alt+E", "Who looked (record), emergency access (duty manager and auditor)"),
    ("N", "New referral (board)"),
    ("Y, N, W", "Yes, no, will not say (a question)"),
    ("F8, Shift+F8", "Next or previous unanswered or wrong field"),
    ("F11", "Full screen"),
    ("F1", "This page"),
)
_WORKING_OFFLINE: Final = (
    "Without the network everything works as usual. What you enter is saved on this PC, encrypted, "
    "and sent by itself when the network is back. The pill at the top says how many changes wait. "
    "What others entered meanwhile cannot be shown: the strip says since when."
)
_TWO_VERSIONS: Final = (
    "When two people change the same thing apart from each other, both versions are kept and the "
    "safer one is in use until somebody decides under Conflicts."
)


class HelpScreen(QWidget):
    """Keys at the left, short answers at the right."""

    def __init__(self, workplace: Workplace) -> None:
        """Take the workplace: its place and person are named."""
        super().__init__()
        inner = QWidget()
        inner.setProperty("k", "canvas")
        row = QHBoxLayout(inner)
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(_keys(), 3)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(_answer("Working without the network", _WORKING_OFFLINE))
        right.addWidget(_answer("Two versions", _TWO_VERSIONS))
        actor = workplace.desk.actor
        right.addWidget(
            _answer(
                "This PC",
                f"{workplace.pc_name}, {workplace.site_name}. Signed in: {actor.name}, "
                f"{role_word(actor.role)}.",
            )
        )
        right.addStretch(1)
        row.addLayout(right, 2)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setAccessibleName("Help")
        self.area.setWidget(inner)
        self.setFocusProxy(self.area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)


def _keys() -> Card:
    card = Card("Keys", gap=10)
    card.body.addWidget(label("Keys", "h2"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(9)
    grid.setColumnStretch(1, 1)
    for row, (key, words) in enumerate(KEYS):
        grid.addWidget(label(key, "strong"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(WrapLabel(words, "body", "ink2"), row, 1)
    card.body.addLayout(grid)
    card.body.addStretch(1)
    return card


def _answer(title: str, text: str) -> Card:
    card = Card(title, gap=6)
    card.body.addWidget(label(title, "h2"))
    card.body.addWidget(WrapLabel(text, "body", "ink2"))
    return card
