"""The first sync: a bar with counts, and what is usable already."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.first_sync import FirstSyncModel
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, label
from sonar_desktop.ui.widgets.messages import InlineMessage


class FirstSyncScreen(QWidget):
    """Progress by count; the board opens by itself when its rows are in."""

    def __init__(self, model: FirstSyncModel) -> None:
        """Take the page's model."""
        super().__init__()
        self.model = model
        self.setProperty("k", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = Card("Fetching records", padding=28, gap=10)
        card.setFixedWidth(current().px(520))
        card.body.addWidget(label("Fetching this suite's records", "h1"))
        card.body.addWidget(
            WrapLabel(
                "The board opens as soon as everyone in custody now is on it. Older entries come "
                "afterwards while you work.",
                "body",
                "ink2",
            )
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the first sync")
        self.count = label("", "strong")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.count)
        card.body.addSpacing(6)
        card.body.addLayout(row)
        self._steps = [_Step() for _ in model.steps]
        for step in self._steps:
            card.body.addWidget(step)
        self.trouble = InlineMessage(
            Tone.SYNC, "Waiting for the server", icon="cloud-off", action="Try now"
        )
        self.trouble.acted.connect(model.try_now)
        card.body.addWidget(self.trouble)
        around = QHBoxLayout(self)
        around.addStretch(1)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        around.addStretch(1)
        model.changed.connect(self._show)
        self._show()

    def focus_first(self) -> None:
        """Put the keyboard on what can be pressed."""
        self._button().setFocus()

    def _button(self) -> Button:
        return self.trouble.button

    def _show(self) -> None:
        progress = self.model.progress
        done, total = progress or (0, 0)
        self.bar.setRange(0, max(total, 1) if progress else 0)
        self.bar.setValue(done)
        self.count.setText(f"{done} of {total}" if progress else "Asking the server…")
        for step, (words, is_in) in zip(self._steps, self.model.steps, strict=True):
            step.say(words, is_in=is_in)
        problem = self.model.problem
        self.trouble.set_message(Tone.SYNC, "Waiting for the server", problem, icon="cloud-off")
        self.trouble.setVisible(bool(problem))


class _Step(QWidget):
    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._icon = IconLabel("circle-dashed", "ink3", 18)
        self._text = label("", "body")
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)

    def say(self, words: str, *, is_in: bool) -> None:
        self._icon.set_icon("circle-check" if is_in else "circle-dashed", "ok" if is_in else "ink3")
        self._text.setText(words)
        self.setAccessibleName(f"{words}: {'ready' if is_in else 'coming'}")
