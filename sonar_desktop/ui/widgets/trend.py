"""Small multiples of past observations over the ranges that score, and the NEWS2 track above.

A trend view, not the RCP chart. Every panel shares one time axis; the last, unsigned point is
hollow and its line dashed; one reading is said in words, never drawn as a trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painted import PaintedLabel
from sonar_desktop.ui.widgets.painters import (
    NewsBand,
    draw_line,
    draw_middle,
    draw_news2_mark,
    draw_right,
    news2_words,
    text_width,
)

ONE_READING: Final = "One reading so far"
NO_READING: Final = "No readings yet"
_ZONES: Final = {1: "cautionsoft", 2: "warnsoft", 3: "dangersoft"}
_LEFT: Final = 66
_RIGHT: Final = 14
_FOOT: Final = 22
_PANEL_LEAST: Final = 58
_PAIR: Final = 2


@dataclass(frozen=True, kw_only=True)
class TimeAxis:
    """The time shown, in minutes from any one origin, and the ticks with their words."""

    start: int
    end: int
    ticks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrendPoint:
    """One reading: minute, value (and the lower one of a blood pressure), and its words."""

    at: int
    value: float
    text: str
    lower: float | None = None
    signed: bool = True


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A range of values that scores 1, 2 or 3 in NEWS2."""

    low: float
    high: float
    score: int


@dataclass(frozen=True, kw_only=True)
class TrendSeries:
    """One panel: its title, the values of its axis, the scoring ranges and the readings."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    zones: tuple[Zone, ...] = ()
    points: tuple[TrendPoint, ...] = ()


def _x_of(at: int, axis: TimeAxis, left: float, width: float) -> float:
    return left + (at - axis.start) / max(axis.end - axis.start, 1) * width


def _frame(widget_width: int) -> tuple[float, float]:
    """Return the left edge and width of the part where time runs (the axis text scales)."""
    left = float(current().px(_LEFT))
    return left, widget_width - left - _RIGHT


class TrendChart(PaintedLabel):
    """All panels in one widget with one paint."""

    def __init__(self, axis: TimeAxis, series: Sequence[TrendSeries]) -> None:
        """Take the time axis and the panels from top to bottom."""
        super().__init__("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._axis = axis
        self._series = tuple(series)
        self.set_data(axis, series)

    def set_data(self, axis: TimeAxis, series: Sequence[TrendSeries]) -> None:
        """Show other readings; the words for the screen reader list them oldest first."""
        self._axis, self._series = axis, tuple(series)
        said = []
        for one in self._series:
            readings = ", ".join(
                point.text if point.signed else f"{point.text} not signed" for point in one.points
            )
            said.append(f"{one.title}: {readings or NO_READING.lower()}")
        self.set_words(". ".join(said), (axis, self._series))

    def sizeHint(self) -> QSize:
        """Return room for every panel at its least height."""
        theme = current()
        height = theme.px(_PANEL_LEAST) * len(self._series) + theme.px(_FOOT)
        return QSize(theme.px(420), height)

    def paint(self, painter: QPainter) -> None:
        """Paint every panel and the time axis."""
        if not self._series:
            return
        theme = current()
        left, width = _frame(self.width())
        foot = theme.px(_FOOT)
        step = (self.height() - foot) / len(self._series)
        for number, one in enumerate(self._series):
            self._panel(painter, QRectF(left, number * step, width, step - 3), one)
        for at, text in self._axis.ticks:
            x = _x_of(at, self._axis, left, width)
            draw_middle(painter, x, self.height() - foot / 2, text, "meta", "ink3")

    def _panel(self, painter: QPainter, rect: QRectF, one: TrendSeries) -> None:
        theme = current()
        span = (one.high - one.low) or 1.0

        def y_of(value: float) -> float:
            inside = min(max(value, one.low), one.high)
            return rect.bottom() - (inside - one.low) / span * rect.height()

        painter.fillRect(rect, theme.colour("surface"))
        for zone in one.zones:
            top = y_of(zone.high)
            box = QRectF(rect.left(), top, rect.width(), y_of(zone.low) - top)
            painter.fillRect(box, theme.colour(_ZONES[zone.score]))
        painter.setPen(QPen(theme.colour("line"), 1))
        for at, _text in self._axis.ticks:
            x = _x_of(at, self._axis, rect.left(), rect.width())
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        painter.setPen(QPen(theme.colour("line2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
        self._ticks(painter, rect, one, [y_of(value) for value in one.ticks])
        title = rect.top() + theme.px(11)
        drawn = draw_line(painter, rect.left() + 7, title, one.title, "metab", "ink2")
        if len(one.points) < _PAIR:
            note = ONE_READING if one.points else NO_READING
            draw_line(painter, rect.left() + drawn + 19, title, note, "meta", "ink3")
        places = [
            (_x_of(point.at, self._axis, rect.left(), rect.width()), point) for point in one.points
        ]
        self._line(painter, [(QPointF(x, y_of(point.value)), point) for x, point in places])
        for x, point in places:
            bottom = None if point.lower is None else y_of(point.lower)
            self._point(painter, QPointF(x, y_of(point.value)), point, bottom)
        if places:
            x, point = places[-1]
            self._last_text(painter, rect, QPointF(x, y_of(point.value)), point)

    @staticmethod
    def _ticks(painter: QPainter, rect: QRectF, one: TrendSeries, places: list[float]) -> None:
        """Print the axis values, moved apart where two would overlap."""
        least = current().metrics("meta").height() * 0.86
        before = rect.bottom() + least
        for value, y in sorted(zip(one.ticks, places, strict=True)):
            centre = min(y, before - least)
            draw_right(painter, rect.left() - 7, centre, f"{value:g}", "meta", "ink3")
            before = centre

    @staticmethod
    def _line(painter: QPainter, places: list[tuple[QPointF, TrendPoint]]) -> None:
        theme = current()
        for (start, first), (end, point) in pairwise(places):
            if first.lower is not None or point.lower is not None:
                continue
            pen = QPen(theme.colour("ink2" if point.signed else "accent"), 1.8)
            if not point.signed:
                pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawLine(start, end)

    @staticmethod
    def _point(painter: QPainter, place: QPointF, point: TrendPoint, bottom: float | None) -> None:
        theme = current()
        if bottom is not None:
            painter.setPen(QPen(theme.colour("ink2"), 1.6))
            painter.drawLine(place, QPointF(place.x(), bottom))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("ink2"))
            for y, way in ((place.y(), 1), (bottom, -1)):
                tip = QPointF(place.x(), y + 6 * way)
                sides = (QPointF(place.x() - 4.5, y), QPointF(place.x() + 4.5, y))
                painter.drawPolygon(QPolygonF([sides[0], sides[1], tip]))
        if point.signed and bottom is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("ink2"))
            painter.drawEllipse(place, 3.6, 3.6)
        elif not point.signed:
            painter.setPen(QPen(theme.colour("accent"), 2.4))
            painter.setBrush(theme.colour("surface"))
            painter.drawEllipse(place, 5, 5)

    @staticmethod
    def _last_text(painter: QPainter, rect: QRectF, place: QPointF, point: TrendPoint) -> None:
        token = "ink2" if point.signed else "accent"
        right = place.x() + 11 + text_width(point.text, "strong")
        half = current().metrics("strong").height() / 2
        centre = min(max(place.y(), rect.top() + half), rect.bottom() - half)
        if right <= rect.right() - 2:
            draw_line(painter, place.x() + 11, centre, point.text, "strong", token)
        else:
            draw_right(painter, place.x() - 11, centre, point.text, "strong", token)


@dataclass(frozen=True, kw_only=True)
class TrackMark:
    """One NEWS2 total on the track."""

    at: int
    band: NewsBand
    total: int | None
    time: str


class News2Track(PaintedLabel):
    """The totals as their shapes along the same time axis as the panels below."""

    def __init__(self, axis: TimeAxis, marks: Sequence[TrackMark]) -> None:
        """Take the axis and the totals, oldest first."""
        super().__init__("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._axis = axis
        self._marks = tuple(marks)
        self.set_data(axis, marks)

    def set_data(self, axis: TimeAxis, marks: Sequence[TrackMark]) -> None:
        """Show other totals."""
        self._axis, self._marks = axis, tuple(marks)
        said = [f"{news2_words(mark.band, mark.total)} at {mark.time}" for mark in self._marks]
        self.set_words(". ".join(said) or "NEWS2: no readings yet", (axis, self._marks))

    def sizeHint(self) -> QSize:
        """Return 44 pixels of height, growing with the text."""
        theme = current()
        return QSize(theme.px(420), theme.px(44))

    def paint(self, painter: QPainter) -> None:
        """Paint the title and the shapes."""
        theme = current()
        left, width = _frame(self.width())
        centre = self.height() / 2
        draw_line(painter, 0, centre, "NEWS2", "metab", "ink2")
        size = theme.px(28)
        for mark in self._marks:
            x = _x_of(mark.at, self._axis, left, width)
            box = QRectF(x - size / 2, centre - size / 2, size, size)
            draw_news2_mark(painter, box, mark.band, mark.total)
