"""A field: label above, control, unit, hint, and what is wrong with it below."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.theme.sizes import CONTROL_DENSE
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, label, set_look

_UNBOUNDED: Final = 16_777_215  # QWIDGETSIZE_MAX


class ProblemKind(StrEnum):
    """How a value is wrong: refused, unusual (kept with one key), or changed in two places."""

    REFUSED = "refused"
    UNUSUAL = "unusual"
    CONFLICT = "conflict"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong, in a sentence, and the words of the one-press answers, if any."""

    kind: ProblemKind
    text: str
    fix: str = ""
    keep: str = ""


PROBLEM_LOOKS: Final[dict[ProblemKind, tuple[str, str]]] = {
    ProblemKind.REFUSED: ("circle-alert", "danger"),
    ProblemKind.UNUSUAL: ("triangle-alert", "warn"),
    ProblemKind.CONFLICT: ("git-compare-arrows", "sync"),
}


class ProblemLine(QWidget):
    """The line under a field: icon, sentence, and a button for the suggested answer.

    Signals:
        fix_requested: "Use 5.8" was pressed.
        keep_requested: "Keep" was pressed.
    """

    fix_requested = Signal()
    keep_requested = Signal()

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(6)
        self._icon = IconLabel("circle-alert", "danger", 14)
        self._text = WrapLabel("", "metab", "danger")
        self.fix_button = Button("", height=CONTROL_DENSE)
        self.keep_button = Button("", height=CONTROL_DENSE)
        self.fix_button.clicked.connect(self.fix_requested)
        self.keep_button.clicked.connect(self.keep_requested)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self.fix_button)
        row.addWidget(self.keep_button)
        self.hide()

    def set_problem(self, problem: Problem | None) -> None:
        """Show a problem, or hide the line."""
        self.setVisible(problem is not None)
        if problem is None:
            self._text.setText("")
            return
        icon, tone = PROBLEM_LOOKS[problem.kind]
        self._icon.set_icon(icon, tone)
        set_look(self._text, "tone", tone)
        self._text.setText(problem.text)
        self.fix_button.setText(problem.fix)
        self.fix_button.setVisible(bool(problem.fix))
        self.keep_button.setText(problem.keep)
        self.keep_button.setVisible(bool(problem.keep))


class Field(QWidget):
    """A labelled control; the label is its buddy and gives it its accessible name.

    Signals:
        fix_requested: the suggested value was asked for.
        keep_requested: the unusual value stands.
    """

    fix_requested = Signal()
    keep_requested = Signal()

    def __init__(
        self, text: str, control: QWidget, *, unit: str = "", hint: str = "", required: bool = False
    ) -> None:
        """Take the label's words, the control, its unit and a hint shown above the control."""
        super().__init__()
        self.control = control
        self._hint_text = hint
        words = f"{text} (required)" if required else text
        self.label: QLabel = label(words, "metab")
        self.label.setBuddy(control)
        control.setAccessibleName(words if not unit else f"{words}, {unit}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        if hint:
            column.addWidget(WrapLabel(hint, "meta"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(control, 1)
        if unit:
            row.addWidget(label(unit, "body", "ink2"))
        expands = control.sizePolicy().expandingDirections() & Qt.Orientation.Vertical
        grows = bool(expands) and control.maximumHeight() == _UNBOUNDED
        column.addLayout(row, int(grows))
        self.problem_line = ProblemLine()
        self.problem_line.fix_requested.connect(self.fix_requested)
        self.problem_line.keep_requested.connect(self.keep_requested)
        column.addWidget(self.problem_line)
        if not grows:
            column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.set_problem(None)

    def set_problem(self, problem: Problem | None) -> None:
        """Show what is wrong, or nothing; a screen reader finds it in the description."""
        set_look(self.control, "problem", str(problem.kind) if problem else "")
        self.problem_line.set_problem(problem)
        said = problem.text if problem else self._hint_text
        self.control.setAccessibleDescription(said)

    def set_locked(self, *, locked: bool) -> None:
        """Make the control read-only with a grey fill, or open it again."""
        set_look(self.control, "locked", locked)
        if isinstance(self.control, (QLineEdit, QPlainTextEdit, QTextEdit)):
            self.control.setReadOnly(locked)
        else:
            self.control.setEnabled(not locked)
