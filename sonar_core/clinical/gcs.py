"""Glasgow Coma Scale.

Source: Teasdale and Jennett 1974; the Glasgow structured approach (glasgowcomascale.org), with
thanks. A part that could not be tested (NT) leaves no total: it is never counted as 1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.clinical.refusal import ClinicalRefusal

ALGORITHM: Final = "gcs-1974/1"
NOT_TESTABLE: Final = "NT"
MAXIMUM: Final = 15

EYE: Final = {4: "Spontaneous", 3: "To sound", 2: "To pressure", 1: "None"}
VERBAL: Final = {5: "Orientated", 4: "Confused", 3: "Words", 2: "Sounds", 1: "None"}
MOTOR: Final = {
    6: "Obeys commands",
    5: "Localising",
    4: "Normal flexion",
    3: "Abnormal flexion",
    2: "Extension",
    1: "None",
}


class GcsBand(StrEnum):
    """Severity by total: 3 to 8, 9 to 12, 13 to 15."""

    SEVERE = "severe"
    MODERATE = "moderate"
    MILD = "mild"


class GcsResult(msgspec.Struct, frozen=True, kw_only=True):
    """The scale's answer.

    Attributes:
        total: 3 to 15, or None where a part could not be tested.
        band: The severity of the total, or None with it.
        display: ``E4 V4 M6 = 14/15``, or the parts alone: ``E4 VNT M6``.
        not_testable: Which of ``eye``, ``verbal``, ``motor`` could not be tested.
    """

    total: int | None
    band: GcsBand | None
    display: str
    not_testable: tuple[str, ...]


def score_gcs(*, eye: int | None, verbal: int | None, motor: int | None) -> GcsResult:
    """Add the three responses, or show them without a total.

    Args:
        eye: 1 to 4, or None for not testable.
        verbal: 1 to 5, or None for not testable.
        motor: 1 to 6, or None for not testable.

    Raises:
        ClinicalRefusal: A response is outside its part of the scale.
    """
    parts = (("eye", eye, EYE), ("verbal", verbal, VERBAL), ("motor", motor, MOTOR))
    for name, value, options in parts:
        if value is not None and value not in options:
            raise ClinicalRefusal(
                f"{name.capitalize()} response must be 1 to {max(options)}, or NT."
            )
    display = " ".join(
        f"{name[0].upper()}{NOT_TESTABLE if value is None else value}" for name, value, _ in parts
    )
    if eye is None or verbal is None or motor is None:
        missing = tuple(name for name, value, _ in parts if value is None)
        return GcsResult(total=None, band=None, display=display, not_testable=missing)
    total = eye + verbal + motor
    return GcsResult(
        total=total,
        band=_band(total),
        display=f"{display} = {total}/{MAXIMUM}",
        not_testable=(),
    )


def _band(total: int) -> GcsBand:
    if total <= 8:
        return GcsBand.SEVERE
    return GcsBand.MODERATE if total <= 12 else GcsBand.MILD
