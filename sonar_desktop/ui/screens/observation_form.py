"""The left side of the observations tab: one row for each measurement, in measuring order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.forms.keyed_choices import KeyedChoices
from sonar_desktop.ui.forms.typed_input import SuggestionList, TypedInput
from sonar_desktop.ui.screens.shown_problem import DraftLine
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import CONTROL_DENSE
from sonar_desktop.ui.viewmodels.time_entry import LATE_REASONS
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemLine
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, hline, label, set_look
from sonar_desktop.ui.widgets.marks import SubScoreBox
from sonar_desktop.ui.widgets.obs_row import BigInput, ObsRow
from sonar_desktop.ui.widgets.segmented import Segmented

AIR, OXYGEN = "air", "oxygen"
LEVELS: Final = (
    ("A", "Alert"),
    ("C", "New confusion"),
    ("V", "Voice"),
    ("P", "Pain"),
    ("U", "Unresponsive"),
)
_EXTRA_NAMES: Final = (
    ("pupils", "Pupils"),
    ("gcs", "GCS"),
    ("peak_flow", "Peak flow"),
    ("pain", "Pain"),
)


class ConsciousnessRow(QWidget):
    """ACVPU over the whole width: title and the value before above, the pills below."""

    def __init__(self) -> None:
        super().__init__()
        self.choices = ChoiceRow(
            "Consciousness",
            [Choice(value=letter, text=text) for letter, text in LEVELS],
            gap=4,
            tight=True,
        )
        self.keys = KeyedChoices(self.choices, {letter.lower(): letter for letter, _ in LEVELS})
        self.score = SubScoreBox("Consciousness")
        self._previous = label("", "meta")
        heads = QHBoxLayout()
        heads.addWidget(label("Consciousness", "h3"))
        heads.addSpacing(8)
        heads.addWidget(label("keys A C V P U", "meta"))
        heads.addStretch()
        heads.addWidget(self._previous)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addLayout(heads)
        column.addWidget(self.choices)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 3, 0, 4)
        row.setSpacing(10)
        row.addLayout(column, 1)
        row.addWidget(self.score, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def set_previous(self, text: str) -> None:
        """Show the level before and its time."""
        self._previous.setText(text)


class ObservationForm(QScrollArea):
    """Every field of a set of observations.

    Signals:
        typed, left, stood: as `TypedInput`, for every text field by its name.
        fix_requested, keep_requested: the answers beside a field.
        air_chosen(bool), level_chosen(str), scale_chosen(int), extra_requested(str).
        now_requested, amend_requested.
    """

    typed = Signal(str, str)
    left = Signal(str)
    stood = Signal(str, int)
    fix_requested = Signal(str)
    keep_requested = Signal(str)
    air_chosen = Signal(bool)
    level_chosen = Signal(str)
    scale_chosen = Signal(int)
    extra_requested = Signal(str)
    now_requested = Signal()
    amend_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inputs: dict[str, TypedInput] = {}
        self.rows: dict[str, ObsRow] = {}
        self._boxes: dict[str, QWidget] = {}
        self.problem_lines: dict[str, ProblemLine | Field] = {}
        self.draft_state = DraftLine()
        page = QWidget()
        page.setProperty("k", "page")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(14, 10, 14, 12)
        self._column.setSpacing(1)
        self._build_head()
        self._build_measured()
        self._build_extras()
        self._build_foot()
        self.setWidget(page)

    # What is shown

    def show_text(self, name: str, text: str) -> None:
        """Show what stands in a field."""
        self.inputs[name].show_text(text)

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Show what is wrong with a field, or nothing."""
        holder = self.problem_lines.get(name)
        if holder is not None:
            holder.set_problem(problem)
            set_look(self.inputs[name].field, "problem", str(problem.kind) if problem else "")

    def set_row_problem(self, names: tuple[str, ...], about: str, problem: Problem | None) -> None:
        """Show what is wrong with one of a row's fields; only that one is red."""
        row = self.rows[names[0]]
        row.setProperty("about", about)
        row.set_problem(problem)
        for name in names:
            if name != about and name in self.inputs:
                set_look(self.inputs[name].field, "problem", "")

    def go_to(self, name: str, cursor: int | None = None) -> None:
        """Move the focus to a field and into view."""
        target: QWidget
        if name == "on_oxygen":
            target = _chosen_pill(self.air)
        elif name == "consciousness":
            target = _chosen_pill(self.level.choices)
        else:
            found = self.inputs.get(name)
            if found is None:
                return
            target = found.holder
            if cursor is not None:
                found.stand_at(cursor)
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(target, 24, 48)

    def show_extras(
        self, open_ones: tuple[str, ...], fields: Mapping[str, tuple[str, ...]], *, on_oxygen: bool
    ) -> None:
        """Show the rows of the extras that were added, and the flow of oxygen where it runs."""
        for name, names in fields.items():
            is_open = name in open_ones
            row = self.pupils_field if name == "pupils" else self._boxes[names[0]]
            row.setVisible(is_open)
            self.add_buttons[name].setVisible(not is_open)
        self.add_row.setVisible(len(open_ones) < len(fields))
        self._boxes["oxygen_litres"].setVisible(on_oxygen)

    # How it is built

    def _build_head(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(IconLabel("activity", "ink2", 18))
        self.title = label("Record observations", "h3")
        title.addWidget(self.title)
        title.addStretch()
        title.addWidget(self.draft_state)
        self._column.addLayout(title)
        self._column.addSpacing(4)
        self._column.addLayout(self._time_row())
        self._add_line("performed_at")
        reasons = SuggestionList("Why is it written now?", LATE_REASONS)
        self._watch("late_reason", reasons.line, holder=reasons)
        self.late_field = Field("Why is it written now?", reasons)
        self.problem_lines["late_reason"] = self.late_field
        self._column.addWidget(self.late_field)
        self.amending_field = self._worded("amending", "Why is the entry amended?")
        self._column.addWidget(self.amending_field)
        self._column.addSpacing(3)

    def _time_row(self) -> QHBoxLayout:
        theme = current()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("Observed at", "metab"))
        field = QLineEdit()
        field.setAccessibleName("Observed at")
        field.setFixedWidth(theme.px(124))
        self._watch("performed_at", field)
        self.now_button = Button("Now")
        self.now_button.setAccessibleName("Observed now")
        self.now_button.clicked.connect(self.now_requested)
        self.echo = WrapLabel("", "meta")
        self.scale = Segmented("SpO2 scale", ("1", "2"))
        self.scale.chosen.connect(lambda index: self.scale_chosen.emit(index + 1))
        row.addWidget(field)
        row.addWidget(self.now_button)
        row.addWidget(self.echo, 1)
        row.addWidget(label("SpO2 scale", "metab"))
        row.addWidget(self.scale)
        return row

    def _build_measured(self) -> None:
        self._number("respiratory_rate", "Respiration rate", "/min", hint="count for one minute")
        self._number("spo2", "Oxygen saturation", "%", hint="SpO2 scale 1")
        self.decided_field = self._worded(
            "scale_2_decided_by", "Scale 2, target 88 to 92 %: who decided, and when?"
        )
        self._column.addWidget(self.decided_field)
        self.air = ChoiceRow(
            "Air or oxygen", (Choice(value=AIR, text="Air"), Choice(value=OXYGEN, text="Oxygen"))
        )
        self.air.setFixedWidth(current().px(210))
        KeyedChoices(self.air, {"a": AIR, "o": OXYGEN}, toggles=True)
        self.air.chosen.connect(lambda value: self.air_chosen.emit(value == OXYGEN))
        self._row("on_oxygen", ObsRow("Air or oxygen", [self.air]))
        self._number("oxygen_litres", "Oxygen flow", "L/min", scored=False)
        self._pressure()
        self._number("pulse", "Pulse", "/min")
        self.level = ConsciousnessRow()
        self.level.choices.chosen.connect(self.level_chosen)
        self._column.addWidget(hline())
        self._column.addWidget(self.level)
        self._number("temperature", "Temperature", "°C", hint="one decimal")
        self._number("glucose", "Blood glucose", "mmol/L", scored=False)

    def _build_extras(self) -> None:
        self._number("peak_flow", "Peak flow", "L/min", hint="best of three", scored=False)
        self._number("pain", "Pain", "of 10", hint="0 none, 10 worst", scored=False)
        parts = (("gcs_eye", "Eye"), ("gcs_verbal", "Verbal"), ("gcs_motor", "Motor"))
        inputs = []
        for name, word in parts:
            field = BigInput(f"Glasgow Coma Scale, {word}", width=62)
            field.setPlaceholderText(word[0])
            self._watch(name, field)
            inputs.append(field)
        self.coma = ObsRow(
            "Glasgow Coma Scale", inputs, hint="E 1-4, V 1-5, M 1-6", joiner="", scored=False
        )
        for name, _word in parts:
            self.rows[name] = self.coma
        self._wire("gcs_eye", self.coma)
        self._place("gcs_eye", self.coma)
        self.pupils_field = self._worded("pupils", "Pupils: size and reaction, right and left")
        self._column.addWidget(self.pupils_field)
        self._column.addWidget(hline())
        self.add_row = QWidget()
        flow = FlowLayout(self.add_row, gap=8)
        self.add_row.setContentsMargins(0, 6, 0, 4)
        flow.addWidget(label("Add", "metab"))
        self.add_buttons: dict[str, Button] = {}
        for name, words in _EXTRA_NAMES:
            button = Button(words, icon="plus", height=CONTROL_DENSE)
            button.setAccessibleName(f"Add {words}")
            button.clicked.connect(lambda _=False, name=name: self.extra_requested.emit(name))
            self.add_buttons[name] = button
            flow.addWidget(button)
        self._column.addSpacing(6)
        self._column.addWidget(self.add_row)

    def _build_foot(self) -> None:
        notes = QPlainTextEdit()
        notes.setFixedHeight(current().px(64))
        self._watch("notes", notes)
        self._column.addSpacing(4)
        self._column.addWidget(Field("Notes", notes))
        self._column.addStretch()
        hint = QHBoxLayout()
        hint.setSpacing(8)
        hint.addWidget(IconLabel("keyboard", "ink3", 16))
        words = "Enter goes on. Type R in a field where the person refuses."
        hint.addWidget(WrapLabel(words, "meta"), 1)
        self._column.addSpacing(6)
        self._column.addLayout(hint)
        last = QHBoxLayout()
        last.setSpacing(8)
        self.last_line = WrapLabel("", "meta")
        self.amend_button = Button("Amend", Variant.LINK, height=CONTROL_DENSE)
        self.amend_button.setAccessibleName("Amend the last signed observations")
        self.amend_button.clicked.connect(self.amend_requested)
        last.addWidget(IconLabel("history", "ink3", 16))
        last.addWidget(self.last_line, 1)
        last.addWidget(self.amend_button)
        self.last_row = QWidget()
        last.setContentsMargins(0, 0, 0, 0)
        self.last_row.setLayout(last)
        self._column.addWidget(self.last_row)

    def _number(
        self, name: str, title: str, unit: str, *, hint: str = "", scored: bool = True
    ) -> None:
        field = BigInput(f"{title}, {unit}")
        self._watch(name, field)
        self._row(name, ObsRow(title, [field], hint=hint, unit=unit, scored=scored))

    def _pressure(self) -> None:
        upper = BigInput("Systolic blood pressure, mmHg", width=80)
        lower = BigInput("Diastolic blood pressure, mmHg", width=80)
        self._watch("systolic_bp", upper)
        self._watch("diastolic_bp", lower)
        row = ObsRow("Blood pressure", [upper, lower], hint="systolic / diastolic", unit="mmHg")
        self._row("systolic_bp", row)
        self.rows["diastolic_bp"] = row

    def _row(self, name: str, row: ObsRow) -> None:
        self.rows[name] = row
        self._wire(name, row)
        self._place(name, row)

    def _place(self, name: str, row: ObsRow) -> None:
        """Set the row under its own line, so that both come and go together."""
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hline())
        column.addWidget(row)
        self._boxes[name] = box
        self._column.addWidget(box)

    def _wire(self, name: str, row: ObsRow) -> None:
        row.fix_requested.connect(lambda: self.fix_requested.emit(self._wrong(row, name)))
        row.keep_requested.connect(lambda: self.keep_requested.emit(self._wrong(row, name)))

    def _wrong(self, row: ObsRow, name: str) -> str:
        """Return which of a row's fields the problem shown is about."""
        return str(row.property("about") or name)

    def _worded(self, name: str, words: str) -> Field:
        control = QLineEdit()
        self._watch(name, control)
        field = Field(words, control)
        self.problem_lines[name] = field
        return field

    def _add_line(self, name: str) -> None:
        line = ProblemLine()
        line.fix_requested.connect(lambda: self.fix_requested.emit(name))
        line.keep_requested.connect(lambda: self.keep_requested.emit(name))
        self.problem_lines[name] = line
        self._column.addWidget(line)

    def _watch(
        self, name: str, field: QLineEdit | QPlainTextEdit, holder: QWidget | None = None
    ) -> None:
        watched = TypedInput(name, field, holder=holder)
        watched.typed.connect(self.typed)
        watched.left.connect(self.left)
        watched.stood.connect(self.stood)
        self.inputs[name] = watched


def _chosen_pill(row: ChoiceRow) -> QWidget:
    return next((pill for pill in row.pills if pill.isChecked()), row.pills[0])
