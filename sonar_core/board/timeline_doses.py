"""What the timeline says of medicines."""

from __future__ import annotations

from typing import Final

from sonar_core.board.severity import Severity
from sonar_core.board.timeline_said import Category, Said, sentence
from sonar_core.moments import format_time
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import (
    MedicationRequest,
    RequestStatus,
    SupplyRoute,
)

DOSE_WORDS: Final = {
    DoseOutcome.GIVEN: "Given",
    DoseOutcome.GIVEN_BY_CUSTODY: "Handed over by custody",
    DoseOutcome.PARTLY_GIVEN: "Partly given",
    DoseOutcome.REFUSED: "Refused",
    DoseOutcome.WITHHELD: "Withheld",
    DoseOutcome.NOT_AVAILABLE: "Not available",
    DoseOutcome.ASLEEP: "Asleep",
    DoseOutcome.NOT_IN_SUITE: "Not in suite",
    DoseOutcome.VOMITED: "Vomited after",
    DoseOutcome.ENTERED_IN_ERROR: "Entered in error",
}
"""The chart's codes in words (ux.md 7.6)."""

_SUPPLIED_UNDER: Final = {
    SupplyRoute.PGD: "patient group direction",
    SupplyRoute.PSD: "patient specific direction",
    SupplyRoute.PRESCRIPTION: "prescription",
    SupplyRoute.OWN_MEDICINE: "own medicine",
    SupplyRoute.GENERAL_SALE: "general sale",
}

_SEVERITY: Final = {
    DoseOutcome.REFUSED: Severity.SOON,
    DoseOutcome.WITHHELD: Severity.SOON,
    DoseOutcome.NOT_AVAILABLE: Severity.SOON,
    DoseOutcome.VOMITED: Severity.SOON,
}


def said_of_dose(record: MedicationAdministration) -> Said:
    """Return the words for one dose given or not given."""
    amount = "" if record.dose is None else f"{record.dose} {record.unit}".strip()
    due = "" if record.due_at is None else f"Due {format_time(record.due_at)}"
    again = "" if record.again_at is None else f"Offer again {format_time(record.again_at)}"
    return Said(
        title=f"{DOSE_WORDS[record.code]}: {_product(record.medicine, record.strength)}",
        text=sentence(amount, record.route, due, record.reason, again, record.override_reason),
        at=record.performed_at,
        by=record.performed_by,
        category=Category.MEDICINES,
        severity=_SEVERITY.get(record.code, Severity.OK),
        is_struck_out=record.code is DoseOutcome.ENTERED_IN_ERROR,
    )


def said_of_order(record: MedicationRequest) -> Said:
    """Return the words for an order, and that it was stopped."""
    stopped = record.status is RequestStatus.STOPPED
    times = ", ".join(record.due_times) or ("when needed" if record.as_needed else "once")
    return Said(
        title=f"{'Stopped' if stopped else 'Ordered'}: "
        f"{_product(record.medicine, record.strength)}",
        text=sentence(
            f"{record.dose} {record.unit}".strip(),
            record.route,
            times,
            _SUPPLIED_UNDER[record.authority],
            record.indication,
            record.status_reason,
        ),
        at=None if stopped else record.start_at,
        category=Category.MEDICINES,
        is_struck_out=record.status is RequestStatus.ENTERED_IN_ERROR,
    )


def _product(medicine: str, strength: str) -> str:
    return f"{medicine} {strength}".strip()
