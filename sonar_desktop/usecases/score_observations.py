"""Score observations while they are typed, and as they are signed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from sonar_core.clinical.acvpu import Acvpu
from sonar_core.clinical.news2 import News2Input, News2Result, explain_no_total, score_news2
from sonar_core.moments import Moment, age_in_years, wall_date
from sonar_core.records.observation_set import Consciousness, News2Score
from sonar_core.records.patient import Patient, Pregnancy

SCALE_2: Final = 2


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one set, in the units of `ObservationSet`; None is not measured.

    `refused` holds the names of fields that the person refused.
    """

    respiratory_rate: int | None = None
    spo2: int | None = None
    spo2_scale: int = 1
    scale_2_decided_by: str = ""
    on_oxygen: bool | None = None
    oxygen_litres: str | None = None
    systolic_bp: int | None = None
    diastolic_bp: int | None = None
    pulse: int | None = None
    consciousness: Consciousness | None = None
    temperature: str | None = None
    glucose: str | None = None
    pain: int | None = None
    peak_flow: int | None = None
    gcs_eye: int | None = None
    gcs_verbal: int | None = None
    gcs_motor: int | None = None
    pupils: str = ""
    refused: tuple[str, ...] = ()
    notes: str = ""


def score_observations(measured: Measured, patient: Patient, at: Moment) -> News2Result:
    """Return the NEWS2 score; without a total where a part is missing or NEWS2 is not for them.

    `patient` is the version acted on: a disputed pregnancy counts as pregnant.
    """
    temperature = measured.temperature
    level = measured.consciousness
    return score_news2(
        News2Input(
            respiratory_rate=measured.respiratory_rate,
            spo2=measured.spo2,
            spo2_scale=2 if measured.spo2_scale == SCALE_2 else 1,
            on_oxygen=measured.on_oxygen,
            systolic_bp=measured.systolic_bp,
            pulse=measured.pulse,
            consciousness=None if level is None else Acvpu(level.value),
            temperature_tenths=None if temperature is None else int(Decimal(temperature) * 10),
            age_years=_age(patient, wall_date(at)),
            possibly_pregnant=patient.pregnancy in {Pregnancy.PREGNANT, Pregnancy.POSSIBLE},
        )
    )


def stored_score(result: News2Result) -> News2Score:
    """Return the score as the record keeps it: as it was shown when signed."""
    return News2Score(
        algorithm=result.algorithm,
        total=result.total,
        band=None if result.band is None else result.band.value,
        parts={part.value: score for part, score in result.sub_scores.items()},
        missing=tuple(part.value for part in result.missing),
        reason=explain_no_total(result) or "",
    )


def _age(patient: Patient, on: date) -> int | None:
    if patient.birth_date is None:
        return patient.stated_age
    born = date.fromisoformat(patient.birth_date)
    return age_in_years(born, on) if born <= on else None
