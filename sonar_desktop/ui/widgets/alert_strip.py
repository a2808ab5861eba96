"""The strip of chips under the banner: worst first, the rest behind "+2 more"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from sonar_desktop.ui.theme import Sizes, current
from sonar_desktop.ui.theme.sizes import CONTROL_DENSE, STANDARD
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import label
from sonar_desktop.ui.widgets.painters import ChipFace

MOST: Final = 6
NO_ALERTS: Final = "No alerts recorded"


class AlertStrip(QFrame):
    """Up to six chips and the way out of the record.

    Signals:
        overflow_requested: "+2 more" was pressed.
        close_requested: "Close record" was pressed.
    """

    overflow_requested = Signal()
    close_requested = Signal()

    def __init__(self) -> None:
        """Begin with no alerts."""
        super().__init__()
        self.setProperty("k", "bar")
        self.setAccessibleName("Alerts")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.chips: list[Chip] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 12, 1)
        row.setSpacing(8)
        box = QWidget()
        self._flow = FlowLayout(box, gap=9, line_gap=5)
        self._flow.setContentsMargins(0, 3, 0, 3)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        box.setSizePolicy(policy)
        self.more = Button("", Variant.LINK, height=26)
        self.more.clicked.connect(self.overflow_requested)
        self.close_button = Button(
            "Close record", Variant.QUIET, icon="x", key="Esc", height=CONTROL_DENSE
        )
        self.close_button.clicked.connect(self.close_requested)
        row.addWidget(box, 1)
        row.addWidget(self.more)
        row.addWidget(self.close_button)
        self.set_sizes(STANDARD)
        self.set_alerts(())

    def set_sizes(self, sizes: Sizes) -> None:
        """Take the least height of the layout in force."""
        self.setMinimumHeight(current().px(sizes.strip))

    def set_alerts(self, faces: Sequence[ChipFace]) -> None:
        """Show alerts in the order given, worst first."""
        self._flow.clear()
        self.chips = [
            Chip(face.text, face.tone, face.icon, strong=face.strong, tall=True)
            for face in faces[:MOST]
        ]
        for chip in self.chips:
            self._flow.addWidget(chip)
        if not faces:
            self._flow.addWidget(label(NO_ALERTS, "body", "ink3"))
        hidden = len(faces) - MOST
        self.more.setText(f"+{hidden} more" if hidden > 0 else "")
        self.more.setVisible(hidden > 0)
