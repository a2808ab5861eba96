"""A panel beside the chart: its content scrolls, its primary button stands below it, pinned."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import CONTROL_PRIMARY
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel

PANEL_WIDTH: Final = 404


class SidePanel(Card):
    """Title, scrolled content, hint, primary button.

    Signals:
        closed(): the panel is to go.
        acted(): the primary button was pressed.
    """

    closed = Signal()
    acted = Signal()

    def __init__(self, name: str, primary: str) -> None:
        """Take the accessible name and the primary button's first words."""
        super().__init__(name, padding=14, gap=8)
        self.setFixedWidth(current().px(PANEL_WIDTH))
        head = QHBoxLayout()
        head.setSpacing(8)
        self.title = WrapLabel(name, "h2")
        head.addWidget(self.title, 1)
        self.under_title = QHBoxLayout()
        self.under_title.setSpacing(8)
        self.close_button = Button("Close", Variant.QUIET, icon="x", key="Esc", height=32)
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.body.addLayout(self.under_title)
        inside = QWidget()
        inside.setProperty("k", "surface")
        self.content = QVBoxLayout(inside)
        self.content.setContentsMargins(0, 0, 6, 0)
        self.content.setSpacing(7)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.area, 1)
        self._hint = WrapLabel("", "meta", "ink2")
        self._hint_icon = IconLabel("info", "ink3", 16)
        hint = QHBoxLayout()
        hint.setSpacing(8)
        hint.addWidget(self._hint_icon, 0, Qt.AlignmentFlag.AlignTop)
        hint.addWidget(self._hint, 1)
        self.body.addLayout(hint)
        self.primary = Button(
            primary, Variant.PRIMARY, icon="check", key="Ctrl Enter", height=CONTROL_PRIMARY
        )
        self.primary.clicked.connect(self.acted)
        self.body.addWidget(self.primary)
        self.say("")

    def say(self, hint: str) -> None:
        """Say beside the primary button why it waits, or nothing."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._hint_icon.setVisible(bool(hint))
