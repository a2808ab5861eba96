"""What every change of allergies does: it edits the patient's one allergy status with it.

So that "no known allergies" written on another PC meets it (decision 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sonar_core.conflicts import acted_on
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.conflict import Conflict
from sonar_core.records.registry import allergy_status_id
from sonar_desktop.usecases.acting import now
from sonar_desktop.usecases.ports import Desk, Reading, Seen, Writing


def standing_allergies(reading: Reading, patient: str) -> list[AllergyIntolerance]:
    """Return the allergies that stand, in every version that applies while one is disputed."""
    seen = reading.of_patient(patient, (AllergyIntolerance.__name__,))
    return standing_among(seen, reading.conflicts())


def standing_among(seen: Iterable[Seen], disputes: Sequence[Conflict]) -> list[AllergyIntolerance]:
    """Return the allergies that stand among a person's records."""
    return [
        version
        for one in seen
        if isinstance(one.record, AllergyIntolerance)
        for version in acted_on(one.record, disputes).versions
        if version.status is AllergyStanding.ACTIVE
    ]


def knowledge_of(
    standing: Sequence[AllergyIntolerance],
    status: AllergyStatus | None,
    disputes: Sequence[Conflict],
) -> AllergyKnowledge:
    """Return what is acted on, given the allergies that stand and the status."""
    if standing:
        return AllergyKnowledge.KNOWN
    if status is None:
        return AllergyKnowledge.NOT_RECORDED
    return acted_on(status, disputes).first.status


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
