"""The level of observation: what holds with its definition, and the form to set another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from sonar_core.board.levels import LEVELS
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.form_box import FormBox, quiet_title
from sonar_desktop.ui.screens.summary_cards import card_head, clear, column
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.care_level import (
    NOT_SIGNED_OFF,
    CareFace,
    CareForm,
    CareSide,
    care_face,
)
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.summary_cards import Instructions
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.choices import Choice
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, frame
from sonar_desktop.ui.widgets.marks import CareLevelMark
from sonar_desktop.ui.widgets.messages import InlineMessage


class CareLevelPanel(Card):
    """One card.

    Signals:
        told_wanted(str): who was told of the level is to be recorded; its id.
    """

    told_wanted = Signal(str)

    def __init__(self, record: RecordModel) -> None:
        """Take the record; the form has a model of its own."""
        super().__init__("Level of observation", gap=10)
        self._record = record
        self._face: CareFace | None = None
        self._told: Instructions | None = None
        self._no_level = ""
        self.model = CareForm(record.workplace, record.episode)
        self.change = Button("Change level", icon="pencil", key="L", height=32)
        self.change.clicked.connect(self.begin)
        offer(record.workplace, Duty.SET_CARE_LEVEL, self.change)
        self.body.addLayout(card_head("eye", "Level of observation", self.change))
        self._rows = column(8)
        self.body.addLayout(self._rows)
        self.form = self._make_form()
        self.body.addWidget(self.form)
        self.form.closed.connect(self._show)
        record.refreshed.connect(self._show)
        self._show()
        self.model.refresh()

    def begin(self) -> None:
        """Open the form with what holds now."""
        self.model.begin(self._face or CareFace())
        self.form.take_focus()

    def let_go(self) -> None:
        """Put the draft on disk."""
        self.model.close()

    def _make_form(self) -> FormBox:
        form = FormBox(self.model, "Set the level of observation", "Sign level")
        levels = [Choice(value=str(one.level), text=f"{one.level} {one.name}") for one in LEVELS]
        form.choices("level", "Level", levels, int, keep=self.model.choose_level)
        self._definition = WrapLabel("", "body", "ink2")
        form.body.addWidget(self._definition)
        form.body.addWidget(WrapLabel(NOT_SIGNED_OFF, "meta"))
        form.line(
            "every",
            "Check every",
            flaw="check_every_minutes",
            unit="minutes",
            hint="Or the word constant.",
        )
        form.tick("rouse", "Rouse at each check")
        form.line("reason", "Why this level", required=True)
        form.words(
            "instructions",
            "Instructions to custody staff",
            hint="One plain sentence on each line. They are numbered.",
            rows=5,
        )
        form.line(
            "review",
            "Review at",
            flaw="review_at",
            hint="For example +2h, 16:00 or tomorrow 09:00. May be left out.",
            keep=self.model.type_review,
            echo=lambda: self.model.review_echo,
        )
        self.model.refreshed.connect(self._show_definition)
        form.finish()
        self._show_definition()
        return form

    def _show_definition(self) -> None:
        self._definition.setText(self.model.definition)
        self._definition.setVisible(bool(self.model.definition))
        self.change.setVisible(not self.model.is_open)

    def _show(self) -> None:
        head = self._record.head
        if head is None:
            return
        face = care_face(head, self._record.workplace.clock.now_ms())
        told = self._record.instructions
        no_level = self._record.no_level
        if (face, told, no_level) == (self._face, self._told, self._no_level):
            return
        self._no_level = no_level
        self._face, self._told = face, told
        clear(self._rows)
        self.change.setText("Change level" if face.level else "Set level")
        if face.level is None:
            self._rows.addWidget(
                InlineMessage(
                    Tone.WARN,
                    no_level,
                    "A person decides it: nothing is assumed.",
                )
            )
            return
        self._show_level(face, told)

    def _show_level(self, face: CareFace, told: Instructions) -> None:
        rows = self._rows
        if face.sides:
            rows.addWidget(
                InlineMessage(
                    Tone.SYNC,
                    "Two versions need a decision",
                    "Until someone decides, the safer level is in use.",
                    icon="git-compare-arrows",
                )
            )
            for side in face.sides:
                rows.addWidget(_side(side))
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(CareLevelMark(face.level, face.name), 0, Qt.AlignmentFlag.AlignTop)
        words = column(2)
        words.addWidget(WrapLabel(face.plan, "h2"))
        words.addWidget(WrapLabel(face.definition, "body", "ink2"))
        top.addLayout(words, 1)
        rows.addLayout(top)
        for title, text, tone in (
            ("Why", face.reason, ""),
            ("Review", face.review, "danger" if face.is_review_late else ""),
        ):
            if text:
                rows.addLayout(_pair(title, text, tone))
        rows.addLayout(_pair("Set by", face.who, ""))
        if face.instructions:
            rows.addWidget(quiet_title("Instructions to custody staff"))
        for place, text in enumerate(face.instructions, 1):
            rows.addWidget(WrapLabel(f"{place}. {text}", "body"))
        self._show_told(told)

    def _show_told(self, told: Instructions) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        if not told.read_back:
            row.addWidget(Chip(told.untold, Tone.DANGER, "circle-alert"))
        else:
            tone, icon = (
                (Tone.OK, "circle-check") if told.is_right else (Tone.WARN, "triangle-alert")
            )
            row.addWidget(Chip(told.read_back, tone, icon))
        row.addStretch(1)
        self._rows.addLayout(row)
        if not told.is_right:
            button = Button("Record who was told", icon="megaphone", height=36)
            offer(self._record.workplace, Duty.TELL_CUSTODY, button)
            button.clicked.connect(lambda: self.told_wanted.emit(told.about))
            self._rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def _pair(title: str, text: str, tone: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    name = WrapLabel(title, "metab")
    name.setFixedWidth(current().px(56))
    row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(WrapLabel(text, "body", tone), 1)
    return row


def _side(side: CareSide) -> QFrame:
    box = frame("well")
    inside = column(3)
    inside.setContentsMargins(10, 8, 10, 8)
    box.setLayout(inside)
    head = QHBoxLayout()
    head.addWidget(WrapLabel(side.text, "strong"), 1)
    if side.is_in_use:
        head.addWidget(Chip("In use now", Tone.SYNC, "shield"), 0, Qt.AlignmentFlag.AlignTop)
    inside.addLayout(head)
    inside.addWidget(WrapLabel(side.who, "meta"))
    return box
