"""Warning markers: what stands, and the forms to record one and to end one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from sonar_core.records.flag import FlagCategory
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.board_delegate import MARKER_ICON
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.summary_cards import card_head, clear, column
from sonar_desktop.ui.viewmodels.markers import (
    MARKER_WORDS,
    EndForm,
    MarkerForm,
    MarkerLine,
    marker_lines,
)
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.choices import Choice
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel


class MarkerPanel(Card):
    """One card."""

    def __init__(self, record: RecordModel) -> None:
        """Take the record; the forms have models of their own."""
        super().__init__("Warning markers", gap=10)
        self._record = record
        self._shown: object = None
        self.model = MarkerForm(record.workplace, record.episode)
        self.ending = EndForm(record.workplace, record.episode)
        self.add = Button("Record marker", icon="plus", height=32)
        self.add.clicked.connect(self.begin)
        offer(record.workplace, Duty.KEEP_MARKERS, self.add)
        self.body.addLayout(card_head("flag", "Warning markers", self.add))
        self._rows = column(8)
        self.body.addLayout(self._rows)
        self.form = self._make_form()
        self.end_form = self._make_ending()
        # Methods, no functions: one that knows the panel would keep it, and the panel its model.
        self.model.refreshed.connect(self._offer_adding)
        self.ending.refreshed.connect(self._name_ending)
        self.body.addWidget(self.form)
        self.body.addWidget(self.end_form)
        record.refreshed.connect(self._show)
        self._show()
        self.model.refresh()
        self.ending.refresh()

    def begin(self) -> None:
        """Open the form to record a marker."""
        self.model.open()
        self.form.take_focus()

    def let_go(self) -> None:
        """Put the drafts on disk."""
        self.model.close()
        self.ending.close()

    def _make_form(self) -> FormBox:
        form = FormBox(self.model, "New marker", "Sign marker")
        kinds = [Choice(value=one.value, text=words) for one, words in MARKER_WORDS.items()]
        form.choices("category", "What it warns of", kinds, FlagCategory)
        form.line("text", "What to know", required=True)
        form.tick("is_urgent", "Urgent: show it first, in red")
        form.finish()
        return form

    def _make_ending(self) -> FormBox:
        form = FormBox(self.ending, "End marker", "End marker")
        form.line("reason", "Why", hint="At least 10 characters. It stays readable.", required=True)
        form.tick("in_error", "It was entered in error")
        form.finish()
        return form

    def _offer_adding(self) -> None:
        self.add.setVisible(not self.model.is_open)

    def _name_ending(self) -> None:
        self.end_form.title.setText(f"End marker: {self.ending.entry.what}")

    def _show(self) -> None:
        head = self._record.head
        if head is None:
            return
        self.model.patient = head.patient.id
        shown = marker_lines(head)
        if (shown, self._record.no_markers) == self._shown:
            return
        self._shown = (shown, self._record.no_markers)
        clear(self._rows)
        if not shown:
            self._rows.addWidget(WrapLabel(self._record.no_markers, "body", "ink3"))
        for line in shown:
            self._rows.addLayout(self._line(line))

    def _line(self, line: MarkerLine) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        icon, token = MARKER_ICON[line.category]
        tone = "danger" if line.is_urgent else token
        row.addWidget(IconLabel(icon, tone, 16), 0, Qt.AlignmentFlag.AlignVCenter)
        words = column(0)
        words.addWidget(WrapLabel(line.text, "strong", "danger" if line.is_urgent else ""))
        words.addWidget(WrapLabel(MARKER_WORDS[line.category], "meta"))
        row.addLayout(words, 1)
        end = Button("End", Variant.LINK, height=32)
        offer(self._record.workplace, Duty.KEEP_MARKERS, end)
        end.setAccessibleName(f"End marker {line.text}")
        end.clicked.connect(lambda: self._end(line))
        row.addWidget(end)
        return row

    def _end(self, line: MarkerLine) -> None:
        self.ending.begin(line.id, line.text)
        self.end_form.take_focus()
