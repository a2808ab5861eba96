"""Beside the chart: a recorded dose, or an order; read it, correct it, stop it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.side_panel import SidePanel
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.chart_faces import RowFace
from sonar_desktop.ui.viewmodels.flaw import flaw_of_reason
from sonar_desktop.ui.viewmodels.medicines import EntryFace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.labels import WrapLabel, hline, label
from sonar_desktop.ui.widgets.messages import InlineMessage

_ANSWER: Final = "It waits for an answer under Plan and tasks."


class Why(QWidget):
    """A reason that somebody else can understand, and the button that acts on it.

    Signals:
        acted(str): the button was pressed with a reason long enough.
    """

    acted = Signal(str)

    def __init__(self, question: str, action: str, icon: str) -> None:
        """Take the question, the button's words and its icon."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(current().px(58))
        self._field = Field(question, self.text)
        self.button = Button(action, Variant.DANGER, icon=icon)
        column.addWidget(self._field)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.clicked.connect(self._act)
        self.text.textChanged.connect(lambda: self._field.set_problem(None))

    def _act(self) -> None:
        reason = self.text.toPlainText().strip()
        flaw = flaw_of_reason(reason)
        if flaw is not None:
            self._field.set_problem(Problem(kind=ProblemKind.REFUSED, text=flaw.text))
            self.text.setFocus()
            return
        self.acted.emit(reason)


class EntryPanel(SidePanel):
    """A recorded dose in full.

    Signals:
        vomited(): the person vomited after it.
        struck(str): it was an error, and why.
    """

    vomited = Signal()
    struck = Signal(str)

    def __init__(self, row: RowFace, face: EntryFace) -> None:
        """Take the medicine and the entry in words."""
        super().__init__(row.name, "")
        self.primary.hide()
        self.content.addWidget(WrapLabel(face.title, "h3"))
        for words in face.to_check:
            self.content.addWidget(InlineMessage(Tone.DANGER, "Check", f"{words} {_ANSWER}"))
        self.content.addWidget(_table(face.lines))
        if face.checks:
            self.content.addWidget(label("Checks as they stood", "h3"))
            for level, text in face.checks:
                self.content.addWidget(WrapLabel(f"{level}: {text}", "meta", "ink2"))
        if face.can_vomit:
            self.content.addWidget(hline())
            again = Button("Vomited after", icon="undo-2")
            again.clicked.connect(self.vomited)
            self.content.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
            self.content.addWidget(
                WrapLabel("The dose still counts: how much stayed is not known.", "meta")
            )
        if face.can_strike:
            self.content.addWidget(hline())
            why = Why("Entered in error: why?", "Strike out", "x")
            why.acted.connect(self.struck)
            self.content.addWidget(why)
        self.content.addStretch(1)


class MedicinePanel(SidePanel):
    """An order: what it says, give under it, or stop it.

    Signals:
        stopped(str): no more doses, and why.
        struck(str): the order was an error, and why.
    """

    stopped = Signal(str)
    struck = Signal(str)

    def __init__(self, row: RowFace, *, can_give: bool, can_stop: bool) -> None:
        """Take the row; nothing can be done once the person has left, or where a role may not."""
        super().__init__(row.name, "Give or record a dose")
        self.content.addWidget(WrapLabel(row.detail, "body"))
        for words in row.to_check:
            self.content.addWidget(InlineMessage(Tone.DANGER, words, _ANSWER))
        self.content.addWidget(WrapLabel(f"Given in 24hr: {row.taken}", "body", "ink2"))
        self.primary.setVisible(can_give and row.is_active)
        if can_stop and row.is_active:
            self.content.addWidget(hline())
            why = Why("Why is it stopped?", "Stop this order", "octagon-minus")
            why.acted.connect(self.stopped)
            self.content.addWidget(why)
            error = Button("It was an error: strike it out", Variant.LINK)
            error.clicked.connect(lambda: self._strike(why))
            self.content.addWidget(error, 0, Qt.AlignmentFlag.AlignLeft)
        self.content.addStretch(1)

    def _strike(self, why: Why) -> None:
        reason = why.text.toPlainText().strip()
        if flaw_of_reason(reason) is None:
            self.struck.emit(reason)
        else:
            why.button.click()


def _table(lines: tuple[tuple[str, str], ...]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for row, (name, text) in enumerate(lines):
        grid.addWidget(label(name, "meta", "ink2"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(WrapLabel(text, "body"), row, 1)
    return box
