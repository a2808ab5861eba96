"""Allergies: one of the four labels, each allergy, and the forms to record and strike out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.summary_cards import card_head, clear, column
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.allergies import (
    SEVERITY_WORDS,
    AllergyFace,
    AllergyForm,
    AllergyLine,
    StrikeForm,
    allergy_face,
)
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.choices import Choice
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, hline
from sonar_desktop.ui.widgets.messages import InlineMessage

_SEVERE = frozenset({AllergySeverity.LIFE_THREATENING, AllergySeverity.SEVERE})


class AllergyPanel(Card):
    """One card."""

    def __init__(self, record: RecordModel) -> None:
        """Take the record; the forms have models of their own."""
        super().__init__("Allergies", gap=10)
        self._record = record
        self._face: AllergyFace | None = None
        self.model = AllergyForm(record.workplace, record.episode)
        self.striking = StrikeForm(record.workplace, record.episode)
        self.add = Button("Record allergy", icon="plus", height=32)
        self.add.clicked.connect(self.begin)
        offer(record.workplace, Duty.KEEP_ALLERGIES, self.add)
        self.body.addLayout(card_head("triangle-alert", "Allergies", self.add))
        self._rows = column(8)
        self.body.addLayout(self._rows)
        self._review = self._make_review()
        asked = (self.none_known, self.unavailable, self.asked_again)
        offer(record.workplace, Duty.KEEP_ALLERGIES, *asked)
        self._refused = InlineMessage(Tone.DANGER, "")
        self._refused.hide()
        self.body.addWidget(self._review)
        self.body.addWidget(self._refused)
        self.form = self._make_form()
        self.strike_form = self._make_striking()
        # A method, no function: one that knows the panel would keep it, and the panel its model.
        self.striking.refreshed.connect(self._name_striking)
        self.body.addWidget(self.form)
        self.body.addWidget(self.strike_form)
        record.refreshed.connect(self._show)
        self.model.refreshed.connect(self._show_review)
        self._show()
        self.model.refresh()
        self.striking.refresh()

    def begin(self) -> None:
        """Open the form to record an allergy."""
        self.model.open()
        self.form.take_focus()

    def let_go(self) -> None:
        """Put the drafts on disk."""
        self.model.close()
        self.striking.close()

    def _make_review(self) -> QWidget:
        """Return what somebody says who has asked: none known, unavailable, or as it stands."""
        box = QWidget()
        flow = FlowLayout(box, gap=8)
        self.none_known = Button("They say: none known", icon="check", height=32)
        self.unavailable = Button("Cannot be asked", height=32)
        self.asked_again = Button("Asked again, no change", icon="check", height=32)
        for button, knowledge in (
            (self.none_known, AllergyKnowledge.NONE_KNOWN),
            (self.unavailable, AllergyKnowledge.UNAVAILABLE),
            (self.asked_again, AllergyKnowledge.KNOWN),
        ):
            button.clicked.connect(lambda _=False, said=knowledge: self.model.review(said))
            flow.addWidget(button)
        return box

    def _make_form(self) -> FormBox:
        form = FormBox(self.model, "New allergy", "Sign allergy")
        form.line("substance", "What they are allergic to", required=True)
        form.line("reaction", "What happens", hint="For example: rash, anaphylaxis.")
        severities = [
            Choice(
                value=one.value,
                text=words,
                tone=Tone.DANGER if one in _SEVERE else Tone.ACCENT,
            )
            for one, words in SEVERITY_WORDS.items()
        ]
        form.choices("severity", "How bad it was", severities, AllergySeverity)
        form.line("source", "Who said so", hint="For example: detainee, Summary Care Record.")
        form.finish()
        return form

    def _make_striking(self) -> FormBox:
        form = FormBox(self.striking, "Strike out", "Strike out")
        form.line("reason", "Why", hint="At least 10 characters. It stays readable.", required=True)
        form.tick("is_refuted", "They were tested or asked: it is no allergy")
        form.finish()
        return form

    def _name_striking(self) -> None:
        self.strike_form.title.setText(f"Strike out: {self.striking.entry.what}")

    def _show_review(self) -> None:
        self.add.setVisible(not self.model.is_open)
        said = [] if self.model.is_open else [one.text for one in self.model.flaws.values()]
        said = said or ([self.model.problem] if not self.model.is_open else [])
        text = " ".join(said).strip()
        self._refused.setVisible(bool(text))
        if text:
            self._refused.set_message(Tone.DANGER, text)

    def _show(self) -> None:
        head = self._record.head
        if head is None:
            return
        self.model.patient = head.patient.id
        face = allergy_face(head, self._record.workplace.clock.now_ms())
        if face == self._face:
            return
        self._face = face
        known = face.knowledge is AllergyKnowledge.KNOWN
        self.none_known.setVisible(not known)
        self.unavailable.setVisible(not known)
        self.asked_again.setVisible(known)
        clear(self._rows)
        self._rows.addLayout(_label_row(face))
        self._rows.addWidget(WrapLabel(face.reviewed, "meta"))
        for line in face.lines:
            self._rows.addWidget(hline())
            self._rows.addLayout(self._line(line))

    def _line(self, line: AllergyLine) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        words = column(2)
        words.addWidget(WrapLabel(line.substance, "strong", "danger"))
        if line.reaction:
            words.addWidget(WrapLabel(line.reaction, "body"))
        tone = Tone.DANGER if line.severity in _SEVERE else Tone.NEUTRAL
        chip = Chip(SEVERITY_WORDS[line.severity], tone)
        words.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        if line.source:
            words.addWidget(WrapLabel(line.source, "meta"))
        row.addLayout(words, 1)
        strike = Button("Strike out", Variant.LINK, height=32)
        offer(self._record.workplace, Duty.KEEP_ALLERGIES, strike)
        strike.setAccessibleName(f"Strike out {line.substance}")
        strike.clicked.connect(lambda: self._strike(line))
        row.addWidget(strike, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _strike(self, line: AllergyLine) -> None:
        self.striking.begin(line.id, line.substance)
        self.strike_form.take_focus()


def _label_row(face: AllergyFace) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    tone = {
        AllergyKnowledge.KNOWN: "danger",
        AllergyKnowledge.NONE_KNOWN: "",
        AllergyKnowledge.NOT_RECORDED: "warn",
        AllergyKnowledge.UNAVAILABLE: "warn",
    }[face.knowledge]
    if tone:
        row.addWidget(IconLabel("triangle-alert", tone, 18), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(WrapLabel(face.title, "h2", tone), 1)
    if face.is_provisional:
        row.addWidget(Chip("Provisional, needs a decision", Tone.SYNC, "git-compare-arrows"))
    return row
