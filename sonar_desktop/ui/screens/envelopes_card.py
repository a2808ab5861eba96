"""Making the sealed envelopes of this PC: their codes, shown once to be written down."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.envelopes import EnvelopesModel
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.messages import InlineMessage, announce

_TEXT: Final = (
    "An envelope lets somebody who has no sign-in here work for 12 hours while the server cannot "
    "be reached, once. Keep them in the suite's safe, apart from this PC."
)
_MADE: Final = (
    "Write each code in block letters on a card of its own with the name of this PC and the "
    "number, read it back, seal it, and put it into the safe. The codes are kept nowhere: they "
    "are gone when you press Done, leave this page or the screen locks, which it does five minutes "
    "after the last key. All earlier envelopes of this PC are void."
)


class EnvelopesCard(QWidget):
    """One line while nothing is made; the codes after that, until they are written down."""

    def __init__(self, model: EnvelopesModel) -> None:
        """Take the model; nothing is shown to whoever may not make envelopes."""
        super().__init__()
        self.model = model
        self.make = Button("Make new envelopes", icon="key-round")
        self.done = Button("Done: they are written down", icon="check")
        self._left = WrapLabel("", "body", "ink2")
        self._words = WrapLabel(_MADE, "body", "ink")
        self.problem = InlineMessage(Tone.WARN, "", "")
        self.codes = QWidget()
        self._codes = QVBoxLayout(self.codes)
        self._codes.setContentsMargins(0, 4, 0, 4)
        self._codes.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._left, 1)
        row.addWidget(self.make, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(row)
        for part in (self.problem, self._words, self.codes):
            whole.addWidget(part)
        whole.addWidget(self.done, 0, Qt.AlignmentFlag.AlignLeft)
        self.make.clicked.connect(model.make)
        self.done.clicked.connect(self._forget)
        model.changed.connect(self._show)
        self._show()
        if not model.is_offered:
            # Never shown from here: without a parent yet it would be a window of its own and take
            # the keyboard.
            self.hide()

    def _forget(self) -> None:
        self.model.forget()
        self.make.setFocus()

    def _show(self) -> None:
        model = self.model
        left = model.left if model.is_offered else 0
        count = {0: "No unused envelope", 1: "1 unused envelope"}.get(
            left, f"{left} unused envelopes"
        )
        self._left.setText(f"{count} of this PC left. {_TEXT}")
        self.make.setEnabled(not model.is_busy)
        self.problem.set_message(Tone.WARN, "No envelope was made", model.problem)
        self.problem.setVisible(bool(model.problem))
        has_codes = bool(model.made)
        for part in (self._words, self.codes, self.done):
            part.setVisible(has_codes)
        self._left.setVisible(not has_codes)
        self.make.setVisible(not has_codes)
        while (item := self._codes.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.deleteLater()
        for envelope in model.made:
            shown = label(f"Envelope {envelope.number}:  {envelope.code}", "h2")
            shown.setAccessibleName(f"Envelope {envelope.number}: {' '.join(envelope.code)}")
            self._codes.addWidget(shown)
        if has_codes:
            self.done.setFocus()
            announce(self, "Three envelopes were made. Write each code down.")
