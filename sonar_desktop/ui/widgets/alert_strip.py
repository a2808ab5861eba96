"""The strip under the banner: rules that do not hold in full, then chips, the rest behind "+2"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import Sizes, Tone, current
from sonar_desktop.ui.theme.sizes import CONTROL_DENSE, STANDARD
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, frame, label
from sonar_desktop.ui.widgets.painters import ChipFace

MOST: Final = 6
MOST_TO_CHECK: Final = 2


class AlertStrip(QFrame):
    """Rules of medicines that wait for an answer, up to six chips, and the way out of the record.

    Signals:
        answer_requested: "Answer" beside a rule was pressed.
        overflow_requested: "+2 more" was pressed.
        close_requested: "Close record" was pressed.
    """

    answer_requested = Signal()
    overflow_requested = Signal()
    close_requested = Signal()

    def __init__(self) -> None:
        """Begin with no alerts."""
        super().__init__()
        self.setProperty("k", "bar")
        self.setAccessibleName("Alerts")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.chips: list[Chip] = []
        self._shown_to_check: tuple[str, ...] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 1, 12, 1)
        whole.setSpacing(2)
        self._to_check = QVBoxLayout()
        self._to_check.setSpacing(4)
        whole.addLayout(self._to_check)
        row = QHBoxLayout()
        row.setSpacing(8)
        whole.addLayout(row)
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

    def set_alerts(
        self, faces: Sequence[ChipFace], to_check: Sequence[str] = (), *, nothing: str = ""
    ) -> None:
        """Show alerts in the order given, worst first; `to_check` are rules that do not hold.

        `nothing` is what stands where there is none of either.
        """
        self._show_to_check(tuple(to_check))
        self._flow.clear()
        self.chips = [
            Chip(face.text, face.tone, face.icon, strong=face.strong, tall=True)
            for face in faces[:MOST]
        ]
        for chip in self.chips:
            self._flow.addWidget(chip)
        if not faces and not to_check:
            self._flow.addWidget(label(nothing, "body", "ink3"))
        hidden = len(faces) - MOST
        self.more.setText(f"+{hidden} more" if hidden > 0 else "")
        self.more.setVisible(hidden > 0)

    def _show_to_check(self, to_check: tuple[str, ...]) -> None:
        """Show each in whole lines: words that name doses and times are never cut."""
        if to_check == self._shown_to_check:
            return
        self._shown_to_check = to_check
        while (item := self._to_check.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._to_check.setContentsMargins(0, 5 if to_check else 0, 0, 0)
        hidden = len(to_check) - MOST_TO_CHECK
        for place, words in enumerate(to_check[:MOST_TO_CHECK]):
            is_last = place == MOST_TO_CHECK - 1
            more = f" {hidden} more to check." if is_last and hidden > 0 else ""
            self._to_check.addWidget(self._line(words + more))

    def _line(self, words: str) -> QFrame:
        made = frame("message")
        made.setProperty("tone", Tone.DANGER)
        row = QHBoxLayout(made)
        row.setContentsMargins(10, 3, 6, 3)
        row.setSpacing(8)
        row.addWidget(IconLabel("circle-alert", "danger", 16))
        row.addWidget(WrapLabel(words, "strong", "danger"), 1)
        answer = Button("Answer", Variant.LINK, height=26)
        answer.setAccessibleDescription(words)
        answer.clicked.connect(self.answer_requested)
        row.addWidget(answer)
        return made
