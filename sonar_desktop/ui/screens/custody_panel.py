"""Custody: the cell, moving to another cell or suite, and release or transfer."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.summary_cards import card_head
from sonar_desktop.ui.screens.time_line import time_line
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.custody import CustodyFace, MoveForm, ReleaseForm, custody_face
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.suite_move import RINGS, WHAT_HAPPENS, SuiteForm
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.choices import Choice
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import Card, WrapLabel
from sonar_desktop.ui.widgets.messages import InlineMessage


class CustodyPanel(Card):
    """One card."""

    def __init__(self, record: RecordModel) -> None:
        """Take the record; the forms have models of their own."""
        super().__init__("Custody", gap=10)
        self._record = record
        self._face: CustodyFace | None = None
        self.moving = MoveForm(record.workplace, record.episode)
        self.leaving = SuiteForm(record.workplace, record.episode)
        self.releasing = ReleaseForm(record.workplace, record.episode)
        self.body.addLayout(card_head("door-open", "Custody"))
        self._title = WrapLabel("", "h2")
        self._text = WrapLabel("", "meta")
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self._buttons = QWidget()
        flow = FlowLayout(self._buttons, gap=8)
        self.move_button = Button("Move cell", height=32)
        self.suite_button = Button("Move to another suite", height=32)
        self.release_button = Button("Release or transfer", height=32)
        for button in (self.move_button, self.suite_button, self.release_button):
            flow.addWidget(button)
            offer(record.workplace, Duty.RUN_STAY, button)
        self.body.addWidget(self._buttons)
        self._left_open = InlineMessage(Tone.WARN, "")
        self._left_open.hide()
        self.body.addWidget(self._left_open)
        self.move_form = self._make_moving()
        self.suite_form = self._make_leaving()
        self.release_form = self._make_releasing()
        for form in (self.move_form, self.suite_form, self.release_form):
            self.body.addWidget(form)
        self.move_button.clicked.connect(self.begin_move)
        self.suite_button.clicked.connect(self.begin_suite_move)
        self.release_button.clicked.connect(self.begin_release)
        record.refreshed.connect(self._show)
        for model in (self.moving, self.leaving, self.releasing):
            model.refreshed.connect(self._show_buttons)
            model.refresh()
        self._show()

    def begin_move(self) -> None:
        """Open the form for another cell."""
        self.moving.open()
        self.move_form.take_focus()

    def begin_suite_move(self) -> None:
        """Open the form for another custody suite."""
        self.leaving.open()
        self.suite_form.take_focus()

    def begin_release(self) -> None:
        """Open the form for a release or a transfer."""
        self.releasing.open()
        self.release_form.take_focus()

    def let_go(self) -> None:
        """Put the drafts on disk."""
        for model in (self.moving, self.leaving, self.releasing):
            model.close()

    def _make_moving(self) -> FormBox:
        form = FormBox(self.moving, "Move cell", "Sign move")
        form.line("cell", "Cell", required=True)
        form.finish()
        return form

    def _make_leaving(self) -> FormBox:
        form = FormBox(self.leaving, "Move to another suite", "Sign move")
        form.body.addWidget(WrapLabel(WHAT_HAPPENS, "meta"))
        form.line(
            "suite",
            "Suite",
            hint="Part of its name is enough.",
            required=True,
            echo=lambda: self.leaving.echo,
        )
        form.finish()
        return form

    def _make_releasing(self) -> FormBox:
        form = FormBox(self.releasing, "Release or transfer", "Sign release")
        kinds = [
            Choice(value=EpisodeStatus.RELEASED.value, text="Released"),
            Choice(value=EpisodeStatus.TRANSFERRED.value, text="Transferred"),
        ]
        form.choices("how", "How they left", kinds, EpisodeStatus)
        form.line(
            "released_to",
            "Where they went",
            hint="For example: home, HMP Northfield, City Hospital.",
            required=True,
        )
        time_line(form, self.releasing, "When they left")
        form.finish()
        return form

    def _show(self) -> None:
        head = self._record.head
        if head is None:
            return
        face = custody_face(head, self._record.workplace.clock.now_ms())
        if face == self._face:
            return
        self._face = face
        self._title.setText(face.title)
        self._text.setText(face.text)
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Offer the forms of somebody who is here; say what a release would leave open."""
        face = self._face
        is_here = face is not None and face.is_here
        is_open = any(one.is_open for one in (self.moving, self.leaving, self.releasing))
        self._buttons.setVisible(is_here and not is_open)
        left_open = "" if face is None else face.left_open
        if left_open and self.releasing.is_open:
            self._left_open.set_message(
                Tone.WARN, f"Still open: {left_open}", "Alarms for it end here with the release."
            )
        elif left_open:
            self._left_open.set_message(Tone.ACCENT, f"Goes along: {left_open}", RINGS)
        is_leaving = self.releasing.is_open or self.leaving.is_open
        self._left_open.setVisible(bool(left_open) and is_leaving)
