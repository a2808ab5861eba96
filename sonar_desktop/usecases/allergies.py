"""What every change of allergies does: it edits the patient's one allergy status with it.

So that "no known allergies" written on another PC meets it (decision 3).
"""

from __future__ import annotations

from sonar_core.conflicts import acted_on
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.registry import allergy_status_id
from sonar_desktop.usecases.acting import now
from sonar_desktop.usecases.ports import Desk, Reading, Writing


def standing_allergies(reading: Reading, patient: str) -> list[AllergyIntolerance]:
    """Return the allergies that stand, in every version that applies while one is disputed."""
    conflicts = reading.conflicts()
    return [
        version
        for seen in reading.of_patient(patient, (AllergyIntolerance.__name__,))
        if isinstance(seen.record, AllergyIntolerance)
        for version in acted_on(seen.record, conflicts).versions
        if version.status is AllergyStanding.ACTIVE
    ]


def allergy_knowledge(reading: Reading, patient: str) -> AllergyKnowledge:
    """Return what is acted on: an allergy that stands makes it known, whatever the status says."""
    if standing_allergies(reading, patient):
        return AllergyKnowledge.KNOWN
    status = reading.get(AllergyStatus, allergy_status_id(patient))
    if status is None:
        return AllergyKnowledge.NOT_RECORDED
    return acted_on(status, reading.conflicts()).first.status


def put_allergy_status(
    desk: Desk, writing: Writing, patient: str, knowledge: AllergyKnowledge
) -> None:
    """Write the status with who reviewed it and when, within a user action."""
    identifier = allergy_status_id(patient)
    at = now(desk)
    if writing.get(AllergyStatus, identifier) is None:
        writing.record(
            AllergyStatus(
                id=identifier,
                patient=patient,
                status=knowledge,
                reviewed_at=at,
                reviewed_by=desk.actor.user,
            )
        )
        return
    changes = {"status": knowledge, "reviewed_at": at, "reviewed_by": desk.actor.user}
    writing.edit(AllergyStatus, identifier, changes)
