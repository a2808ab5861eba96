"""A warning marker."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.records.base import Entity


class FlagCategory(StrEnum):
    """What the marker warns of; each has its own icon on the board."""

    SELF_HARM = "self_harm"
    DRUGS = "drugs"
    ALCOHOL = "alcohol"
    VIOLENCE = "violence"
    INFECTION = "infection"
    LONG_TERM_CONDITION = "long_term_condition"
    VULNERABLE = "vulnerable"
    APPROPRIATE_ADULT = "appropriate_adult"
    PREGNANCY = "pregnancy"
    OTHER = "other"


class FlagStanding(StrEnum):
    """Whether the marker stands."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ENTERED_IN_ERROR = "entered_in_error"


class Flag(Entity, frozen=True, kw_only=True):
    """A warning marker of a person ("Warning marker" on screen)."""

    patient: str
    category: FlagCategory
    text: str
    status: FlagStanding = FlagStanding.ACTIVE
    status_reason: str = ""
    is_urgent: bool = False
