"""Level of consciousness on the ACVPU scale.

Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017: alert, new
confusion, responds to voice, responds to pain, unresponsive; everything but alert scores 3.
ACVPU is never converted to or from the Glasgow Coma Scale: the mapping is approximate.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_core.clinical.refusal import ClinicalRefusal


class Acvpu(StrEnum):
    """One letter of the scale. C is *new* confusion; long-standing confusion is A and a note."""

    ALERT = "A"
    NEW_CONFUSION = "C"
    VOICE = "V"
    PAIN = "P"
    UNRESPONSIVE = "U"


class Consciousness(msgspec.Struct, frozen=True, kw_only=True):
    """What a level means.

    Attributes:
        level: The letter.
        news2: Its NEWS2 sub-score, 0 or 3.
        alert: Somebody has to be alerted: the level is anything but A (a single 3).
        critical: Responds to pain only, or not at all.
    """

    level: Acvpu
    news2: int
    alert: bool
    critical: bool


def read_acvpu(text: str) -> Acvpu:
    """The level somebody wrote as one letter, capital or small.

    Raises:
        ClinicalRefusal: It is no letter of the scale. Nothing is ever read as Alert by default.
    """
    letter = text.strip().upper()
    if letter not in {"A", "C", "V", "P", "U"}:
        raise ClinicalRefusal(
            "Choose consciousness: A, C, V, P or U. C is new confusion;"
            " record long-standing confusion as A with a note."
        )
    return Acvpu(letter)


def assess_consciousness(level: Acvpu) -> Consciousness:
    """What the level scores and whether it calls for somebody (RCP 2017, chart 1)."""
    is_alert = level is Acvpu.ALERT
    return Consciousness(
        level=level,
        news2=0 if is_alert else 3,
        alert=not is_alert,
        critical=level in {Acvpu.PAIN, Acvpu.UNRESPONSIVE},
    )
