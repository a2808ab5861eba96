"""The cards beside the observations form: the total with its words, and the trend."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.observation_score import ScoreFace
from sonar_desktop.ui.viewmodels.trend import ReadingPoint, Trend
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import (
    Card,
    WrapLabel,
    label,
    set_tone,
)
from sonar_desktop.ui.widgets.marks import News2Mark
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


class ScoreCard(Card):
    """The NEWS2 total, its band in words, the local plan, and which way it goes."""

    def __init__(self) -> None:
        super().__init__("NEWS2", padding=12)
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
        self.body.addLayout(row)

    def show_face(self, face: ScoreFace) -> None:
        """Show a score with its words."""
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


class TrendCard(Card):
    """Small multiples of what was measured, under the track of the totals.

    Signals:
        window_chosen(int): how much time to show, the index of the segment.
    """

    window_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Trend", padding=12, gap=4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("chart-line", "ink2", 18))
        head.addWidget(label("Trend", "h3"))
        head.addWidget(label("trend view, not the RCP chart", "meta"))
        head.addStretch()
        self.window_choice = Segmented("Time shown", ("2 h", "6 h", "All"))
        self.window_choice.chosen.connect(self.window_chosen)
        head.addWidget(self.window_choice)
        head.addWidget(label("Open circle: not signed yet", "meta"))
        self.body.addLayout(head)
        axis = TimeAxis(start=0, end=1)
        self.track = News2Track(axis, ())
        self.chart = TrendChart(axis, ())
        # Its own hint is for a page without the cards above: here it takes what is left.
        ignored, expanding = QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding
        self.chart.setSizePolicy(expanding, ignored)
        self.chart.setMinimumHeight(current().px(_CHART_LEAST))
        self.body.addWidget(self.track)
        self.body.addWidget(self.chart, 1)

    def show_trend(self, trend: Trend) -> None:
        """Show other readings."""
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


def _point(one: ReadingPoint) -> TrendPoint:
    return TrendPoint(
        at=one.at, value=one.value, text=one.text, lower=one.lower, signed=one.is_signed
    )
