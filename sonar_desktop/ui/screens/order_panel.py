"""Order a medicine beside the chart: name, dose, when, and its own interval and maximum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from sonar_core.medicines.emergency import EmergencyMedicine
from sonar_desktop.ui.forms.typed_input import TypedInput
from sonar_desktop.ui.screens.shown_problem import DraftLine
from sonar_desktop.ui.screens.side_panel import SidePanel
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.order import AUTHORITIES, ROUTES, OrderModel, Pattern
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.messages import InlineMessage

_PATTERNS: Final = (
    (Pattern.WHEN_NEEDED.value, "When needed"),
    (Pattern.REGULAR.value, "At times of day"),
    (Pattern.ONCE.value, "Once"),
)


class OrderPanel(SidePanel):
    """The form of one order; in an emergency a short one under the emergency list.

    Signals:
        give_wanted(str): the emergency medicine pressed is on order already, with its id.
    """

    give_wanted = Signal(str)

    def __init__(self, model: OrderModel, on_order: Mapping[str, str] | None = None) -> None:
        """Take the model, and the emergency medicines on order: ingredient to the order's id."""
        title = "Emergency medicine" if model.in_emergency else "Order a medicine"
        super().__init__(title, "Order and go on to give" if model.in_emergency else "Order")
        self.model = model
        self._on_order = dict(on_order or {})
        self._texts: dict[str, TypedInput] = {}
        self._rows: dict[str, ChoiceRow] = {}
        self._fields: dict[str, Field] = {}
        self._first: QWidget | None = None
        if model.in_emergency:
            self._add_list()
            self._add_short()
        else:
            self._add_whole()
        self.content.addStretch(1)
        self._problem = InlineMessage(Tone.DANGER, "Not ordered")
        self._problem.hide()
        self.content.addWidget(self._problem)
        self.keeping = DraftLine()
        self.content.addWidget(self.keeping)
        model.refreshed.connect(self._show)
        model.refused.connect(self._refuse)
        model.draft.changed.connect(self._show_draft)
        self.acted.connect(model.record)
        self._show()

    def focus_first(self) -> None:
        """Go to the first thing to do."""
        (self._first or self._texts["medicine"].field).setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_whole(self) -> None:
        self._add(self._line("medicine", "Medicine"))
        self._add(self._line("strength", "Strength"), self._line("form", "Form"))
        hint = "Generic names, for the allergy and double dose checks."
        self._add(self._line("ingredients", "What it is made of", hint=hint))
        self._add(self._line("dose", "Dose"), self._line("unit", "Unit"))
        self._add(self._choice("route", "Route", ROUTES))
        self._add(self._choice("pattern", "When", _PATTERNS))
        self._add(self._line("times", "Times of day, for example 08:00, 20:00"))
        least, most = "Least between doses", "Most in 24hr"
        self._add(self._line("interval", least), self._line("maximum", most))
        self._add(self._choice("authority", "Authority", AUTHORITIES))
        self._add(self._line("authorised_by", "Authorised by, or PGD number"))
        self._add(self._line("indication", "For"))

    def _add_short(self) -> None:
        self._add(self._line("medicine", "Medicine"), self._line("strength", "Strength"))
        self._add(self._line("dose", "Dose"), self._line("unit", "Unit"))
        self._add(self._choice("route", "Route", ROUTES))
        self._add(self._line("authorised_by", "Authorised by, or PGD number"))

    def _add_list(self) -> None:
        self.content.addWidget(
            WrapLabel("Give first, record after. Nothing here is checked or blocked.", "body")
        )
        box = QWidget()
        flow = FlowLayout(box, gap=6, line_gap=6)
        for medicine in self.model.emergency_list:
            strength = f" {medicine.strength}" if medicine.strength else ""
            button = Button(f"{medicine.ingredient.capitalize()}{strength}", height=36)
            button.setAccessibleDescription(medicine.for_what)
            button.clicked.connect(lambda _=False, one=medicine: self._start(one))
            flow.addWidget(button)
            self._first = self._first or button
        self.content.addWidget(box)
        self.content.addWidget(label("Or type it", "metab", "ink2"))

    def _start(self, medicine: EmergencyMedicine) -> None:
        request = self._on_order.get(medicine.ingredient)
        if request is not None:
            self.give_wanted.emit(request)
            return
        self.model.start_from(medicine)
        self._texts["dose"].field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, *fields: Field) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for field in fields:
            row.addWidget(field, 1)
        self.content.addLayout(row)

    def _line(self, name: str, words: str, hint: str = "") -> Field:
        line = QLineEdit()
        typed = TypedInput(name, line)
        typed.typed.connect(self.model.set_text)
        typed.left.connect(lambda _: self.model.leave_field())
        self._texts[name] = typed
        self._fields[name] = Field(words, line, hint=hint)
        return self._fields[name]

    def _choice(self, name: str, words: str, choices: tuple[tuple[str, str], ...]) -> Field:
        row = ChoiceRow(words, [Choice(value=value, text=text) for value, text in choices])
        row.chosen.connect(lambda value: self.model.set_text(name, value))
        self._rows[name] = row
        self._fields[name] = Field(words, row)
        return self._fields[name]

    def _show(self) -> None:
        model = self.model
        for name, typed in self._texts.items():
            typed.show_text(getattr(model.texts, name))
        for name, row in self._rows.items():
            row.set_value(getattr(model.texts, name) or None)
        for name, field in self._fields.items():
            said = model.problem(name)
            problem = Problem(kind=ProblemKind.REFUSED, text=said) if said else None
            field.set_problem(problem)
        if "times" in self._fields:
            self._fields["times"].setVisible(model.texts.pattern == Pattern.REGULAR.value)
        self.primary.setEnabled(not model.is_busy)
        count = len(model.problems)
        words = "1 answer needs you." if count == 1 else f"{count} answers need you."
        self.say(words if count else "")

    def _show_draft(self) -> None:
        self.keeping.show_face(self.model.draft.face)

    def _refuse(self, sentence: str) -> None:
        self._problem.set_message(Tone.DANGER, "Not ordered", sentence)
        self._problem.show()
