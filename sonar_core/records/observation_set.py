"""A set of observations measured together."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_core.records.base import Fact


class Consciousness(StrEnum):
    """ACVPU (RCP NEWS2 2017); C is new confusion."""

    ALERT = "A"
    CONFUSION = "C"
    VOICE = "V"
    PAIN = "P"
    UNRESPONSIVE = "U"


class News2Score(msgspec.Struct, frozen=True, kw_only=True):
    """The score as it was shown when signed: total, band, sub-scores, algorithm version.

    `total` and `band` are None where a part was missing or the person must not be scored; `reason`
    then says why in one sentence.
    """

    algorithm: str
    total: int | None
    band: str | None
    parts: dict[str, int]
    missing: tuple[str, ...] = ()
    reason: str = ""


class ObservationSet(Fact, frozen=True, kw_only=True):
    """Observations; None means not measured, a name in `refused` that the person said no.

    Units: breaths/min, %, mmHg, beats/min, degrees Celsius as text with one decimal ("36.4"),
    mmol/L as text with one decimal, litres/min, peak flow litres/min.
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
    news2: News2Score | None = None
