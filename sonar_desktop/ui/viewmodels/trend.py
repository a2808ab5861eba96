"""The observations before this one as small multiples over the ranges that score.

A trend view, not the RCP chart. Numbers here are for drawing only; nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Final

from sonar_core.clinical.news2 import (
    PULSE,
    RESPIRATORY_RATE,
    SPO2_SCALE_1,
    SPO2_SCALE_2_AIR,
    SPO2_SCALE_2_OXYGEN,
    SYSTOLIC_BP,
    TEMPERATURE_TENTHS,
    Band,
)
from sonar_core.moments import (
    HOUR_MS,
    MINUTE_MS,
    Moment,
    format_date,
    format_time,
    moment_at,
    wall_date,
)
from sonar_core.records.observation_set import ObservationSet

_A_DAY: Final = 1440
_MOST_TICKS: Final = 5


class Window(IntEnum):
    """How much time is shown; the value is the index of the segment."""

    TWO_HOURS = 0
    SIX_HOURS = 1
    ALL = 2


@dataclass(frozen=True, kw_only=True)
class Span:
    """The time shown, in minutes since 1970, with the ticks and their words."""

    start: int
    end: int
    ticks: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class ScoringRange:
    """Values that score 1, 2 or 3."""

    low: float
    high: float
    score: int


@dataclass(frozen=True, kw_only=True)
class ReadingPoint:
    """One reading; `lower` is the diastolic pressure."""

    at: int
    value: float
    text: str
    is_signed: bool
    lower: float | None = None


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One parameter over time."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    ranges: tuple[ScoringRange, ...]
    points: tuple[ReadingPoint, ...]


@dataclass(frozen=True, kw_only=True)
class ScoreMark:
    """One NEWS2 total; `band` is None where there was none."""

    at: int
    band: str | None
    total: int | None
    time: str


@dataclass(frozen=True, kw_only=True)
class Trend:
    """All that the trend card draws."""

    span: Span
    panels: tuple[Panel, ...]
    marks: tuple[ScoreMark, ...]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One set on the chart: signed, or the one on the form."""

    record: ObservationSet
    is_signed: bool = True


@dataclass(frozen=True, kw_only=True)
class _Parameter:
    title: str
    value: Callable[[ObservationSet], str | int | None]
    low: int
    high: int
    ticks: tuple[float, ...]
    bands: tuple[Band, ...]
    tenths: bool = False


_PARAMETERS: Final = (
    _Parameter(
        title="Resp rate /min",
        value=lambda one: one.respiratory_rate,
        low=6,
        high=30,
        ticks=(12, 20, 25),
        bands=RESPIRATORY_RATE,
    ),
    _Parameter(
        title="SpO2 %",
        value=lambda one: one.spo2,
        low=88,
        high=100,
        ticks=(92, 96),
        bands=SPO2_SCALE_1,
    ),
    _Parameter(
        title="BP mmHg",
        value=lambda one: one.systolic_bp,
        low=50,
        high=160,
        ticks=(90, 110, 140),
        bands=SYSTOLIC_BP,
    ),
    _Parameter(
        title="Pulse /min",
        value=lambda one: one.pulse,
        low=45,
        high=135,
        ticks=(60, 90, 120),
        bands=PULSE,
    ),
    _Parameter(
        title="Temp °C",
        value=lambda one: one.temperature,
        low=35,
        high=39,
        ticks=(36, 38),
        bands=TEMPERATURE_TENTHS,
        tenths=True,
    ),
)


def trend_of(
    signed: Sequence[ObservationSet],
    typed: ObservationSet | None,
    window: Window,
    now: Moment,
) -> Trend:
    """Return the chart of the signed sets and the one on the form, oldest first.

    The sets whose time nobody knows are left out: they have no place on an axis of time.
    """
    shown = [Shown(record=one) for one in signed]
    if typed is not None:
        shown.append(Shown(record=typed, is_signed=False))
    shown.sort(key=lambda one: one.record.performed_at.utc_ms)
    first = shown[0].record.performed_at.utc_ms if shown else now.utc_ms
    last = max([now.utc_ms, *(one.record.performed_at.utc_ms for one in shown)])
    span = _span(window, first, last, now.zone)
    inside = [one for one in shown if span.start <= _minute(one.record) <= span.end]
    return Trend(
        span=span,
        panels=tuple(_panel(parameter, inside) for parameter in _PARAMETERS),
        marks=tuple(_mark(one.record) for one in inside if one.record.news2 is not None),
    )


def _minute(record: ObservationSet) -> int:
    return record.performed_at.utc_ms // MINUTE_MS


def _span(window: Window, first_ms: int, last_ms: int, zone: str) -> Span:
    hours = {Window.TWO_HOURS: 2, Window.SIX_HOURS: 6}.get(window)
    least = 2 * HOUR_MS if hours is None else hours * HOUR_MS
    length = max(last_ms - first_ms, least) if hours is None else least
    room = length // 8
    start = (last_ms - length - room // 4) // MINUTE_MS
    end = (last_ms + room) // MINUTE_MS
    step = _step(end - start)
    begin = (start // step + 1) * step
    ticks = []
    for minute in range(begin, end, step):
        at = moment_at(minute * MINUTE_MS, zone)
        is_day = step >= _A_DAY
        ticks.append((minute, format_date(wall_date(at))[:6] if is_day else format_time(at)))
    return Span(start=start, end=end, ticks=tuple(ticks))


def _step(minutes: int) -> int:
    """Return the minutes between ticks so that they do not crowd."""
    steps = (30, 60, 120, 240, 480, 720, _A_DAY)
    whole_days = -(-minutes // _MOST_TICKS // _A_DAY) * _A_DAY
    return next((one for one in steps if minutes // one <= _MOST_TICKS), whole_days)


def _panel(parameter: _Parameter, shown: Sequence[Shown]) -> Panel:
    points = []
    for one in shown:
        value = parameter.value(one.record)
        if value is not None:
            points.append(_point(one, value, is_pressure=parameter.bands is SYSTOLIC_BP))
    values = [point.value for point in points]
    lowers = [point.lower for point in points if point.lower is not None]
    low = min([float(parameter.low), *values, *lowers])
    high = max([float(parameter.high), *values])
    latest = shown[-1].record if shown else None
    return Panel(
        title=_title(parameter, latest),
        low=low,
        high=high,
        ticks=parameter.ticks,
        ranges=_ranges(_bands(parameter, latest), low, high, tenths=parameter.tenths),
        points=tuple(points),
    )


def _point(one: Shown, value: str | int, *, is_pressure: bool) -> ReadingPoint:
    lower = one.record.diastolic_bp if is_pressure else None
    return ReadingPoint(
        at=_minute(one.record),
        value=float(Decimal(value)),
        text=str(value) if lower is None else f"{value}/{lower}",
        is_signed=one.is_signed,
        lower=None if lower is None else float(lower),
    )


def _title(parameter: _Parameter, latest: ObservationSet | None) -> str:
    if parameter.bands is not SPO2_SCALE_1 or latest is None:
        return parameter.title
    scale = "" if latest.spo2_scale == 1 else ", scale 2"
    gas = {None: "", True: ", oxygen", False: ", air"}[latest.on_oxygen]
    return f"{parameter.title}{gas}{scale}"


def _bands(parameter: _Parameter, latest: ObservationSet | None) -> tuple[Band, ...]:
    if parameter.bands is SPO2_SCALE_1 and latest is not None and latest.spo2_scale != 1:
        return SPO2_SCALE_2_OXYGEN if latest.on_oxygen else SPO2_SCALE_2_AIR
    return parameter.bands


def _ranges(
    bands: tuple[Band, ...], low: float, high: float, *, tenths: bool
) -> tuple[ScoringRange, ...]:
    found = []
    below = low
    for highest, score in bands:
        top = high if highest is None else highest / (10 if tenths else 1)
        edge = min(max(top, low), high)
        if score and edge > below:
            found.append(ScoringRange(low=below, high=edge, score=score))
        below = max(below, edge)
    return tuple(found)


def _mark(record: ObservationSet) -> ScoreMark:
    score = record.news2
    return ScoreMark(
        at=_minute(record),
        band=None if score is None else score.band,
        total=None if score is None else score.total,
        time=format_time(record.performed_at),
    )
