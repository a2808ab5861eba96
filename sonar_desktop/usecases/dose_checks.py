"""The safety checks beside a dose, from what this PC knows at this moment."""

from __future__ import annotations

from sonar_core.conflicts import acted_on
from sonar_core.medicines.checks import DoseAsked, DoseCheck, check_dose
from sonar_core.medicines.doses import doses_taken
from sonar_core.moments import Moment
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_desktop.usecases.acting import existing, facts_of, lost_facts
from sonar_desktop.usecases.allergies import allergy_knowledge, standing_allergies
from sonar_desktop.usecases.ports import Desk, Reading


def read_dose_checks(
    desk: Desk, request: str, dose: str, at: Moment, *, unseen_since_ms: int | None
) -> tuple[DoseCheck, ...]:
    """Return the checks of a dose of an order, worst first.

    `unseen_since_ms` is since when this PC has had no contact, None while it has.
    """

    def look(reading: Reading) -> tuple[DoseCheck, ...]:
        return dose_checks(reading, request, dose, at, unseen_since_ms=unseen_since_ms)

    return desk.store.read(look)


def dose_checks(
    reading: Reading,
    request: str,
    dose: str,
    at: Moment,
    *,
    unseen_since_ms: int | None,
    but_for: str | None = None,
) -> tuple[DoseCheck, ...]:
    """Return the checks within one look at the store, `but_for` an entry that is being amended."""
    order = existing(reading, MedicationRequest, request)
    version = acted_on(order, reading.conflicts())
    seen = reading.of_patient(order.patient)
    charted = facts_of(MedicationAdministration, seen)
    taken = doses_taken(charted, lost_facts(reading, seen))
    return check_dose(
        DoseAsked(
            order=version.first,
            dose=dose,
            at_ms=at.utc_ms,
            zone=at.zone,
            taken=tuple(one for one in taken if one.id != but_for),
            allergy_knowledge=allergy_knowledge(reading, order.patient),
            allergies=tuple(standing_allergies(reading, order.patient)),
            must_ask_first=version.must_stop,
            unseen_since_ms=unseen_since_ms,
        )
    )
