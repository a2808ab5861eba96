"""One question of a questionnaire: its words, its control, its problem, and its local plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from sonar_core.forms.definition import NOT_ASKED, Answer, FormItem, ItemKind, Option
from sonar_desktop.ui.forms.keyed_choices import KeyedChoices
from sonar_desktop.ui.forms.typed_input import SuggestionList, TypedInput
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow, TickPill
from sonar_desktop.ui.widgets.conditional import ConditionalBlock
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemLine
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import WrapLabel
from sonar_desktop.ui.widgets.messages import InlineMessage

Words = Callable[[str], str]
"""The form's words as they are asked about this person."""

_LETTERS: Final = {"y": "yes", "n": "no", "w": "will-not-say"}
_NOT_ASKED_WORDS: Final = "Not asked yet"
_TRUE, _FALSE = "true", "false"


class Question(QWidget):
    """A question; `link_id` names it.

    Signals:
        chosen(str, object): linkId and the codes that are chosen now, a tuple.
        typed(str, str), left(str), stood(str, int): as `TypedInput`.
        fix_requested(str), keep_requested(str): the answers beside the field.
    """

    chosen = Signal(str, object)
    typed = Signal(str, str)
    left = Signal(str)
    stood = Signal(str, int)
    fix_requested = Signal(str)
    keep_requested = Signal(str)

    def __init__(self, item: FormItem, words: Words) -> None:
        super().__init__()
        self.item = item
        self.link_id = item.link_id
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.question = words(item.text)
        if item.is_required:
            self.question += " (required)"
        self.hint = "" if item.hint is None else words(item.hint)

    def focus_target(self) -> QWidget:
        """Return what takes the focus."""
        raise NotImplementedError

    def show_answer(self, values: Sequence[Answer], text: str) -> None:
        """Show the answer, or what was typed."""
        raise NotImplementedError

    def set_problem(self, problem: Problem | None) -> None:
        """Show what is wrong, or nothing."""
        raise NotImplementedError

    def stand_at(self, _cursor: int) -> None:
        """Go to the question, with the cursor where it stood."""
        self.focus_target().setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_question(self) -> None:
        self.column.addWidget(WrapLabel(self.question, "h3"))
        if self.hint:
            self.column.addWidget(WrapLabel(self.hint, "meta"))

    def _add_problem_line(self) -> ProblemLine:
        line = ProblemLine()
        line.fix_requested.connect(lambda: self.fix_requested.emit(self.link_id))
        line.keep_requested.connect(lambda: self.keep_requested.emit(self.link_id))
        self.column.addWidget(line)
        return line


class ChoiceQuestion(Question):
    """One of several; Y, N and W answer it, an answer of concern opens its local plan."""

    def __init__(self, item: FormItem, words: Words) -> None:
        super().__init__(item, words)
        self._say_question()
        options = _BOOLEAN if item.kind is ItemKind.BOOLEAN else item.options
        self._plans = {one.code: one for one in options if one.plan_heading}
        self._words = words
        choices = [_choice(one, words) for one in options]
        self.row = ChoiceRow(self.question, choices)
        codes = {one.code for one in options}
        letters = {key: code for key, code in _LETTERS.items() if code in codes}
        self.keys = KeyedChoices(self.row, letters)
        self.row.chosen.connect(self._choose)
        for pill in self.row.pills:
            pill.installEventFilter(self)
        self.column.addWidget(self.row)
        self.line = self._add_problem_line()
        self.plan = ConditionalBlock(f"Local plan: {item.short}", tinted=False)
        self.plan_message = InlineMessage(Tone.DANGER, "", "")
        self.plan.body.addWidget(self.plan_message)
        self.plan.set_open(is_open=False)
        self.column.addWidget(self.plan)

    def focus_target(self) -> QWidget:
        """Return the chosen pill, else the first."""
        return next((pill for pill in self.row.pills if pill.isChecked()), self.row.pills[0])

    def show_answer(self, values: Sequence[Answer], text: str) -> None:
        """Show which choice is made."""
        del text
        code = None if not values else _code(values[0])
        if self.row.value() != code:
            self.row.set_value(code)
        self._show_plan(code)

    def set_problem(self, problem: Problem | None) -> None:
        """Show what is wrong under the choices."""
        self.line.set_problem(problem)

    def _choose(self, code: str) -> None:
        self._show_plan(code)
        value: Answer = code
        if self.item.kind is ItemKind.BOOLEAN:
            value = code == _TRUE
        self.chosen.emit(self.link_id, (value,))
        self.stood.emit(self.link_id, 0)

    def _show_plan(self, code: str | None) -> None:
        option = self._plans.get(code or "")
        self.plan.set_open(is_open=option is not None)
        if option is not None:
            heading, line = option.plan_heading or "", option.plan_line or ""
            self.plan_message.set_message(Tone.DANGER, self._words(heading), self._words(line))


class ManyQuestion(Question):
    """Several of several, as ticks; "not asked yet" stands alone."""

    def __init__(self, item: FormItem, words: Words) -> None:
        super().__init__(item, words)
        self._say_question()
        box = QWidget()
        flow = FlowLayout(box, gap=6)
        self.pills: dict[str, TickPill] = {}
        for option in item.options:
            pill = TickPill(_choice(option, words).text, Tone.ACCENT)
            pill.setAccessibleDescription(self.question)
            pill.clicked.connect(lambda _=False, code=option.code: self._tick(code))
            self.pills[option.code] = pill
            flow.addWidget(pill)
        self.column.addWidget(box)
        self.line = self._add_problem_line()

    def focus_target(self) -> QWidget:
        """Return the first tick."""
        return next(iter(self.pills.values()))

    def show_answer(self, values: Sequence[Answer], text: str) -> None:
        """Show which are ticked."""
        del text
        for code, pill in self.pills.items():
            pill.setChecked(code in values)

    def set_problem(self, problem: Problem | None) -> None:
        """Show what is wrong under the ticks."""
        self.line.set_problem(problem)

    def _tick(self, code: str) -> None:
        for other, pill in self.pills.items():
            if other != code and NOT_ASKED in {code, other}:
                pill.setChecked(False)
        ticked = tuple(one for one, pill in self.pills.items() if pill.isChecked())
        self.chosen.emit(self.link_id, ticked)
        self.stood.emit(self.link_id, 0)


class TypedQuestion(Question):
    """A text, number, date or time; anything typed is kept as it is."""

    def __init__(self, item: FormItem, words: Words) -> None:
        super().__init__(item, words)
        control = self._control()
        holder = control if isinstance(control, SuggestionList) else None
        field = control.line if isinstance(control, SuggestionList) else control
        self.input = TypedInput(item.link_id, field, holder=holder)
        self.input.typed.connect(self.typed)
        self.input.left.connect(self.left)
        self.input.stood.connect(self.stood)
        # A field that shares its line has no room for a hint: the line says it below.
        hint = "" if item.is_detail and self.is_short else self.hint
        self.field = Field(self.question, control, unit=item.unit, hint=hint)
        control.setAccessibleDescription(self.hint)
        if not item.is_detail:
            self.field.label.setProperty("role", "h3")
        self.field.fix_requested.connect(lambda: self.fix_requested.emit(self.link_id))
        self.field.keep_requested.connect(lambda: self.keep_requested.emit(self.link_id))
        self.column.addWidget(self.field)

    @property
    def is_short(self) -> bool:
        """Whether it may share its line with others."""
        return self.item.kind is not ItemKind.TEXT

    def focus_target(self) -> QWidget:
        """Return the field."""
        return self.input.holder

    def show_answer(self, values: Sequence[Answer], text: str) -> None:
        """Show what was typed."""
        del values
        self.input.show_text(text)

    def set_problem(self, problem: Problem | None) -> None:
        """Show what is wrong under the field."""
        self.field.set_problem(problem)

    def stand_at(self, cursor: int) -> None:
        """Go to the field, with the cursor where it stood."""
        self.input.stand_at(cursor)

    def _control(self) -> QLineEdit | QPlainTextEdit | SuggestionList:
        if self.item.kind is ItemKind.TEXT:
            words = QPlainTextEdit()
            words.setFixedHeight(current().px(58))
            return words
        if self.item.suggestions:
            return SuggestionList(self.question, self.item.suggestions)
        line = QLineEdit()
        if self.item.kind is ItemKind.DATE_TIME:
            line.setPlaceholderText("11:30, -3h, unknown")
        elif self.item.kind is ItemKind.DATE:
            line.setPlaceholderText("14-Nov-2026")
        return line


_BOOLEAN: Final = (
    Option(code=_TRUE, system="", display="Yes"),
    Option(code=_FALSE, system="", display="No"),
)


def make_question(item: FormItem, words: Words) -> Question:
    """Return the widget of a question."""
    if item.kind is ItemKind.CHOICE and item.repeats:
        return ManyQuestion(item, words)
    if item.kind in {ItemKind.CHOICE, ItemKind.BOOLEAN}:
        return ChoiceQuestion(item, words)
    return TypedQuestion(item, words)


def _choice(option: Option, words: Words) -> Choice:
    text = _NOT_ASKED_WORDS if option.code == NOT_ASKED else words(option.display)
    tone = Tone.DANGER if option.plan_heading else Tone.ACCENT
    return Choice(value=option.code, text=text, tone=tone)


def _code(value: Answer) -> str:
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    return str(value)
