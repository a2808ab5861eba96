"""Whether a detainee is fit, and for what."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.moments import Moment
from sonar_core.records.base import Fact


class FitnessPurpose(StrEnum):
    """Fit for what: detention, interview (PACE Code C Annex G), charge, transfer, release."""

    DETAINED = "detained"
    INTERVIEWED = "interviewed"
    CHARGED = "charged"
    TRANSFERRED = "transferred"
    RELEASED = "released"


class Fitness(StrEnum):
    """The decision."""

    FIT = "fit"
    FIT_WITH_CONDITIONS = "fit_with_conditions"
    NOT_FIT = "not_fit"
    DEFERRED = "deferred"


class FitnessOutcome(Fact, frozen=True, kw_only=True):
    """A decision on fitness; a later one for the same purpose names it in `replaces`."""

    purpose: FitnessPurpose
    outcome: Fitness
    conditions: tuple[str, ...] = ()
    reason: str = ""
    valid_until: Moment | None = None
    review_at: Moment | None = None
