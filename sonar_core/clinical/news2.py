"""National Early Warning Score 2.

Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017, chart 1 (the
scoring system) and table 2 (thresholds and triggers), reproduced with acknowledgement. What a
band makes people do is the suite's policy and is not said here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

import msgspec

from sonar_core.clinical.acvpu import Acvpu, assess_consciousness

ALGORITHM: Final = "news2-rcp-2017/1"
MAXIMUM: Final = 20
YOUNGEST_AGE: Final = 16

Band = tuple[int | None, int]
"""Highest value still in the band (None: no upper end) and its sub-score, in rising order."""

RESPIRATORY_RATE: Final[tuple[Band, ...]] = ((8, 3), (11, 1), (20, 0), (24, 2), (None, 3))
SPO2_SCALE_1: Final[tuple[Band, ...]] = ((91, 3), (93, 2), (95, 1), (None, 0))
SPO2_SCALE_2_AIR: Final[tuple[Band, ...]] = ((83, 3), (85, 2), (87, 1), (None, 0))
SPO2_SCALE_2_OXYGEN: Final[tuple[Band, ...]] = (
    (83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (None, 3),
)  # fmt: skip
SYSTOLIC_BP: Final[tuple[Band, ...]] = ((90, 3), (100, 2), (110, 1), (219, 0), (None, 3))
PULSE: Final[tuple[Band, ...]] = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (None, 3))
TEMPERATURE_TENTHS: Final[tuple[Band, ...]] = ((350, 3), (360, 1), (380, 0), (390, 1), (None, 2))
OXYGEN: Final = 2


class News2Part(StrEnum):
    """The seven parts of the score, in the order of measuring."""

    RESPIRATORY_RATE = "respiratory_rate"
    SPO2 = "spo2"
    AIR_OR_OXYGEN = "air_or_oxygen"
    SYSTOLIC_BP = "systolic_bp"
    PULSE = "pulse"
    CONSCIOUSNESS = "consciousness"
    TEMPERATURE = "temperature"


PART_NAMES: Final = {
    News2Part.RESPIRATORY_RATE: "respiration rate",
    News2Part.SPO2: "oxygen saturation",
    News2Part.AIR_OR_OXYGEN: "air or oxygen",
    News2Part.SYSTOLIC_BP: "systolic blood pressure",
    News2Part.PULSE: "pulse",
    News2Part.CONSCIOUSNESS: "consciousness",
    News2Part.TEMPERATURE: "temperature",
}


class News2Band(StrEnum):
    """Clinical risk: 0 to 4, any single 3, 5 to 6, 7 or more (RCP 2017, table 2)."""

    LOW = "low"
    LOW_MEDIUM = "low_medium"
    MEDIUM = "medium"
    HIGH = "high"


class NotApplicable(StrEnum):
    """Why there are values and no score (RCP 2017; decision 38)."""

    UNDER_16 = "under_16"
    PREGNANCY = "pregnancy"


class News2Input(msgspec.Struct, frozen=True, kw_only=True):
    """One set of observations; a part that was not measured is None.

    The values are possible ones (``ranges`` has refused the others): this rule only scores.

    Attributes:
        respiratory_rate: Breaths a minute.
        spo2: Oxygen saturation in per cent.
        spo2_scale: 1, or 2 only on a documented decision (hypercapnic failure, 88 to 92 %).
        on_oxygen: True on any added oxygen, False on air.
        systolic_bp: mmHg.
        pulse: Beats a minute.
        consciousness: ACVPU.
        temperature_tenths: Tenths of a degree Celsius: 36.8 is 368.
        age_years: Completed years, None if not known.
        possibly_pregnant: True for any known or possible pregnancy.
    """

    respiratory_rate: int | None = None
    spo2: int | None = None
    spo2_scale: Literal[1, 2]
    on_oxygen: bool | None = None
    systolic_bp: int | None = None
    pulse: int | None = None
    consciousness: Acvpu | None = None
    temperature_tenths: int | None = None
    age_years: int | None = None
    possibly_pregnant: bool = False


class News2Result(msgspec.Struct, frozen=True, kw_only=True):
    """Score, or the reason why there is none.

    Attributes:
        sub_scores: Sub-score of each part that was measured; empty where not applicable.
        missing: Parts not measured; while there is one, there is no total.
        not_applicable: Why NEWS2 says nothing about this person, or None.
        total: 0 to 20, or None.
        band: Risk of the total, or None with it.
        any_single_parameter_3: A part scores 3: urgent review whatever the total.
        algorithm: Rule and version, stored with the record.
    """

    sub_scores: dict[News2Part, int]
    missing: tuple[News2Part, ...]
    not_applicable: NotApplicable | None
    total: int | None
    band: News2Band | None
    any_single_parameter_3: bool
    algorithm: str


def score_news2(observed: News2Input) -> News2Result:
    """Score one set of observations.

    A total exists only with all seven parts, and never for someone under 16 or with a known
    or possible pregnancy.
    """
    reason = _reason_not_applicable(observed)
    parts = {} if reason else _sub_scores(observed)
    sub_scores = {part: score for part, score in parts.items() if score is not None}
    missing = tuple(
        part
        for part, score in parts.items()
        # On scale 2 a saturation may have to wait for air or oxygen: it is not missing itself.
        if score is None and (part is not News2Part.SPO2 or observed.spo2 is None)
    )
    single_3 = 3 in sub_scores.values()
    complete = not missing and reason is None
    total = sum(sub_scores.values()) if complete else None
    return News2Result(
        sub_scores=sub_scores,
        missing=missing,
        not_applicable=reason,
        total=total,
        band=None if total is None else _band(total, single_3=single_3),
        any_single_parameter_3=single_3,
        algorithm=ALGORITHM,
    )


def explain_no_total(result: News2Result) -> str | None:
    """The sentence shown instead of a total, or None where there is one."""
    if result.not_applicable is not None:
        return "NEWS2 is not for under 16s or in pregnancy. Record the values; no score."
    if not result.missing:
        return None
    names = ", ".join(PART_NAMES[part] for part in result.missing)
    count = len(result.missing)
    return f"{count} {'part' if count == 1 else 'parts'} missing: {names}"


def _reason_not_applicable(observed: News2Input) -> NotApplicable | None:
    if observed.age_years is not None and observed.age_years < YOUNGEST_AGE:
        return NotApplicable.UNDER_16
    return NotApplicable.PREGNANCY if observed.possibly_pregnant else None


def _sub_scores(observed: News2Input) -> dict[News2Part, int | None]:
    level = observed.consciousness
    return {
        News2Part.RESPIRATORY_RATE: _look_up(RESPIRATORY_RATE, observed.respiratory_rate),
        News2Part.SPO2: _score_spo2(observed),
        News2Part.AIR_OR_OXYGEN: None
        if observed.on_oxygen is None
        else OXYGEN * observed.on_oxygen,
        News2Part.SYSTOLIC_BP: _look_up(SYSTOLIC_BP, observed.systolic_bp),
        News2Part.PULSE: _look_up(PULSE, observed.pulse),
        News2Part.CONSCIOUSNESS: None if level is None else assess_consciousness(level).news2,
        News2Part.TEMPERATURE: _look_up(TEMPERATURE_TENTHS, observed.temperature_tenths),
    }


def _score_spo2(observed: News2Input) -> int | None:
    if observed.spo2_scale == 1:
        return _look_up(SPO2_SCALE_1, observed.spo2)
    if observed.on_oxygen is None and observed.spo2 is not None and observed.spo2 > 92:
        # Above 92 % scale 2 scores nothing on air and up to 3 on oxygen: not to be guessed.
        return None
    return _look_up(SPO2_SCALE_2_OXYGEN if observed.on_oxygen else SPO2_SCALE_2_AIR, observed.spo2)


def _look_up(bands: tuple[Band, ...], value: int | None) -> int | None:
    if value is None:
        return None
    return next(score for highest, score in bands if highest is None or value <= highest)


def _band(total: int, *, single_3: bool) -> News2Band:
    if total >= 7:
        return News2Band.HIGH
    if total >= 5:
        return News2Band.MEDIUM
    return News2Band.LOW_MEDIUM if single_3 else News2Band.LOW
