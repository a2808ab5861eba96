"""NEWS2 of a set of observations as it is recorded with them."""

from __future__ import annotations

from datetime import date

from sonar_core.clinical.acvpu import Acvpu
from sonar_core.clinical.news2 import News2Input, explain_no_total, score_news2
from sonar_core.clinical.ranges import DEFAULT_LIMITS, LimitSet, ObservationField, read_typed
from sonar_core.moments import Moment, age_in_years, wall_date
from sonar_core.records.observation_set import News2Score, ObservationSet
from sonar_core.records.patient import Patient, Pregnancy


def score_observations(
    observed: ObservationSet, patient: Patient, limits: LimitSet = DEFAULT_LIMITS
) -> News2Score:
    """Score a set of observations of this person, at the age they had when it was measured.

    Args:
        observed: The set; its own ``news2`` is not looked at.
        patient: The person, for age and pregnancy (decision 38).
        limits: What a temperature's text is read by.

    Returns:
        The score to store with the set; without a total, ``reason`` says why.
    """
    temperature = read_typed(observed.temperature or "", limits.of(ObservationField.TEMPERATURE))
    level = observed.consciousness
    result = score_news2(
        News2Input(
            respiratory_rate=observed.respiratory_rate,
            spo2=observed.spo2,
            spo2_scale=2 if observed.spo2_scale == 2 else 1,
            on_oxygen=observed.on_oxygen,
            systolic_bp=observed.systolic_bp,
            pulse=observed.pulse,
            consciousness=None if level is None else Acvpu(level.value),
            temperature_tenths=temperature.value,
            age_years=age_at(patient, observed.performed_at),
            possibly_pregnant=patient.pregnancy in {Pregnancy.POSSIBLE, Pregnancy.PREGNANT},
        )
    )
    return News2Score(
        algorithm=result.algorithm,
        total=result.total,
        band=None if result.band is None else result.band.value,
        parts={part.value: score for part, score in result.sub_scores.items()},
        missing=tuple(part.value for part in result.missing),
        reason=explain_no_total(result) or "",
    )


def age_at(patient: Patient, moment: Moment) -> int | None:
    """Completed years at that moment, by date of birth or else as stated; None if neither."""
    try:
        return age_in_years(date.fromisoformat(patient.birth_date or ""), wall_date(moment))
    except ValueError:
        return patient.stated_age
