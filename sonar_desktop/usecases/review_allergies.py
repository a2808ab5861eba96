"""Review allergies: somebody asked, and this is what came of it."""

from __future__ import annotations

from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.patient import Patient
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.allergies import put_allergy_status, standing_allergies
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def review_allergies(desk: Desk, patient: str, knowledge: AllergyKnowledge) -> tuple[None, Changed]:
    """Record known, none known or unavailable, with who asked and when.

    Raises InputError for "none known" while an allergy stands, for "known" without one, and for
    "not recorded", which nobody can find out by asking; RoleError.
    """
    require(desk.actor, Duty.KEEP_ALLERGIES)

    def act(writing: Writing) -> None:
        existing(writing, Patient, patient)
        has_some = bool(standing_allergies(writing, patient))
        problems = Problems()
        if knowledge is AllergyKnowledge.NOT_RECORDED:
            problems.add("knowledge", "Choose known, none known or unavailable.")
        if knowledge is AllergyKnowledge.NONE_KNOWN and has_some:
            problems.add("knowledge", "Strike out the allergies on the record first.")
        if knowledge is AllergyKnowledge.KNOWN and not has_some:
            problems.add("knowledge", "Record what they are allergic to.")
        problems.raise_if_any()
        put_allergy_status(desk, writing, patient, knowledge)

    return desk.store.write(desk.actor, "review_allergies", act)
