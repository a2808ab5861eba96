"""One entry of the sync panel that is held back: what, why, what to do, and the way there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.sync_faces import EntryLine
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.messages import InlineMessage


class HeldEntry(QFrame):
    """A message with the buttons under it, as the panel is too narrow for one beside the words.

    Signals:
        correct_wanted(): it is to be opened in its form.
        open_wanted(): it is to be shown on its record.
    """

    correct_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, line: EntryLine) -> None:
        """Take the entry in words."""
        super().__init__()
        where = f"{line.words}, {line.where}, {line.time}" if line.where else line.words
        head = "Held back, corrected" if line.is_corrected else "Held back"
        self.message = InlineMessage(
            Tone.NEUTRAL if line.is_corrected else Tone.WARN,
            f"{head}: {where}",
            f"Why: {line.why}\nWhat to do: {line.do}",
            icon="file-pen" if line.is_corrected else "octagon-minus",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.message)
        self.correct = Button("Correct and send again", icon="file-pen", height=36)
        self.open = Button("Open", icon="book-open", height=36)
        self.correct.setAccessibleName(f"Correct and send again: {where}")
        self.open.setAccessibleName(f"Open: {where}")
        self.correct.clicked.connect(self.correct_wanted)
        self.open.clicked.connect(self.open_wanted)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=8)
        for button, is_there in (
            (self.correct, line.can_correct),
            (self.open, line.is_on_record),
        ):
            flow.addWidget(button)
            if not is_there:
                button.hide()
        column.addWidget(buttons)
        if not line.is_on_record:
            buttons.hide()
