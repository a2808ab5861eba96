"""Write a note."""

from __future__ import annotations

from sonar_core.records.note import NoteCategory
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.summary_cards import card_head
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
        self.body.addLayout(card_head("notebook-pen", "Notes", self.write))
        self._hint = WrapLabel(
            "A signed note stands in the timeline. It is corrected by another, never changed.",
            "body",
            "ink3",
        )
        self.body.addWidget(self._hint)
        self.form = self._make_form()
        self.body.addWidget(self.form)
        self.model.refreshed.connect(self._show)
        self.model.refresh()

    def begin(self) -> None:
        """Open the form."""
        self.model.open()
        self.form.take_focus()

    def let_go(self) -> None:
        """Put the draft on disk."""
        self.model.close()

    def _make_form(self) -> FormBox:
        form = FormBox(self.model, "New note", "Sign note")
        kinds = [
            Choice(value=NoteCategory.CLINICAL.value, text="Clinical"),
            Choice(value=NoteCategory.TELEPHONE_ADVICE.value, text="Telephone advice"),
            Choice(value=NoteCategory.CUSTODY.value, text="From custody"),
        ]
        form.choices("category", "What sort", kinds, NoteCategory)
        form.words("text", "Note", rows=7)
        form.line(
            "when",
            "When it was",
            flaw="performed_at",
            hint="Now, unless you enter a time: 14:32, -30m, yesterday 21:00.",
            keep=self.model.type_time,
            echo=self._echo,
        )
        when = form.field("performed_at")
        when.fix_requested.connect(self.model.fix_time)
        when.keep_requested.connect(self.model.keep_time)
        form.finish()
        return form

    def _echo(self) -> str:
        time = self.model.time
        return " ".join(part for part in (time.echo, time.late) if part)

    def _show(self) -> None:
        self._hint.setVisible(not self.model.is_open)
        self.write.setVisible(not self.model.is_open)
