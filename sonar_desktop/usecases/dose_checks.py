"""The safety checks beside a dose, from what this PC knows at this moment."""

from __future__ import annotations

from typing import Final

from sonar_core.conflicts import acted_on
from sonar_core.medicines.checks import DoseAsked, DoseCheck, Unreadable, check_dose
from sonar_core.medicines.doses import doses_taken
from sonar_core.moments import Moment
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyStatus
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.registry import REGISTRY
from sonar_desktop.usecases.acting import existing, facts_of, lost_facts
from sonar_desktop.usecases.allergies import knowledge_of, standing_among
from sonar_desktop.usecases.ports import Desk, Reading

_ABOUT_ALLERGIES: Final = frozenset({AllergyIntolerance.__name__, AllergyStatus.__name__})
_ABOUT_MEDICINES: Final = frozenset(
    kind.__name__
    for kind in (MedicationAdministration, MedicationRequest, Conflict, ConflictResolution)
)


def read_dose_checks(
    desk: Desk,
    request: str,
    dose: str,
    at: Moment,
    *,
    unseen_since_ms: int | None,
    but_for: str | None = None,
) -> tuple[DoseCheck, ...]:
    """Return the checks of a dose of an order, worst first, `but_for` an entry being amended.

    `unseen_since_ms` is since when this PC has had no contact, None while it has.
    """

    def look(reading: Reading) -> tuple[DoseCheck, ...]:
        return dose_checks(
            reading, request, dose, at, unseen_since_ms=unseen_since_ms, but_for=but_for
        )

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
    disputes = reading.conflicts()
    version = acted_on(order, disputes)
    seen, unreadable = reading.readable_of_patient(order.patient)
    allergies = standing_among(seen, disputes)
    status = next((one.record for one in seen if isinstance(one.record, AllergyStatus)), None)
    charted = facts_of(MedicationAdministration, seen)
    taken = doses_taken(charted, lost_facts(reading, seen))
    return check_dose(
        DoseAsked(
            order=version.first,
            dose=dose,
            at_ms=at.utc_ms,
            zone=at.zone,
            taken=tuple(one for one in taken if one.id != but_for),
            allergy_knowledge=knowledge_of(allergies, status, disputes),
            allergies=tuple(allergies),
            must_ask_first=version.must_stop,
            unseen_since_ms=unseen_since_ms,
            unreadable=_counted(unreadable),
        )
    )


def _counted(kinds: tuple[str, ...]) -> Unreadable:
    """Return how many entries that the checks need cannot be read, by what they are about."""
    return Unreadable(
        allergies=sum(kind in _ABOUT_ALLERGIES for kind in kinds),
        medicines=sum(kind in _ABOUT_MEDICINES for kind in kinds),
        unknown=sum(kind not in REGISTRY for kind in kinds),
    )
