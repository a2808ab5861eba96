"""The new referral: who it is, the stay, and what custody asks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from sonar_core.records.patient import Gender
from sonar_core.records.referral import Urgency
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.shown_problem import problem_of
from sonar_desktop.ui.screens.summary_cards import clear, column, scrolling
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.admission import AdmissionForm, Known
from sonar_desktop.ui.viewmodels.referral import REASON_WORDS, URGENCY_WORDS
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.choices import Choice, TickPill
from sonar_desktop.ui.widgets.field import Field
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, frame, hline, label

_GENDERS = (
    Choice(value=Gender.MALE.value, text="Male"),
    Choice(value=Gender.FEMALE.value, text="Female"),
    Choice(value=Gender.OTHER.value, text="Other"),
    Choice(value=Gender.UNKNOWN.value, text="Not known"),
)
_URGENCIES = (
    Choice(value=Urgency.ROUTINE.value, text=URGENCY_WORDS[Urgency.ROUTINE]),
    Choice(value=Urgency.URGENT.value, text=URGENCY_WORDS[Urgency.URGENT], tone=Tone.WARN),
    Choice(value=Urgency.EMERGENCY.value, text=URGENCY_WORDS[Urgency.EMERGENCY], tone=Tone.DANGER),
)


class ReferralForm(Card):
    """A card that scrolls; nothing but the person's identity is asked twice."""

    def __init__(self, workplace: Workplace) -> None:
        """Take the workplace; the form's draft belongs to no stay."""
        super().__init__("New referral", gap=8)
        self.model = AdmissionForm(workplace)
        self.find_field = QLineEdit()
        self.find_field.setPlaceholderText("Here now or here before: name, record no., NHS no.")
        self.results = column(6)
        self.chosen = frame("identity")
        self._chosen_name = WrapLabel("", "h3", "onbanner")
        self._chosen_detail = WrapLabel("", "body", "onbanner2")
        self.someone_new = Button("Somebody new instead", height=32)
        self.box = FormBox(self.model, "New referral", "Sign referral", framed=False)
        self.box.shown_elsewhere = frozenset({"reasons"})
        self._person: list[QWidget] = []
        self._stay: list[QWidget] = []
        self._ticks: dict[str, TickPill] = {}
        self._reasons = self._make_reasons()
        self._lay_out()
        self._connect()
        self.box.finish()
        self._show()

    def take_focus(self) -> None:
        """Stand where the author stood, else in the find field."""
        if self.model.place:
            self.box.take_focus()
        else:
            self.find_field.setFocus()

    def let_go(self) -> None:
        """Put the draft on disk."""
        self.model.close()

    def _lay_out(self) -> None:
        box = self.box
        find = Field("Find the person first", self.find_field)
        box.body.addWidget(find)
        box.body.addLayout(self.results)
        inside = QHBoxLayout(self.chosen)
        inside.setContentsMargins(14, 10, 14, 10)
        words = column(2)
        words.addWidget(self._chosen_name)
        words.addWidget(self._chosen_detail)
        inside.addLayout(words, 1)
        inside.addWidget(self.someone_new)
        box.body.addWidget(self.chosen)
        self._lay_out_person()
        self._lay_out_stay()
        box.body.addWidget(hline())
        box.body.addWidget(label("What custody asks", "h3"))
        box.body.addWidget(self._reasons)
        box.choices("urgency", "How fast", _URGENCIES, Urgency)
        self._beside(
            box.line("requested_by", "Who asked", hint="Rank and name.", required=True),
            box.line(
                "requested",
                "Requested at",
                flaw="requested_at",
                hint="Now, unless you enter a time.",
                keep=lambda typed: self.model.type_time("requested", typed),
            ),
        )
        box.words("detail", "What they said", rows=3)
        box.setContentsMargins(0, 0, 8, 0)
        self.body.addWidget(scrolling(box), 1)
        self.body.addWidget(box.foot)

    def _lay_out_person(self) -> None:
        box, before = self.box, self.box.body.count()
        self._beside(
            box.line("family", "Family name", hint="Leave empty if not known."),
            box.line("given", "Given names", hint="Leave empty if not known."),
        )
        self._beside(
            box.line("born", "Date of birth", flaw="birth_date", hint="As 04-Mar-1989."),
            box.line("age", "Or stated age", flaw="stated_age", unit="years", hint="If not known."),
        )
        box.choices("gender", "Gender", _GENDERS, Gender)
        self._beside(
            box.line(
                "nhs_number",
                "NHS number",
                hint="If known.",
                echo=lambda: self.model.number_note("nhs_number"),
            ),
            box.line("chi_number", "CHI number", hint="Scotland, if known."),
        )
        self._person = self._added(before)

    def _lay_out_stay(self) -> None:
        box, before = self.box, self.box.body.count()
        box.body.addWidget(hline())
        self._beside(
            box.line("custody_record_number", "Custody record no.", required=True),
            box.line("cell", "Cell"),
        )
        self._beside(
            box.line("detained_for", "Detained for", hint="As custody says it."),
            box.line(
                "arrived",
                "Arrived at",
                flaw="arrived_at",
                hint="Now, unless you enter a time.",
                keep=lambda typed: self.model.type_time("arrived", typed),
            ),
        )
        self._stay = self._added(before)

    def _added(self, before: int) -> list[QWidget]:
        items = [self.box.body.itemAt(place) for place in range(before, self.box.body.count())]
        return [widget for item in items if item is not None and (widget := item.widget())]

    def _beside(self, *edits: QLineEdit) -> None:
        """Put the fields just added beside each other."""
        fields = [edit.parentWidget() for edit in edits]
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for field in fields:
            if field is not None:
                self.box.body.removeWidget(field)
                row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.box.body.addWidget(holder)

    def _make_reasons(self) -> Field:
        pills = QWidget()
        flow = FlowLayout(pills, gap=6)
        for reason, words in REASON_WORDS.items():
            pill = TickPill(words, Tone.ACCENT)
            pill.toggled.connect(
                lambda checked, one=reason: self.model.toggle_reason(one, is_on=checked)
            )
            self._ticks[reason.value] = pill
            flow.addWidget(pill)
        return Field("Reasons", pills)

    def _connect(self) -> None:
        model = self.model
        self.find_field.textEdited.connect(model.search)
        self.someone_new.clicked.connect(lambda: model.choose(None))
        model.found.connect(self._show_found)
        model.refreshed.connect(self._show)
        model.restored.connect(self._restore)
        for flaw in (
            "birth_date",
            "stated_age",
            "nhs_number",
            "chi_number",
            "requested_at",
            "arrived_at",
        ):
            field = self.box.field(flaw)
            field.keep_requested.connect(lambda flaw=flaw: model.keep(flaw))
            field.fix_requested.connect(lambda flaw=flaw: model.fix(flaw))
            if isinstance(field.control, QLineEdit):
                field.control.editingFinished.connect(lambda flaw=flaw: model.look_at(flaw))

    def _restore(self) -> None:
        for value, pill in self._ticks.items():
            pill.blockSignals(True)
            pill.setChecked(value in {one.value for one in self.model.entry.reasons})
            pill.blockSignals(False)
            pill.update()
        if not self.model.is_open:
            self.find_field.clear()
            clear(self.results)

    def _show(self) -> None:
        model = self.model
        known = model.entry.known
        self.chosen.setVisible(known is not None)
        if known is not None:
            self._chosen_name.setText(known.name)
            self._chosen_detail.setText(known.detail)
        for part in self._person:
            part.setVisible(known is None)
        for part in self._stay:
            part.setVisible(not model.is_in_custody)
        self._reasons.set_problem(problem_of(model.flaws.get("reasons")))

    def _show_found(self) -> None:
        clear(self.results)
        for one in self.model.people:
            self.results.addWidget(self._person_line(one))

    def _person_line(self, one: Known) -> QWidget:
        box = frame("well")
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 6, 8, 6)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(WrapLabel(one.name, "strong"))
        words.addWidget(WrapLabel(one.detail, "meta"))
        row.addLayout(words, 1)
        choose = Button("This person", Variant.STANDARD, height=32)
        choose.setAccessibleName(f"This person: {one.name}")
        choose.clicked.connect(lambda: self.model.choose(one))
        row.addWidget(choose)
        return box
