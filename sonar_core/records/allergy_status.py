"""Whether anybody has asked about allergies, and what came of it."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.moments import Moment
from sonar_core.records.base import Entity


class AllergyKnowledge(StrEnum):
    """The four states of NHS Common User Interface PAB-0064; "not recorded" is never "none"."""

    KNOWN = "known"
    NONE_KNOWN = "none_known"
    NOT_RECORDED = "not_recorded"
    UNAVAILABLE = "unavailable"


class AllergyStatus(Entity, frozen=True, kw_only=True):
    """One per patient, its id `ids.slot(patient, "allergy_status")`.

    Recording or striking out an allergy edits it in the same transaction, so that "no known
    allergies" written on another PC collides with it.
    """

    patient: str
    status: AllergyKnowledge
    reviewed_at: Moment | None = None
    reviewed_by: str | None = None
