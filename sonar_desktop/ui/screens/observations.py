"""The observations tab of a record: the form, its live score, what follows, and the trend."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.forms.typed_input import TypedInput
from sonar_desktop.ui.screens.observation_form import AIR, OXYGEN, ObservationForm
from sonar_desktop.ui.screens.shown_problem import problem_of
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.observation_entry import EXTRAS
from sonar_desktop.ui.viewmodels.observations import ObservationsModel
from sonar_desktop.ui.viewmodels.trend import ReadingPoint, Trend, Window
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.field import ProblemLine
from sonar_desktop.ui.widgets.flow import FlowLayout
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
from sonar_desktop.ui.widgets.marks import News2Mark
from sonar_desktop.ui.widgets.messages import InlineMessage
from sonar_desktop.ui.widgets.painters import ChipFace, NewsBand
from sonar_desktop.ui.widgets.segmented import Segmented
from sonar_desktop.ui.widgets.trend import (
    News2Track,
    TimeAxis,
    TrackMark,
    TrendChart,
    TrendPoint,
    TrendSeries,
    Zone,
)

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
        self._build_total()
        self._build_following()
        self._build_trend()
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
        self._both.setDirection(directions.LeftToRight if wide else directions.BottomToTop)
        if wide:
            self._card.setFixedWidth(theme.px(_FORM_WIDTH))
        else:
            self._card.setMinimumWidth(0)
            self._card.setMaximumWidth(16_777_215)
        super().resizeEvent(event)

    # How it is built

    def _build_total(self) -> None:
        card = Card("NEWS2", padding=12)
        row = QHBoxLayout()
        row.setSpacing(18)
        self.mark = News2Mark(NewsBand.NOT_SCORED, None, size=86)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.headline = label("Not scored", "big")
        self.detail = WrapLabel("", "body", "ink2")
        head.addWidget(self.headline)
        head.addWidget(self.detail, 1, Qt.AlignmentFlag.AlignVCenter)
        self.plan = WrapLabel("", "strong")
        self._chips = QWidget()
        flow = FlowLayout(self._chips, gap=8)
        self._course = Chip("", Tone.NEUTRAL, "trending-up")
        self._not_for = Chip("Not for under 16s or in pregnancy", Tone.NEUTRAL, "info")
        flow.addWidget(self._course)
        flow.addWidget(self._not_for)
        words.addLayout(head)
        words.addWidget(self.plan)
        words.addWidget(self._chips)
        row.addLayout(words, 1)
        card.body.addLayout(row)
        self._side.addWidget(card)

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

    def _build_trend(self) -> None:
        card = Card("Trend", padding=12, gap=4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("chart-line", "ink2", 18))
        head.addWidget(label("Trend", "h3"))
        head.addWidget(label("trend view, not the RCP chart", "meta"))
        head.addStretch()
        self.window_choice = Segmented("Time shown", ("2 h", "6 h", "All"))
        self.window_choice.chosen.connect(lambda index: self.model.show_window(Window(index)))
        head.addWidget(self.window_choice)
        head.addWidget(label("Open circle: not signed yet", "meta"))
        card.body.addLayout(head)
        axis = TimeAxis(start=0, end=1)
        self.track = News2Track(axis, ())
        self.chart = TrendChart(axis, ())
        # Its own hint is for a page without the cards above: here it takes what is left.
        ignored, expanding = QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding
        self.chart.setSizePolicy(expanding, ignored)
        self.chart.setMinimumHeight(current().px(_CHART_LEAST))
        card.body.addWidget(self.track)
        card.body.addWidget(self.chart, 1)
        self._side.addWidget(card, 1)

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
        self._show_score()
        self._show_rows()
        self._show_following()
        self._show_trend(self.model.trend)
        self.sign.setEnabled(self.model.is_open and not self.model.is_signing)

    def _show_score(self) -> None:
        face = self.model.score
        self.mark.set_score(_BANDS[face.band], face.total)
        self.headline.setText(face.headline)
        set_tone(self.headline, face.tone if face.tone in {"danger", "warn", "caution"} else "ink")
        self.detail.setText(face.detail)
        self.plan.setText(face.plan)
        self.plan.setVisible(bool(face.plan))
        self._course.setVisible(bool(face.course))
        icon = "trending-up" if face.is_worse else "trending-down"
        icon = "equal" if face.course.startswith("Steady") else icon
        tone = Tone.DANGER if face.is_worse else Tone.NEUTRAL
        self._course.set_face(ChipFace(text=face.course, tone=tone, icon=icon))
        self._not_for.setVisible(face.is_for_this_person)
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

    def _show_trend(self, trend: Trend) -> None:
        span = trend.span
        axis = TimeAxis(start=span.start, end=span.end, ticks=span.ticks)
        marks = [
            TrackMark(at=one.at, band=_BANDS[one.band], total=one.total, time=one.time)
            for one in trend.marks
        ]
        self.track.set_data(axis, marks)
        series = [
            TrendSeries(
                title=panel.title,
                low=panel.low,
                high=panel.high,
                ticks=panel.ticks,
                zones=tuple(Zone(low=z.low, high=z.high, score=z.score) for z in panel.ranges),
                points=tuple(_point(one) for one in panel.points),
            )
            for panel in trend.panels
        ]
        self.chart.set_data(axis, series)

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


def _point(one: ReadingPoint) -> TrendPoint:
    return TrendPoint(
        at=one.at, value=one.value, text=one.text, lower=one.lower, signed=one.is_signed
    )
