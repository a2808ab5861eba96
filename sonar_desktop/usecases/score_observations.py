"""Score observations while they are typed, by the rule that scores them when they are signed."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.clinical.observed_score import score_observations
from sonar_core.moments import Moment
from sonar_core.records.observation_set import Consciousness, News2Score, ObservationSet
from sonar_core.records.patient import Patient

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


def live_score(measured: Measured, patient: Patient, at: Moment) -> News2Score:
    """Return the NEWS2 score of what is typed so far; without a total, `reason` says why.

    `patient` is the version acted on (`read_record`): a disputed pregnancy counts as pregnant.
    Impossible values are the caller's to leave out.
    """
    typed = ObservationSet(
        id="",
        patient=patient.id,
        performed_at=at,
        recorded_at=at,
        recorded_by="",
        performed_by="",
        **msgspec.structs.asdict(measured),
    )
    return score_observations(typed, patient)
