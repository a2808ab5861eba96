"""Give a dose or record why not, beside the chart, with who it is for repeated above all."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from sonar_core.moments import format_time, moment_at
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.patient import Gender
from sonar_desktop.ui.forms.typed_input import TypedInput
from sonar_desktop.ui.screens.dose_checks import DoseChecks
from sonar_desktop.ui.screens.shown_problem import DraftLine, problem_of
from sonar_desktop.ui.screens.side_panel import SidePanel
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.chart_faces import medicine_name
from sonar_desktop.ui.viewmodels.dose_words import OUTCOME_TEXT, OUTCOMES, identity_sentence
from sonar_desktop.ui.viewmodels.give_dose import GiveDoseModel
from sonar_desktop.ui.viewmodels.record_faces import BannerWords
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow, TickPill
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.labels import WrapLabel, frame, hline, label
from sonar_desktop.ui.widgets.messages import InlineMessage

_TONES: Final = {
    DoseOutcome.GIVEN: Tone.OK,
    DoseOutcome.PARTLY_GIVEN: Tone.OK,
    DoseOutcome.GIVEN_BY_CUSTODY: Tone.OK,
    DoseOutcome.WITHHELD: Tone.WARN,
    DoseOutcome.REFUSED: Tone.CAUTION,
    DoseOutcome.NOT_AVAILABLE: Tone.WARN,
}


class DosePanel(SidePanel):
    """The form of one dose."""

    def __init__(self, model: GiveDoseModel, banner: BannerWords, gender: Gender) -> None:
        """Take the model, and who it is for."""
        name = medicine_name(model.line.order)
        super().__init__(name, model.primary_text)
        self.model = model
        self._texts: dict[str, TypedInput] = {}
        self._fields: dict[str, Field] = {}
        self._ticks: dict[str, TickPill] = {}
        self._head(model)
        self.content.addWidget(_identity(banner))
        self._ticks["identity"] = TickPill(identity_sentence(gender))
        self.content.addWidget(self._ticks["identity"])
        self._identity_problem = WrapLabel("", "metab", "danger")
        self.content.addWidget(self._identity_problem)
        self._add_checks()
        self.content.addWidget(hline())
        self._add_outcomes()
        self._add_fields()
        self._add_override()
        self.content.addStretch(1)
        self._problem = InlineMessage(Tone.DANGER, "")
        self.content.addWidget(self._problem)
        self._problem.hide()
        self.keeping = DraftLine()
        self.content.addWidget(self.keeping)
        self._connect()
        self._show()

    def focus_first(self) -> None:
        """Go to the first thing to do."""
        self._ticks["identity"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self, model: GiveDoseModel) -> None:
        if model.held is not None:
            chip = Chip("Held back, to send again", Tone.WARN, "file-pen")
        elif model.line.is_emergency:
            chip = Chip("Emergency", Tone.DANGER, "siren")
        elif model.due_ms is None:
            chip = Chip("When needed" if model.line.order.as_needed else "Not due", Tone.NEUTRAL)
        else:
            time = format_time(moment_at(model.due_ms, model.workplace.zone))
            late = model.due_ms < model.workplace.clock.latest_ms()
            chip = Chip(f"{'Late' if late else 'Due'} {time}", Tone.ACCENT, "bell-ring")
        self.under_title.addWidget(chip)
        self.under_title.addStretch(1)

    def _add_checks(self) -> None:
        row = QHBoxLayout()
        row.addWidget(label("Safety checks", "h3"))
        row.addStretch(1)
        self._count = label("", "meta", "ink2")
        row.addWidget(self._count)
        self.content.addLayout(row)
        self.checks = DoseChecks()
        self.content.addWidget(self.checks)

    def _add_outcomes(self) -> None:
        choices = [
            Choice(value=code.value, text=OUTCOME_TEXT[code], tone=_TONES.get(code, Tone.ACCENT))
            for code in _offered(self.model)
        ]
        self.outcome = ChoiceRow("What became of the dose", choices)
        self.content.addWidget(self.outcome)

    def _add_fields(self) -> None:
        order = self.model.line.order
        self.content.addWidget(self._field("custody", "Handed over by"))
        self.content.addWidget(self._field("reason", "Reason"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field("dose", "Dose", unit=order.unit), 1)
        row.addWidget(self._field("time", "When"), 1)
        row.addWidget(self._field("again", "Offer again"), 1)
        self.content.addLayout(row)
        self._echo = WrapLabel("", "meta", "ink2")
        self.content.addWidget(self._echo)

    def _add_override(self) -> None:
        self._override = frame("well")
        inside = QVBoxLayout(self._override)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(6)
        inside.addWidget(label("A prescriber says give it", "h3"))
        inside.addWidget(self._field("prescriber", "Prescriber’s name"))
        inside.addWidget(self._field("how", "How they were reached"))
        inside.addWidget(self._field("words", "What they said"))
        self._ticks["read_back"] = TickPill("Read back to the prescriber")
        inside.addWidget(self._ticks["read_back"])
        self.content.addWidget(self._override)

    def _field(self, name: str, words: str, unit: str = "") -> Field:
        line = QLineEdit()
        typed = TypedInput(name, line)
        typed.typed.connect(self._typed)
        typed.left.connect(lambda _: self.model.leave_field())
        field = Field(words, line, unit=unit)
        if name == "time":
            field.fix_requested.connect(lambda: self.model.answer_time(fix=True))
            field.keep_requested.connect(lambda: self.model.answer_time(fix=False))
        self._texts[name] = typed
        self._fields[name] = field
        return field

    def _typed(self, name: str, text: str) -> None:
        if name == "time":
            self.model.set_time(text)
        else:
            self.model.set_text(name, text)

    def _connect(self) -> None:
        model = self.model
        model.refreshed.connect(self._show)
        model.refused.connect(self._refuse)
        model.draft.changed.connect(self._show_draft)
        self.acted.connect(model.record)
        self.outcome.chosen.connect(lambda value: model.choose(DoseOutcome(value)))
        for name, tick in self._ticks.items():
            tick.toggled.connect(lambda is_on, name=name: model.set_tick(name, is_on=is_on))

    def _show(self) -> None:
        model, found = self.model, self.model.texts
        self.checks.set_checks(model.checks)
        self._count.setText(model.count_text)
        self.outcome.set_value(found.code or None)
        for name, tick in self._ticks.items():
            tick.setChecked(getattr(found, name))
        for name, typed in self._texts.items():
            typed.show_text(found.time.typed if name == "time" else getattr(found, name))
            self._fields[name].set_problem(problem_of(model.flaws.get(name)))
        when = model.when
        if when.flaw is not None and found.time.typed != "now":
            self._fields["time"].set_problem(problem_of(when.flaw))
        self._echo.setText(" ".join(part for part in (when.echo, when.late) if part))
        self._fields["dose"].control.setEnabled(model.code is None or model.takes_dose)
        self._fields["custody"].setVisible(model.code is DoseOutcome.GIVEN_BY_CUSTODY)
        self._fields["again"].setVisible(model.code is not None and not model.takes_dose)
        self._override.setVisible(model.may_overrule)
        said = model.flaws.get("identity")
        self._identity_problem.setText("" if said is None else said.text)
        self._identity_problem.setVisible(said is not None)
        stop = next((f for n, f in model.flaws.items() if n.startswith("check.")), None)
        if stop is not None:
            self._problem.set_message(Tone.DANGER, "Not recorded", stop.text)
        self._problem.setVisible(stop is not None)
        read_back = model.flaws.get("read_back")
        if read_back is not None:
            problem = Problem(kind=ProblemKind.REFUSED, text=read_back.text)
            self._fields["words"].set_problem(problem)
        self.primary.setText(model.primary_text)
        self.primary.setEnabled(model.can_record)
        self.say(model.hint)

    def _show_draft(self) -> None:
        self.keeping.show_face(self.model.draft.face)

    def _refuse(self, sentence: str) -> None:
        self._problem.set_message(Tone.DANGER, "Not recorded", sentence)
        self._problem.show()


def _offered(model: GiveDoseModel) -> tuple[DoseOutcome, ...]:
    """Return what can be said of the dose: that it was vomited only of one that says so."""
    vomited = DoseOutcome.VOMITED
    return (*OUTCOMES, vomited) if model.code is vomited else OUTCOMES


def _identity(banner: BannerWords) -> QWidget:
    """Return who it is for, on navy as the banner: one look before giving."""
    box = frame("identity")
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 8, 12, 8)
    column.setSpacing(2)
    column.addWidget(WrapLabel(banner.name, "h2", "onbanner"))
    born = banner.born or "Not Known"
    detail = f"Born {born} · {banner.custody_record} · Cell {banner.cell or 'Not Known'}"
    column.addWidget(WrapLabel(detail, "body", "onbanner2"))
    box.setAccessibleName(f"{banner.name}. {detail}")
    box.setMinimumHeight(current().px(52))
    return box
