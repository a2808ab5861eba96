"""What the shapes of the chart mean, below it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from sonar_desktop.ui.screens.mar_slot import SLOT_LOOKS, SLOT_WORDS
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import label


class MarLegend(QWidget):
    """Icon and word of each kind of slot."""

    def __init__(self) -> None:
        """Take nothing: the kinds are fixed."""
        super().__init__()
        self.setAccessibleName("What the marks mean")
        flow = FlowLayout(self, gap=14, line_gap=4)
        for kind, words in SLOT_WORDS.items():
            icon, ink, _, _ = SLOT_LOOKS[kind]
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(5)
            row.addWidget(IconLabel(icon, ink, 14))
            row.addWidget(label(words, "meta", "ink2"))
            flow.addWidget(pair)
