"""The card of fitness decisions: what holds for each purpose, and the place to decide anew."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sonar_core.records.fitness_outcome import FitnessPurpose
from sonar_desktop.ui.forms.typed_input import TypedInput
from sonar_desktop.ui.screens.shown_problem import DraftLine, problem_of
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.fitness import OUTCOME_NAMES, DecisionFace, FitnessModel
from sonar_desktop.ui.viewmodels.held_words import HELD_FORM
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.field import Field
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, frame, hline, label, set_tone
from sonar_desktop.ui.widgets.messages import InlineMessage
from sonar_desktop.ui.widgets.wheel_guard import WheelGuard

_ALWAYS: Final = (FitnessPurpose.DETAINED, FitnessPurpose.INTERVIEWED)
_NONE: Final = "Not asked"


class DecisionRow(QWidget):
    """One purpose: its name, the outcome, until when, and whether custody was told.

    Signals:
        chosen(str): an outcome was chosen.
    """

    chosen = Signal(str)

    def __init__(self, face: DecisionFace) -> None:
        super().__init__()
        theme = current()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(8)
        name = label(face.name, "strong")
        name.setMinimumWidth(theme.px(80))
        self.outcome = QComboBox()
        WheelGuard(self.outcome)
        self.outcome.setAccessibleName(f"Fit to be {face.name.lower()}")
        self.outcome.setFixedWidth(theme.px(204))
        self.outcome.setPlaceholderText(_NONE)
        for value, words in OUTCOME_NAMES.items():
            self.outcome.addItem(words, value)
        self.outcome.setCurrentIndex(-1)
        name.setBuddy(self.outcome)
        notes = QVBoxLayout()
        notes.setSpacing(0)
        self.until = WrapLabel("", "meta")
        self.told = WrapLabel("", "metab")
        notes.addWidget(self.until)
        notes.addWidget(self.told)
        row.addWidget(name)
        row.addWidget(self.outcome)
        row.addLayout(notes, 1)
        self.outcome.currentIndexChanged.connect(self._tell)

    def show_face(self, face: DecisionFace, writing: str | None) -> None:
        """Show what holds, or the outcome that is being written."""
        value = writing or face.outcome
        at = -1 if value is None else self.outcome.findData(value)
        self.outcome.blockSignals(True)
        self.outcome.setCurrentIndex(at)
        self.outcome.blockSignals(False)
        is_new = writing is not None
        self.until.setText("" if is_new else face.until)
        self.until.setVisible(bool(self.until.text()))
        told = "Not signed" if is_new else (face.told if face.outcome else "")
        if face.is_provisional and not is_new:
            told = f"{told}, needs a decision"
        self.told.setText(told)
        set_tone(self.told, "accent" if is_new else ("ok" if face.is_told else "danger"))

    def _tell(self, at: int) -> None:
        if at >= 0:
            self.chosen.emit(str(self.outcome.itemData(at)))


class FitnessPanel(Card):
    """The decisions of one stay.

    Signals:
        decided(str): a decision was signed; its id, so that custody can be told.
        changed(): the decisions were read again.
    """

    decided = Signal(str)
    changed = Signal()

    def __init__(self, workplace: Workplace, episode: str, held: str | None = None) -> None:
        """Open the card; it fills itself once the record is read.

        `held` names a decision that the server holds back, to be corrected and sent again.
        """
        super().__init__("Fitness decisions", gap=4)
        self.model = FitnessModel(workplace, episode, held)
        self.rows: dict[FitnessPurpose, DecisionRow] = {}
        self.inputs: dict[str, TypedInput] = {}
        self._fields: dict[str, Field] = {}
        self._shows_all = False
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("scale", "ink2", 18))
        head.addWidget(label("Fitness decisions", "h3"))
        head.addStretch()
        head.addWidget(Chip("not a score: your judgement", Tone.NEUTRAL, outlined=True))
        self.body.addLayout(head)
        self.again = InlineMessage(Tone.WARN, *HELD_FORM, icon="file-pen")
        self.again.hide()
        self.body.addWidget(self.again)
        self._lines: dict[FitnessPurpose, QWidget] = {}
        for face in self.model.faces:
            self._add_row(face)
        self.body.addWidget(self._more_row())
        self.editor = self._build_editor()
        self.body.addWidget(self.editor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._connect()
        self.setEnabled(False)
        self._show()

    def close_panel(self) -> None:
        """Put the draft on disk and stop: the panel is about to go."""
        self.model.close()

    def save_now(self) -> None:
        """Put the draft on disk at once."""
        self.model.draft.save_now()

    def go_to_first(self) -> None:
        """Move the focus to the first decision."""
        self.rows[FitnessPurpose.DETAINED].outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_row(self, face: DecisionFace) -> None:
        row = DecisionRow(face)
        row.chosen.connect(lambda value, purpose=face.purpose: self.model.begin(purpose, value))
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self.rows:
            column.addWidget(hline())
        column.addWidget(row)
        self.rows[face.purpose] = row
        self._lines[face.purpose] = box
        self.body.addWidget(box)

    def _more_row(self) -> QWidget:
        box = QWidget()
        self._more = box
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(hline())
        row = QHBoxLayout()
        row.setSpacing(8)
        self._more_text = WrapLabel("", "body", "ink2")
        row.addWidget(self._more_text, 1)
        row.addWidget(Chip(_NONE, Tone.NEUTRAL, "circle-dashed"))
        self.add = Button("Add", Variant.LINK, icon="plus", height=32)
        self.add.setAccessibleName("Add a decision for another purpose")
        self.add.clicked.connect(self._show_every_row)
        row.addWidget(self.add)
        column.addLayout(row)
        return box

    def _build_editor(self) -> QWidget:
        well = frame("well")
        column = QVBoxLayout(well)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        self._editor_title = label("", "h3")
        column.addWidget(self._editor_title)
        conditions, reason = QPlainTextEdit(), QPlainTextEdit()
        for control in (conditions, reason):
            control.setFixedHeight(current().px(54))
        self._watch("conditions", conditions)
        self._watch("reason", reason)
        column.addWidget(self._field("conditions", "Conditions, one to a line", conditions))
        column.addWidget(self._field("reason", "Why", reason))
        times = QHBoxLayout()
        times.setSpacing(8)
        for name, words in (("valid_until", "Valid until"), ("review_at", "Review at")):
            line = QLineEdit()
            line.setPlaceholderText("+2h, 16:00")
            self._watch(name, line)
            times.addWidget(self._field(name, words, line), 1)
        column.addLayout(times)
        self.refusal = WrapLabel("", "metab", "danger")
        self.refusal.hide()
        column.addWidget(self.refusal)
        self.draft_state = DraftLine()
        column.addWidget(self.draft_state)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        self.cancel = Button("Discard", Variant.QUIET)
        self.sign = Button("Sign decision", Variant.PRIMARY, icon="check", height=44)
        row.addWidget(self.cancel)
        row.addWidget(self.sign)
        column.addLayout(row)
        return well

    def _field(self, name: str, words: str, control: QWidget) -> Field:
        field = Field(words, control)
        self._fields[name] = field
        return field

    def _watch(self, name: str, field: QLineEdit | QPlainTextEdit) -> None:
        watched = TypedInput(name, field)
        watched.typed.connect(self._typed)
        watched.left.connect(self.model.leave)
        watched.stood.connect(self.model.stand_at)
        self.inputs[name] = watched

    def _connect(self) -> None:
        model = self.model
        model.opened.connect(self._fill)
        model.refreshed.connect(self._show)
        model.edited.connect(self._show)
        model.focus_wanted.connect(self._go_to)
        model.decided.connect(self.decided)
        model.refused.connect(self._say_refused)
        model.draft.changed.connect(self._show_draft)
        self.sign.clicked.connect(model.sign)
        self.cancel.clicked.connect(model.discard)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            shortcut = QShortcut(QKeySequence(keys), self, context=context)
            shortcut.activated.connect(model.sign)

    def _fill(self) -> None:
        self.setEnabled(True)
        self._show()
        if self.model.only is not None:
            self.rows[self.model.only].outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, name: str, text: str) -> None:
        self.refusal.hide()
        self.model.type(name, text)

    def _show_every_row(self) -> None:
        self._shows_all = True
        self._show()
        self.rows[FitnessPurpose.CHARGED].outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        model = self.model
        entry = model.entry
        closed = []
        for face in model.faces:
            writing = None
            if entry is not None and entry.purpose is face.purpose:
                writing = entry.outcome.value
                self._editor_title.setText(f"{face.name}: {OUTCOME_NAMES[writing].lower()}")
            self.rows[face.purpose].show_face(face, writing)
            is_open = self._shows_all or face.purpose in _ALWAYS or bool(face.outcome or writing)
            if model.only is not None:
                self._lines[face.purpose].setVisible(face.purpose is model.only)
                continue
            self._lines[face.purpose].setVisible(is_open)
            if not is_open:
                closed.append(face.name)
        self.again.setVisible(model.only is not None)
        self._more.setVisible(bool(closed))
        self._more_text.setText(", ".join(closed).capitalize())
        self.editor.setVisible(entry is not None)
        if entry is not None:
            flaws = model.flaws
            for name, watched in self.inputs.items():
                watched.show_text(entry.text(name))
                self._fields[name].set_problem(problem_of(flaws.get(name)))
        self._fields["conditions"].setVisible(model.needs_conditions)
        self.sign.setEnabled(not model.is_signing)
        self._show_draft()
        self.changed.emit()

    def _show_draft(self) -> None:
        self.draft_state.show_face(self.model.draft.face)

    def _go_to(self, name: str) -> None:
        found = self.inputs.get(name)
        entry = self.model.entry
        if found is not None:
            found.holder.setFocus(Qt.FocusReason.OtherFocusReason)
        elif entry is not None:
            self.rows[entry.purpose].outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_refused(self, words: str) -> None:
        self.refusal.setText(f"Not signed. {words}")
        self.refusal.show()
        self._show()
