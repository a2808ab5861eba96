"""One allergy or intolerance."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.records.base import Entity


class AllergySeverity(StrEnum):
    """How bad the reaction was; FHIR R4 reaction severity plus life-threatening."""

    LIFE_THREATENING = "life_threatening"
    SEVERE = "severe"
    MODERATE = "moderate"
    MILD = "mild"
    UNKNOWN = "unknown"


class AllergyStanding(StrEnum):
    """Whether the entry stands."""

    ACTIVE = "active"
    ENTERED_IN_ERROR = "entered_in_error"
    REFUTED = "refuted"


class AllergyIntolerance(Entity, frozen=True, kw_only=True):
    """A substance that has harmed this person, and how."""

    patient: str
    substance: str
    reaction: str = ""
    severity: AllergySeverity = AllergySeverity.UNKNOWN
    status: AllergyStanding = AllergyStanding.ACTIVE
    status_reason: str = ""
    source: str = ""
