"""An order for a medicine."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.moments import Moment
from sonar_core.records.base import Entity


class SupplyRoute(StrEnum):
    """Under what authority a medicine reaches a detainee."""

    PGD = "pgd"
    PSD = "psd"
    PRESCRIPTION = "prescription"
    OWN_MEDICINE = "own_medicine"
    GENERAL_SALE = "general_sale"


class RequestStatus(StrEnum):
    """Whether doses may be given under it."""

    ACTIVE = "active"
    STOPPED = "stopped"
    ENTERED_IN_ERROR = "entered_in_error"


class MedicationRequest(Entity, frozen=True, kw_only=True):
    """An order; one group, since a drug from one author and a dose from another is nobody's order.

    `dose` and `maximum_24h` are decimal text in `unit`. `interval_minutes` is the least time
    between two doses. `due_times` are local times of day ("08:00") for a regular medicine.
    `ingredients` are names in lower case, for the allergy and duplicate checks.
    """

    patient: str
    episode: str
    medicine: str
    form: str
    strength: str
    ingredients: tuple[str, ...] = ()
    dose: str
    unit: str
    route: str
    authority: SupplyRoute
    authorised_by: str
    as_needed: bool = False
    due_times: tuple[str, ...] = ()
    interval_minutes: int | None = None
    maximum_24h: str | None = None
    indication: str = ""
    start_at: Moment
    stop_at: Moment | None = None
    status: RequestStatus = RequestStatus.ACTIVE
    status_reason: str = ""
