"""The observations tab of a record: the form, its live score, what follows, and the trend."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sonar_core.roles import Duty
from sonar_desktop.ui.forms.typed_input import TypedInput
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.observation_cards import ScoreCard, TrendCard
from sonar_desktop.ui.screens.observation_form import AIR, OXYGEN, ObservationForm
from sonar_desktop.ui.screens.shown_problem import problem_of
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.observation_entry import EXTRAS
from sonar_desktop.ui.viewmodels.observations import ObservationsModel
from sonar_desktop.ui.viewmodels.trend import Window
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import ProblemLine
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import (
    Card,
    WrapLabel,
    frame,
    label,
    set_look,
    set_tone,
    unbroken,
)
from sonar_desktop.ui.widgets.messages import InlineMessage
from sonar_desktop.ui.widgets.painters import NewsBand

_FORM_WIDTH: Final = 604
_SIDE_LEAST: Final = 480
_CHART_LEAST: Final = 252
_BANDS: Final = {
    None: NewsBand.NOT_SCORED,
    "low": NewsBand.LOW,
    "low_medium": NewsBand.LOW_MEDIUM,
    "medium": NewsBand.MEDIUM,
    "high": NewsBand.HIGH,
}
_TONES: Final = {
    "danger": Tone.DANGER,
    "warn": Tone.WARN,
    "caution": Tone.CAUTION,
    "": Tone.ACCENT,
}
_PARTS: Final = {"on_oxygen": "air_or_oxygen"}
_ROW_FIELDS: Final = (
    *(("respiratory_rate",), ("spo2",), ("oxygen_litres",), ("systolic_bp", "diastolic_bp")),
    *(("pulse",), ("temperature",), ("glucose",), ("peak_flow",), ("pain",)),
    ("gcs_eye", "gcs_verbal", "gcs_motor"),
)


class ObservationsTab(QWidget):
    """Record a set of observations; see what it means before it is signed."""

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Open the form of a stay; it fills itself once the record is read."""
        super().__init__()
        self.setProperty("k", "page")
        self.model = ObservationsModel(workplace, episode)
        self.form = ObservationForm()
        self._card = Card("Record observations", padding=1)
        self._card.body.addWidget(self.form)
        self._side = QVBoxLayout()
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.setSpacing(10)
        self.score = ScoreCard()
        self.trend = TrendCard()
        self.trend.window_chosen.connect(lambda index: self.model.show_window(Window(index)))
        self._side.addWidget(self.score)
        self._build_following()
        self._side.addWidget(self.trend, 1)
        answers = QWidget()
        answers.setProperty("k", "page")
        answers.setLayout(self._side)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(answers)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(scroll, 1)
        right.addLayout(self._footer())
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(16, 12, 14, 12)
        self._both.setSpacing(12)
        self._both.addWidget(self._card)
        self._both.addLayout(right, 1)
        self._connect()
        self.form.setEnabled(False)
        self.repeat.setEnabled(False)
        self._show()
        offer(self.model.workplace, Duty.OBSERVE, self.sign, self.form.amend_button)
        kept = self.model.workplace.keeps_from(Duty.OBSERVE)
        if kept:
            self.refusal.set_message(Tone.CAUTION, kept)
            self.refusal.show()

    def close_tab(self) -> None:
        """Put the draft on disk and stop: the tab is about to go."""
        self.model.close()

    def save_now(self) -> None:
        """Put the draft on disk at once: the PC locks, or another tab opens."""
        self.model.draft.save_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set form and score side by side where both fit, else one over the other."""
        theme = current()
        wide = self.width() >= theme.px(_FORM_WIDTH) + theme.px(_SIDE_LEAST)
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._both.setStretch(0, 0 if wide else 2)
        if wide:
            self._card.setFixedWidth(theme.px(_FORM_WIDTH))
        else:
            self._card.setMinimumWidth(0)
            self._card.setMaximumWidth(16_777_215)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Return the least of the narrow shape: the wide one must not hold the window open."""
        theme = current()
        return QSize(theme.px(_SIDE_LEAST), theme.px(320))

    # How it is built

    def _build_following(self) -> None:
        self.signed_message = InlineMessage(Tone.OK, "", "", icon="circle-check")
        self.signed_message.hide()
        self.refusal = InlineMessage(Tone.DANGER, "", "")
        self.refusal.hide()
        box = frame("message")
        box.setProperty("tone", "accent")
        self._following_box = box
        row = QHBoxLayout(box)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(12)
        self._following_icon = IconLabel("list-checks", "accent")
        self.following = WrapLabel("", "body")
        row.addWidget(self._following_icon)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.following)
        self.repeat_line = ProblemLine()
        column.addWidget(self.repeat_line)
        row.addLayout(column, 1)
        repeat_label = label("Repeat at", "metab")
        self.repeat = QLineEdit()
        self.repeat.setPlaceholderText("none")
        self.repeat.setAccessibleName("Repeat observations at; empty sets no repeat")
        self.repeat.setFixedWidth(current().px(112))
        repeat_label.setBuddy(self.repeat)
        self._repeat_input = TypedInput("repeat", self.repeat)
        row.addWidget(repeat_label)
        row.addWidget(self.repeat)
        self._side.addWidget(self.signed_message)
        self._side.addWidget(self.refusal)
        self._side.addWidget(box)

    def _footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        words = (
            "NEWS2: Royal College of Physicians, 2017."
            " The local plan and the limits are not clinically signed off."
        )
        row.addWidget(WrapLabel(words, "meta"), 1)
        self.discard = Button("Discard draft", Variant.QUIET, height=44)
        self.sign = Button(
            "Sign observations", Variant.PRIMARY, icon="check", key="Ctrl Enter", height=44
        )
        row.addWidget(self.discard)
        row.addWidget(self.sign)
        return row

    def _connect(self) -> None:
        model, form = self.model, self.form
        model.opened.connect(self._fill)
        model.refreshed.connect(self._show)
        model.edited.connect(self._show)
        model.texts_changed.connect(self._show_texts)
        model.time_moved.connect(self._show_time)
        model.focus_wanted.connect(self._go_to)
        model.signed.connect(self._say_signed)
        model.refused.connect(self._say_refused)
        model.draft.changed.connect(self._show_draft)
        form.typed.connect(self._typed)
        form.left.connect(model.leave)
        form.stood.connect(model.stand_at)
        form.fix_requested.connect(model.fix)
        form.keep_requested.connect(model.keep)
        form.air_chosen.connect(lambda on_oxygen: model.choose_air(on_oxygen=on_oxygen))
        form.level_chosen.connect(model.choose_level)
        form.scale_chosen.connect(model.choose_scale)
        form.extra_requested.connect(model.add_extra)
        form.now_button.clicked.connect(model.set_now)
        form.amend_button.clicked.connect(model.amend_last)
        self._repeat_input.typed.connect(lambda _name, text: model.type_repeat(text))
        self._repeat_input.left.connect(model.leave)
        self._repeat_input.stood.connect(model.stand_at)
        self.discard.clicked.connect(model.discard)
        self.sign.clicked.connect(model.sign)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self._shortcut(keys).activated.connect(model.sign)
        self._shortcut("F8").activated.connect(lambda: model.go_to_open(forward=True))
        self._shortcut("Shift+F8").activated.connect(lambda: model.go_to_open(forward=False))

    def _shortcut(self, keys: str) -> QShortcut:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        return QShortcut(QKeySequence(keys), self, context=context)

    # What is shown

    def _fill(self) -> None:
        self.form.setEnabled(True)
        self.repeat.setEnabled(True)
        self.form.draft_state.show_face(self.model.draft.face)
        self._show_texts()
        self._show()
        name, cursor = self.model.reopened_at
        if name == "repeat":
            self._repeat_input.stand_at(cursor)
        elif self.isVisible() or name:
            self.form.go_to(name or "respiratory_rate", cursor if name else None)

    def _show_draft(self) -> None:
        self.form.draft_state.show_face(self.model.draft.face)

    def _typed(self, name: str, text: str) -> None:
        self.signed_message.hide()
        self.refusal.hide()
        if name == "performed_at":
            self.model.type_time(text)
        else:
            self.model.type(name, text)

    def _show_texts(self) -> None:
        entry = self.model.entry
        for name in self.form.inputs:
            text = entry.time.typed if name == "performed_at" else entry.text(name)
            self.form.show_text(name, text)
        air = {None: None, True: OXYGEN, False: AIR}[entry.on_oxygen]
        self.form.air.set_value(air)
        level = entry.consciousness
        self.form.level.choices.set_value(None if level is None else level.value)
        self.form.scale.set_index(entry.spo2_scale - 1)

    def _show_time(self) -> None:
        self.form.show_text("performed_at", self.model.entry.time.typed)

    def _show(self) -> None:
        self.score.show_face(self.model.score)
        self._show_sub_scores()
        self._show_rows()
        self._show_following()
        self.trend.show_trend(self.model.trend)
        self.sign.setEnabled(self.model.is_open and not self.model.is_signing)

    def _show_sub_scores(self) -> None:
        face = self.model.score
        for name, row in self.form.rows.items():
            part = _PARTS.get(name, name)
            if name != "diastolic_bp":
                row.set_sub_score(face.sub_scores.get(part))
        self.form.level.score.set_score(face.sub_scores.get("consciousness"))

    def _show_rows(self) -> None:
        model, form = self.model, self.form
        entry, previous, flaws = model.entry, model.previous, model.flaws
        for name, row in form.rows.items():
            if name in previous:
                row.set_previous(previous[name])
        coma = model.coma_total
        form.coma.set_previous(coma or previous.get("gcs_eye", ""))
        form.level.set_previous(previous.get("consciousness", ""))
        for names in _ROW_FIELDS:
            about = next((name for name in names if name in flaws), names[0])
            form.set_row_problem(names, about, problem_of(flaws.get(about)))
        for name in form.problem_lines:
            form.set_problem(name, problem_of(flaws.get(name)))
        self.repeat_line.set_problem(problem_of(flaws.get("repeat")))
        set_look(self.repeat, "problem", "refused" if "repeat" in flaws else "")
        time = model.time
        form.echo.setText(time.late or unbroken(time.echo))
        set_tone(form.echo, "warn" if time.late else "ink3")
        form.late_field.setVisible(model.asks_late_reason)
        form.amending_field.setVisible(model.is_amending)
        form.decided_field.setVisible(entry.spo2_scale != 1)
        form.title.setText("Amend observations" if model.is_amending else "Record observations")
        form.show_extras(entry.extras, EXTRAS, on_oxygen=bool(entry.on_oxygen))
        form.last_line.setText(model.last_signed)
        form.last_row.setVisible(bool(model.last_signed) and not model.is_amending)

    def _show_following(self) -> None:
        what = self.model.following
        tone = _TONES[what.tone]
        set_look(self._following_box, "tone", tone.value)
        text_tone = {Tone.DANGER: "danger", Tone.WARN: "warn", Tone.CAUTION: "caution"}
        self._following_icon.set_icon("list-checks", text_tone.get(tone, "accent"))
        self.following.setText(what.text)
        self._repeat_input.show_text(self.model.repeat_text)
        is_over = not self.signed_message.isHidden() and self.model.entry.is_empty
        self._following_box.setVisible(not is_over)

    def _go_to(self, name: str) -> None:
        if name == "repeat":
            self.repeat.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.go_to(name)

    def _say_signed(self, words: str) -> None:
        self.signed_message.set_message(Tone.OK, words, icon="circle-check")
        self.signed_message.show()
        self._show_following()

    def _say_refused(self, words: str) -> None:
        self.refusal.set_message(Tone.DANGER, "Not signed", words)
        self.refusal.show()
        self._show()
