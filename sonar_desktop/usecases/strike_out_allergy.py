"""Strike out an allergy that was entered in error or turned out not to be one."""

from __future__ import annotations

from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.allergies import put_allergy_status, standing_allergies
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def strike_out_allergy(
    desk: Desk, allergy: str, reason: str, *, is_refuted: bool = False
) -> tuple[str | None, Changed]:
    """Strike it out; it stays readable. Return the operation's id, None where it already was.

    With no other allergy left the status becomes "not recorded": that there are none is for a
    person to ask and say. Raises InputError without a reason, RoleError.
    """
    require(desk.actor, Duty.KEEP_ALLERGIES)
    problems = Problems()
    problems.reason("reason", reason)
    problems.raise_if_any()
    standing = AllergyStanding.REFUTED if is_refuted else AllergyStanding.ENTERED_IN_ERROR

    def act(writing: Writing) -> str | None:
        found = existing(writing, AllergyIntolerance, allergy)
        if found.status is not AllergyStanding.ACTIVE:
            return None
        changes = {"status": standing, "status_reason": reason.strip()}
        changed = writing.edit(AllergyIntolerance, allergy, changes)
        others = standing_allergies(writing, found.patient)
        knowledge = AllergyKnowledge.KNOWN if others else AllergyKnowledge.NOT_RECORDED
        put_allergy_status(desk, writing, found.patient, knowledge)
        return changed

    return desk.store.write(desk.actor, "strike_out_allergy", act)
