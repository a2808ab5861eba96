"""The row of one observation: label, big value, unit, the value before, its score."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.field import Problem, ProblemLine
from sonar_desktop.ui.widgets.labels import WrapLabel, label, set_look
from sonar_desktop.ui.widgets.marks import SubScoreBox


class BigInput(QLineEdit):
    """A value of 20 pixels, set to the right; the text is what was typed, never rounded."""

    def __init__(self, name: str, width: int = 96) -> None:
        """Take the accessible name and the width in pixels at 100 %."""
        super().__init__()
        self._width = width
        self.setProperty("k", "big")
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._measure()

    def showEvent(self, event: QShowEvent) -> None:
        """Measure with the text scale in force."""
        self._measure()
        super().showEvent(event)

    def _measure(self) -> None:
        theme = current()
        self.setFixedSize(theme.px(self._width), theme.px(36))


class ObsRow(QWidget):
    """One parameter of an observation set; values come and go through ``inputs``.

    Signals:
        fix_requested: "Use 36.3" was pressed.
        keep_requested: "Keep" was pressed.
    """

    fix_requested = Signal()
    keep_requested = Signal()

    def __init__(
        self,
        name: str,
        inputs: Sequence[QWidget],
        *,
        hint: str = "",
        unit: str = "",
        joiner: str = "/",
        scored: bool = True,
    ) -> None:
        """Take the parameter's name, its input or inputs, a hint, the unit, and whether it scores.

        Two inputs (blood pressure) stand side by side with ``joiner`` between them.
        """
        super().__init__()
        self.setAccessibleName(name)
        self.inputs = tuple(inputs)
        theme = current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(8)
        heads = QVBoxLayout()
        heads.setSpacing(0)
        heads.addStretch()
        title = WrapLabel(name, "h3")
        heads.addWidget(title)
        if hint:
            heads.addWidget(WrapLabel(hint, "meta"))
        heads.addStretch()
        row.addLayout(heads, 1)
        for number, control in enumerate(self.inputs):
            if number:
                row.addWidget(label(joiner, "h2", "ink2"))
            row.addWidget(control)
        if self.inputs:
            title.setBuddy(self.inputs[0])
        unit_label = label(unit, "body", "ink2")
        unit_label.setMinimumWidth(theme.px(52))
        row.addWidget(unit_label)
        self._previous = WrapLabel("", "meta")
        self._previous.setFixedWidth(theme.px(66))
        row.addWidget(self._previous)
        self.score: SubScoreBox | None = SubScoreBox(name) if scored else None
        if self.score is not None:
            row.addWidget(self.score)
        else:
            row.addSpacing(theme.px(40) + row.spacing())
        column.addLayout(row)
        self.problem_line = ProblemLine()
        self.problem_line.fix_requested.connect(self.fix_requested)
        self.problem_line.keep_requested.connect(self.keep_requested)
        column.addWidget(self.problem_line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def set_previous(self, text: str) -> None:
        """Show the value before and its time ("21 at 14:02")."""
        self._previous.setText(text)

    def set_sub_score(self, score: int | None) -> None:
        """Show this parameter's score, or a dashed box."""
        if self.score is not None:
            self.score.set_score(score)

    def set_missing(self, *, missing: bool) -> None:
        """Draw empty inputs dashed while the set is incomplete."""
        for control in self.inputs:
            set_look(control, "missing", missing)

    def set_problem(self, problem: Problem | None) -> None:
        """Show what is wrong with the value, or nothing."""
        for control in self.inputs:
            set_look(control, "problem", str(problem.kind) if problem else "")
            control.setAccessibleDescription(problem.text if problem else "")
        self.problem_line.set_problem(problem)
