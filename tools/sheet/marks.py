"""Marks, chips, buttons, countdowns and charts."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.marks import (
    Avatar,
    CareLevelMark,
    Countdown,
    News2Mark,
    Sparkline,
    SubScoreBox,
    SyncMarkIcon,
)
from sonar_desktop.ui.widgets.painters import (
    BAND_WORDS,
    CountdownFace,
    CountdownKind,
    NewsBand,
    SyncMark,
)
from sonar_desktop.ui.widgets.trend import (
    News2Track,
    TimeAxis,
    TrackMark,
    TrendChart,
    TrendPoint,
    TrendSeries,
    Zone,
)

BANDS = (
    (NewsBand.NOT_SCORED, None),
    (NewsBand.LOW, 0),
    (NewsBand.LOW, 4),
    (NewsBand.LOW_MEDIUM, 3),
    (NewsBand.MEDIUM, 5),
    (NewsBand.MEDIUM, 6),
    (NewsBand.HIGH, 7),
    (NewsBand.HIGH, 20),
)
AXIS = TimeAxis(
    start=740, end=890, ticks=((780, "13:00"), (810, "13:30"), (840, "14:00"), (870, "14:30"))
)


def row(*widgets: QWidget, gap: int = 12) -> QWidget:
    """Return widgets side by side, left."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(gap)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch()
    return box


def flow(*widgets: QWidget) -> QWidget:
    """Return widgets in lines."""
    box = QWidget()
    lines = FlowLayout(box)
    for widget in widgets:
        lines.addWidget(widget)
    return box


def card(title: str, *widgets: QWidget) -> Card:
    """Return a card with a title and widgets below each other."""
    made = Card(title)
    made.body.addWidget(label(title, "h3"))
    for widget in widgets:
        made.body.addWidget(widget)
    return made


def _chips() -> Card:
    soft = [
        Chip("Asthma", Tone.NEUTRAL, "wind", tall=True),
        Chip("Suspected opioids taken today", Tone.DANGER, "circle-alert", tall=True),
        Chip("Level 2 · rouse every 30 min", Tone.WARN, "eye", tall=True),
        Chip("Refused", Tone.CAUTION, "hand", tall=True),
        Chip("Read back by Sgt Marsh 13:33", Tone.OK, "circle-check", tall=True),
        Chip("In use now", Tone.SYNC, "shield", tall=True),
        Chip("Due 14:45", Tone.ACCENT, "bell-ring", tall=True),
    ]
    strong = [
        Chip("NOT FIT", Tone.DANGER, "circle-alert", strong=True),
        Chip("Held back", Tone.WARN, "cloud-alert", strong=True),
        Chip("Low-medium", Tone.CAUTION, strong=True),
        Chip("Done", Tone.OK, "check", strong=True),
        Chip("Sending", Tone.SYNC, "cloud-upload", strong=True),
        Chip("not a score: your judgement", outlined=True),
        Chip("Not assessed", icon="circle-dashed"),
        Chip("Late entry, 37min", icon="history"),
    ]
    return card("Chips", flow(*soft), flow(*strong))


def _buttons() -> Card:
    off = Button("Receive and sign", Variant.PRIMARY, icon="signature", height=44)
    off.setEnabled(False)
    off2 = Button("Mute sound", icon="bell-off")
    off2.setEnabled(False)
    return card(
        "Buttons",
        flow(
            Button("New referral", Variant.PRIMARY, icon="plus", key="N"),
            Button("Add medicine", icon="plus"),
            Button("Now"),
            Button("Print board", Variant.QUIET, icon="printer"),
            Button("Open chart", Variant.LINK),
            Button("Emergency access", Variant.DANGER, icon="siren", height=44),
            Button("Record who was told", Variant.ACT, icon="megaphone", key="T", height=40),
            Button("Sign observations", Variant.PRIMARY, icon="check", key="Ctrl Enter", height=46),
            off,
            off2,
        ),
    )


def _points(*values: float, lower: tuple[float, ...] = ()) -> tuple[TrendPoint, ...]:
    times = (780, 792, 815, 842, 872)[: len(values)]
    lows = lower or (None,) * len(values)
    last = len(values) - 1
    return tuple(
        TrendPoint(
            at=at,
            value=value,
            lower=low,
            text=f"{value:g}/{low:g}" if low else f"{value:g}",
            signed=number < last or last == 0,
        )
        for number, (at, value, low) in enumerate(zip(times, values, lows, strict=True))
    )


def trend_card() -> Card:
    """Return the trend of the observation page, and panels with one and no reading."""
    series = (
        TrendSeries(
            title="Resp rate /min",
            low=6,
            high=32,
            ticks=(12, 20, 25),
            zones=(
                Zone(low=6, high=8, score=3),
                Zone(low=8, high=12, score=1),
                Zone(low=20, high=25, score=2),
                Zone(low=25, high=32, score=3),
            ),
            points=_points(15, 16, 19, 21, 22),
        ),
        TrendSeries(
            title="BP mmHg",
            low=40,
            high=160,
            ticks=(90, 110, 140),
            zones=(Zone(low=40, high=90, score=3), Zone(low=90, high=110, score=1)),
            points=_points(118, 116, 112, 104, 98, lower=(74, 72, 70, 62, 58)),
        ),
        TrendSeries(title="Temp °C", low=34, high=40, ticks=(36, 38), points=_points(36.4)),
        TrendSeries(title="Glucose mmol/L", low=2, high=20, ticks=(4, 11)),
    )
    marks = (
        TrackMark(at=780, band=NewsBand.LOW, total=1, time="13:00"),
        TrackMark(at=815, band=NewsBand.LOW_MEDIUM, total=3, time="13:35"),
        TrackMark(at=842, band=NewsBand.MEDIUM, total=6, time="14:02"),
        TrackMark(at=872, band=NewsBand.HIGH, total=7, time="14:32"),
    )
    chart = TrendChart(AXIS, series)
    chart.setMinimumHeight(320)
    return card("Trend", News2Track(AXIS, marks), chart)


def marks_sheet() -> QWidget:
    """Return the sheet of everything small and painted."""
    page = QWidget()
    page.setProperty("k", "canvas")
    page.setMinimumWidth(1280)
    grid = QGridLayout(page)
    grid.setSpacing(12)
    news = [News2Mark(band, total) for band, total in BANDS]
    big = [News2Mark(band, total, 86) for band, total in BANDS[2:7:2]] + [
        News2Mark(NewsBand.NOT_SCORED, None, 86),
        News2Mark(NewsBand.LOW_MEDIUM, 3, 54),
    ]
    words = [label(BAND_WORDS[band], "strong") for band in NewsBand]
    left = QVBoxLayout()
    left.setSpacing(12)
    left.addWidget(card("NEWS2", row(*news), row(*big), row(*words)))
    left.addWidget(
        card(
            "Level, sub-scores, sync, people",
            row(
                CareLevelMark(None),
                CareLevelMark(1, "General"),
                CareLevelMark(2, "Intermittent"),
                CareLevelMark(3, "Constant"),
                CareLevelMark(4, "Close"),
            ),
            row(*[SubScoreBox("Pulse", score) for score in (None, 0, 1, 2, 3)]),
            row(*[SyncMarkIcon(mark) for mark in SyncMark]),
            row(
                Avatar("Rhona Okafor", "RO", 0),
                Avatar("Sam Petrie", "SP", 1, 44),
                Avatar("Lena Marek", "LM", 2, 44),
                Avatar("Aisha Hart", "AH", 3, 44),
                Avatar("Ben Tully", "BT", 4, 52),
            ),
        )
    )
    left.addWidget(
        card(
            "Next check",
            row(
                Countdown(
                    CountdownFace(kind=CountdownKind.RUNNING, text="Visit in 38min", percent=36)
                ),
                Countdown(CountdownFace(kind=CountdownKind.SOON, text="Rouse in 8min", percent=74)),
                Countdown(CountdownFace(kind=CountdownKind.LATE, text="Rouse 6min late")),
                Countdown(
                    CountdownFace(kind=CountdownKind.CONSTANT, text="Constant", detail="Seen 14:29")
                ),
                Countdown(CountdownFace(kind=CountdownKind.UNKNOWN, text="No schedule")),
                gap=20,
            ),
            row(
                Sparkline("Respiration rate rising", (16, 17, 18, 22), (12, 20)),
                Sparkline("Temperature steady", (36.4, 36.4, 36.3), (36.1, 38.0)),
                Sparkline("One reading", (98,), (96, 100)),
            ),
        )
    )
    left.addStretch()
    grid.addLayout(left, 0, 0)
    right = QVBoxLayout()
    right.setSpacing(12)
    right.addWidget(_chips())
    right.addWidget(_buttons())
    right.addWidget(trend_card(), 1)
    grid.addLayout(right, 0, 1)
    grid.setColumnStretch(1, 1)
    return page
