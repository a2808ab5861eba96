"""A request that a healthcare professional sees a detainee, with its response clock."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.moments import Moment
from sonar_core.records.base import Entity


class ReferralReason(StrEnum):
    """Why the custody officer asks."""

    ILLNESS = "illness"
    INJURY = "injury"
    MEDICATION = "medication"
    MENTAL_HEALTH = "mental_health"
    SELF_HARM = "self_harm"
    INTOXICATION = "intoxication"
    WITHDRAWAL = "withdrawal"
    FITNESS_TO_DETAIN = "fitness_to_detain"
    FITNESS_TO_INTERVIEW = "fitness_to_interview"
    FITNESS_TO_CHARGE = "fitness_to_charge"
    FITNESS_TO_TRANSFER = "fitness_to_transfer"
    FITNESS_TO_RELEASE = "fitness_to_release"
    FORENSIC = "forensic"
    OTHER = "other"


class Urgency(StrEnum):
    """How fast the custody officer asks for somebody."""

    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Referral(Entity, frozen=True, kw_only=True):
    """A referral; each time is its own merge group, and its history keeps the first value."""

    patient: str
    episode: str
    requested_at: Moment
    requested_by: str
    reasons: tuple[ReferralReason, ...]
    urgency: Urgency = Urgency.ROUTINE
    detail: str = ""
    target_minutes: int | None = None
    accepted_at: Moment | None = None
    accepted_by: str | None = None
    arrived_at: Moment | None = None
    seen_at: Moment | None = None
    seen_by: str | None = None
    closed_at: Moment | None = None
    cancel_reason: str = ""
