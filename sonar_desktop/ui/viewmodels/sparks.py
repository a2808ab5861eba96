"""Small lines over time: the five measured parts of NEWS2, beside the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
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
from sonar_core.records.observation_set import ObservationSet

_MOST_SPARKS: Final = 8


@dataclass(frozen=True, kw_only=True)
class Spark:
    """One parameter over time; `normal` is the range that scores 0. Floats are for drawing."""

    name: str
    value: str
    unit: str
    values: tuple[float, ...]
    normal: tuple[float, float]
    words: str


def sparks_of(observed: Sequence[ObservationSet]) -> tuple[Spark, ...]:
    """Return the lines of the sets that stand, `observed` oldest first and not empty."""
    last = observed[-1]
    saturation = SPO2_SCALE_1
    if last.spo2_scale != 1:
        saturation = SPO2_SCALE_2_OXYGEN if last.on_oxygen else SPO2_SCALE_2_AIR
    gas = {None: "%", True: "% oxygen", False: "% air"}[last.on_oxygen]
    found = (
        ("Resp rate", "/min", RESPIRATORY_RATE, [one.respiratory_rate for one in observed]),
        ("SpO2", gas, saturation, [one.spo2 for one in observed]),
        ("Systolic", "mmHg", SYSTOLIC_BP, [one.systolic_bp for one in observed]),
        ("Pulse", "/min", PULSE, [one.pulse for one in observed]),
        ("Temp", "°C", TEMPERATURE_TENTHS, [one.temperature for one in observed]),
    )
    return tuple(_spark(name, unit, bands, values) for name, unit, bands, values in found)


def _spark(
    name: str, unit: str, bands: tuple[Band, ...], values: Sequence[int | str | None]
) -> Spark:
    known = [one for one in values if one is not None][-_MOST_SPARKS:]
    shown = "–" if values[-1] is None else str(values[-1])
    scale = 10 if bands is TEMPERATURE_TENTHS else 1
    low, high = _normal(bands)
    said = ", ".join(str(one) for one in known) or "not measured"
    return Spark(
        name=name,
        value=shown,
        unit=unit,
        values=tuple(float(Decimal(one)) for one in known),
        normal=(low / scale, high / scale),
        words=f"{name} {unit}, oldest first: {said}",
    )


def _normal(bands: tuple[Band, ...]) -> tuple[int, int]:
    """Return the lowest and highest value that scores 0; 100 where there is no upper end."""
    low = 0
    for highest, score in bands:
        if score == 0:
            return low, 100 if highest is None else highest
        low = 0 if highest is None else highest + 1
    raise AssertionError("every parameter has a range that scores 0")
