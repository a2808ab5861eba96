"""The form for a third version, from the fields that the view model names."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from sonar_desktop.ui.forms.typed_input import TypedInput
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.third_version import FormField, InputKind
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import Card, label


class ThirdForm(Card):
    """The fields of a third version, in a well of their own.

    Signals:
        typed(str, str): a field's name and its text.
        left(): the focus left a field.
    """

    typed = Signal(str, str)
    left = Signal()

    def __init__(self, fields: tuple[FormField, ...]) -> None:
        """Take the fields in their order."""
        super().__init__("A version of your own", padding=12, gap=8)
        self.body.addWidget(label("A version of your own", "h3"))
        self._fields: dict[str, Field] = {}
        self._inputs: dict[str, TypedInput] = {}
        self._choices: dict[str, ChoiceRow] = {}
        short = QWidget()
        flow = FlowLayout(short, gap=12, line_gap=8)
        for one in fields:
            made = self._field(one)
            self._fields[one.name] = made
            if one.kind is InputKind.LINE:
                made.setFixedWidth(current().px(210))
                flow.addWidget(made)
            else:
                self.body.addWidget(made)
        if flow.count():
            self.body.addWidget(short)

    def show_texts(self, texts: Mapping[str, str], problems: Mapping[str, str]) -> None:
        """Show what was typed and what is wrong with it."""
        for name, field in self._fields.items():
            text = texts.get(name, "")
            if name in self._choices:
                self._choices[name].set_value(text or None)
            else:
                self._inputs[name].show_text(text)
            said = problems.get(name)
            problem = None if said is None else Problem(kind=ProblemKind.REFUSED, text=said)
            field.set_problem(problem)

    def focus_first(self) -> None:
        """Go to the first field."""
        next(iter(self._fields.values())).control.setFocus()

    def _field(self, one: FormField) -> Field:
        if one.kind is InputKind.CHOICE:
            row = ChoiceRow(one.label, [Choice(value=v, text=words) for v, words in one.choices])
            row.chosen.connect(lambda value, name=one.name: self.typed.emit(name, value))
            self._choices[one.name] = row
            return Field(one.label, row)
        control: QLineEdit | QPlainTextEdit = QLineEdit()
        if one.kind is InputKind.LINES:
            control = QPlainTextEdit()
            control.setFixedHeight(current().px(54))
        typed = TypedInput(one.name, control)
        typed.typed.connect(self.typed)
        typed.left.connect(lambda _: self.left.emit())
        self._inputs[one.name] = typed
        return Field(one.label, control, unit=one.unit)
