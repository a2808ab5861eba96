"""The cards beside the timeline: score, fitness, medicines, instructions, tasks."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from sonar_core.board.severity import Severity
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.task import TaskKind
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.sparks import Spark
from sonar_desktop.ui.viewmodels.summary_cards import (
    FitnessLine,
    Instructions,
    MedicineLine,
    ScoreCard,
    TaskFace,
)
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, hline, label
from sonar_desktop.ui.widgets.marks import News2Mark, Sparkline
from sonar_desktop.ui.widgets.painters import NewsBand

BANDS: Final = {
    "low": NewsBand.LOW,
    "low_medium": NewsBand.LOW_MEDIUM,
    "medium": NewsBand.MEDIUM,
    "high": NewsBand.HIGH,
}
FITNESS_LOOKS: Final = {
    Fitness.FIT: (Tone.OK, "circle-check"),
    Fitness.FIT_WITH_CONDITIONS: (Tone.WARN, "circle-dot"),
    Fitness.NOT_FIT: (Tone.DANGER, "circle-alert"),
    Fitness.DEFERRED: (Tone.WARN, "hourglass"),
}
_TASK_ICONS: Final = {
    TaskKind.MEDICINE: "pill",
    TaskKind.REPEAT_OBSERVATIONS: "activity",
    TaskKind.REVIEW_FITNESS: "scale",
    TaskKind.TELL_CUSTODY: "megaphone",
    TaskKind.REVIEW_CONFLICT: "git-compare-arrows",
}
_MARK: Final = 54
_MOST_TASKS: Final = 8


def clear(layout: QLayout) -> None:
    """Remove every widget and layout of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def scrolling(content: QWidget, *, focus: bool = False) -> QScrollArea:
    """Return an area that scrolls up and down over its parent's own background."""
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    content.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    policy = Qt.FocusPolicy
    area.setFocusPolicy(policy.StrongFocus if focus else policy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def column(gap: int = 6) -> QVBoxLayout:
    """Return an empty column without margins."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    return made


def card_head(icon: str, title: str, button: QWidget | None = None) -> QHBoxLayout:
    """Return a card's title line: icon, words, and a button at the right."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(IconLabel(icon, "ink2", 18))
    row.addWidget(label(title, "h3"))
    row.addStretch(1)
    if button is not None:
        row.addWidget(button)
    return row


class NewsCard(Card):
    """The last NEWS2 with the earlier numbers and five small trends.

    Signals:
        record_wanted: "Record" was pressed.
    """

    record_wanted = Signal()

    def __init__(self) -> None:
        """Begin without a score."""
        super().__init__("NEWS2", gap=8)
        self._face: ScoreCard | None = None
        self.record = Button("Record", icon="plus", key="O", height=32)
        self.record.clicked.connect(self.record_wanted)
        self.body.addLayout(card_head("activity", "NEWS2", self.record))
        self._rows = column(6)
        self.body.addLayout(self._rows)
        self.show_card(ScoreCard())

    def show_card(self, face: ScoreCard) -> None:
        """Show another score."""
        if face == self._face:
            return
        self._face = face
        clear(self._rows)
        head = QHBoxLayout()
        head.setSpacing(12)
        band = NewsBand.NOT_SCORED if face.total is None else BANDS.get(face.band or "")
        mark = News2Mark(band or NewsBand.NOT_SCORED, face.total, _MARK)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = column(3)
        words.addWidget(WrapLabel(face.headline, "h2", "ink3" if face.is_stale else ""))
        words.addWidget(WrapLabel(face.detail, "meta", "warn" if face.is_stale else ""))
        head.addLayout(words, 1)
        self._rows.addLayout(head)
        for spark in face.sparks:
            self._rows.addLayout(_spark_row(spark))


class FitnessCard(Card):
    """Each purpose with what holds and whether custody was told.

    Signals:
        decide_wanted: "Decide" was pressed.
    """

    decide_wanted = Signal()

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__("Fitness decisions", gap=8)
        self._lines: tuple[FitnessLine, ...] | None = None
        self.decide = Button("Decide", Variant.LINK, icon="pencil", height=32)
        self.decide.clicked.connect(self.decide_wanted)
        self.body.addLayout(card_head("scale", "Fitness decisions", self.decide))
        self._rows = column(5)
        self.body.addLayout(self._rows)

    def show_lines(self, lines: tuple[FitnessLine, ...]) -> None:
        """Show other decisions."""
        if lines == self._lines:
            return
        self._lines = lines
        clear(self._rows)
        for place, line in enumerate(lines):
            if place:
                self._rows.addWidget(hline())
            row = QHBoxLayout()
            row.setSpacing(8)
            purpose = label(line.purpose, "strong")
            purpose.setMinimumWidth(current().px(84))
            row.addWidget(purpose)
            row.addWidget(_fitness_chip(line))
            row.addStretch(1)
            self._rows.addLayout(row)
            tone = "danger" if line.is_act else "sync" if line.is_provisional else ""
            self._rows.addWidget(WrapLabel(line.detail, "meta", tone))


class MedicinesCard(Card):
    """The medicines that may be given now.

    Signals:
        chart_wanted: "Open chart" was pressed.
    """

    chart_wanted = Signal()

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__("Medicines now", gap=8)
        self._shown: object = None
        self.chart = Button("Open chart", Variant.LINK, key="G", height=32)
        self.chart.clicked.connect(self.chart_wanted)
        self.body.addLayout(card_head("pill", "Medicines now", self.chart))
        self._rows = column(7)
        self.body.addLayout(self._rows)

    def show_lines(self, lines: tuple[MedicineLine, ...], nothing: str) -> None:
        """Show other medicines, `nothing` where there is none."""
        if (lines, nothing) == self._shown:
            return
        self._shown = (lines, nothing)
        clear(self._rows)
        if not lines:
            self._rows.addWidget(WrapLabel(nothing, "body", "ink3"))
        for place, line in enumerate(lines):
            if place:
                self._rows.addWidget(hline())
            self._rows.addLayout(_medicine_row(line))


class InstructionsCard(Card):
    """What custody staff do, in numbered plain sentences, and whether they read it back.

    Signals:
        told_wanted(str): the telling of these instructions is to be recorded; their record's id.
        copy_wanted: the text for the custody record is wanted.
        plan_wanted: instructions are to be written.
    """

    told_wanted = Signal(str)
    copy_wanted = Signal()
    plan_wanted = Signal()

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__("Instructions to custody staff", gap=8)
        self._face: Instructions | None = None
        self._no_level = ""
        self.body.addLayout(card_head("list-ordered", "Instructions to custody staff"))
        self._rows = column(7)
        self.body.addLayout(self._rows)
        self.copy_text = Button(
            "Copy text for custody record", Variant.LINK, icon="copy", height=32
        )
        self.copy_text.clicked.connect(self.copy_wanted)
        self.tell = Button("Record who was told", icon="megaphone", height=32)
        self.tell.clicked.connect(self._tell)
        self.write = Button("Set level and instructions", icon="plus", key="P", height=32)
        self.write.clicked.connect(self.plan_wanted)
        foot = QWidget()
        flow = FlowLayout(foot, gap=8)
        for button in (self.write, self.tell, self.copy_text):
            flow.addWidget(button)
        self.body.addWidget(foot)
        self.show_face(Instructions(), "")

    def show_face(self, face: Instructions, no_level: str) -> None:
        """Show other instructions, `no_level` where nobody set a level that is shown."""
        if (face, no_level) == (self._face, self._no_level):
            return
        self._face, self._no_level = face, no_level
        clear(self._rows)
        for place, text in enumerate(face.texts, 1):
            self._rows.addWidget(WrapLabel(f"{place}. {text}", "body"))
        if not face.texts:
            words = f"{face.level}. No instructions written" if face.about else no_level
            self._rows.addWidget(WrapLabel(words, "body", "ink3"))
        if face.about:
            self._rows.addWidget(_told_chip(face), 0, Qt.AlignmentFlag.AlignLeft)
        self.write.setVisible(not face.about)
        self.tell.setVisible(bool(face.about) and not face.is_right)

    def _tell(self) -> None:
        if self._face is not None and self._face.about:
            self.told_wanted.emit(self._face.about)


class TasksCard(Card):
    """The open tasks by time.

    Signals:
        add_wanted: "Add" was pressed.
        plan_wanted: the rest are to be seen.
    """

    add_wanted = Signal()
    plan_wanted = Signal()

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__("Tasks", gap=8)
        self._shown: object = None
        self.add = Button("Add", Variant.LINK, icon="plus", height=32)
        self.add.clicked.connect(self.add_wanted)
        self.body.addLayout(card_head("list-checks", "Tasks", self.add))
        self._rows = column(6)
        self.body.addLayout(self._rows)
        self.more = Button("", Variant.LINK, height=32)
        self.more.clicked.connect(self.plan_wanted)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_tasks((), "")

    def show_tasks(self, tasks: tuple[TaskFace, ...], nothing: str) -> None:
        """Show other tasks, `nothing` where none is open."""
        if (tasks, nothing) == self._shown:
            return
        self._shown = (tasks, nothing)
        clear(self._rows)
        if not tasks:
            self._rows.addWidget(WrapLabel(nothing, "body", "ink3"))
        for place, task in enumerate(tasks[:_MOST_TASKS]):
            if place:
                self._rows.addWidget(hline())
            self._rows.addLayout(task_row(task))
        hidden = len(tasks) - _MOST_TASKS
        self.more.setText(f"{hidden} more" if hidden > 0 else "")
        self.more.setVisible(hidden > 0)


def task_row(task: TaskFace) -> QHBoxLayout:
    """Return a task's line: icon, time, what, owner."""
    row = QHBoxLayout()
    row.setSpacing(8)
    icon, word = _TASK_ICONS.get(task.kind, "circle"), ""
    if task.is_recheck:
        icon, word = "circle-alert", "check now"
    elif task.is_late:
        icon, word = "clock-alert", "late"
    top = Qt.AlignmentFlag.AlignTop
    row.addWidget(IconLabel(icon, "danger" if word else "ink2", 16, word), 0, top)
    time = label(task.time, "strong", "danger" if word else "")
    time.setMinimumWidth(current().px(40))
    row.addWidget(time, 0, top)
    row.addWidget(WrapLabel(task.what, "body"), 1)
    row.addWidget(label(task.owner, "meta"), 0, top)
    return row


def _spark_row(spark: Spark) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    name = label(spark.name, "body")
    name.setFixedWidth(current().px(66))
    row.addWidget(name)
    row.addWidget(Sparkline(spark.words, spark.values, spark.normal), 1)
    value = label(spark.value, "h3")
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    value.setMinimumWidth(current().px(38))
    row.addWidget(value)
    unit = label(spark.unit, "meta")
    unit.setMinimumWidth(current().px(54))
    row.addWidget(unit)
    return row


def _fitness_chip(line: FitnessLine) -> Chip:
    if line.outcome is None:
        return Chip(line.state, Tone.NEUTRAL, "circle-dashed")
    tone, icon = FITNESS_LOOKS[line.outcome]
    alarming = line.outcome is Fitness.NOT_FIT and line.is_act
    return Chip(line.state, tone, icon, strong=alarming)


def _medicine_row(line: MedicineLine) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    late = line.severity is Severity.LATE
    token = "danger" if late else "accent"
    row.addWidget(IconLabel("pill", token, 16), 0, Qt.AlignmentFlag.AlignTop)
    words = column(1)
    words.addWidget(WrapLabel(line.name, "strong"))
    words.addWidget(WrapLabel(line.detail, "meta", "danger" if late else ""))
    row.addLayout(words, 1)
    if line.chip:
        tone = Tone.SYNC if line.severity is Severity.COPIES else Tone.WARN
        row.addWidget(Chip(line.chip, tone), 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def _told_chip(face: Instructions) -> Chip:
    if not face.read_back:
        return Chip(face.untold, Tone.DANGER, "circle-alert")
    if face.is_right:
        return Chip(face.read_back, Tone.OK, "circle-check")
    return Chip(face.read_back, Tone.WARN, "triangle-alert")
