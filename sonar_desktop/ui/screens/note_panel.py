"""Write a note."""

from __future__ import annotations

from sonar_core.records.note import NoteCategory
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.summary_cards import card_head
from sonar_desktop.ui.screens.time_line import time_line
from sonar_desktop.ui.viewmodels.note import NoteForm
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.choices import Choice
from sonar_desktop.ui.widgets.labels import Card, WrapLabel


class NotePanel(Card):
    """One card: what is signed here stands in the timeline."""

    def __init__(self, record: RecordModel) -> None:
        """Take the record; the form has a model of its own."""
        super().__init__("Notes", gap=10)
        self.model = NoteForm(record.workplace, record.episode)
        self.write = Button("Write note", icon="plus", height=32)
        self.write.clicked.connect(self.begin)
        offer(record.workplace, Duty.WRITE_NOTE, self.write)
        self.body.addLayout(card_head("notebook-pen", "Notes", self.write))
        self._hint = WrapLabel(
            "A signed note stands in the timeline. It is corrected by another, never changed.",
            "body",
            "ink3",
        )
        self.body.addWidget(self._hint)
        self.form = note_form(self.model, "New note", "Sign note")
        self.body.addWidget(self.form)
        self.model.refreshed.connect(self._show)
        self.model.refresh()

    def begin(self) -> None:
        """Open the form."""
        self.model.begin()
        self.form.take_focus()

    def let_go(self) -> None:
        """Put the draft on disk."""
        self.model.close()

    def _show(self) -> None:
        self._hint.setVisible(not self.model.is_open)
        self.write.setVisible(not self.model.is_open)


def note_form(model: NoteForm, title: str, sign: str) -> FormBox:
    """Return the fields of a note, to write one or to amend one."""
    form = FormBox(model, title, sign)
    if model.amends is not None:
        form.line("why", "Why is the note amended?", flaw="amending", required=True)
    kinds = [
        Choice(value=NoteCategory.CLINICAL.value, text="Clinical"),
        Choice(value=NoteCategory.TELEPHONE_ADVICE.value, text="Telephone advice"),
        Choice(value=NoteCategory.CUSTODY.value, text="From custody"),
    ]
    form.choices("category", "What sort", kinds, NoteCategory)
    form.words("text", "Note", rows=7)
    time_line(form, model, "When it was")
    form.finish()
    return form
