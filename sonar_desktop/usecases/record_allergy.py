"""Record an allergy, or change one that is on the record."""

from __future__ import annotations

from typing import Any

import msgspec

from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.patient import Patient
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.allergies import put_allergy_status
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


class AllergyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What harms the person, and how; `source` is who said so."""

    substance: str
    reaction: str = ""
    severity: AllergySeverity = AllergySeverity.UNKNOWN
    source: str = ""


def record_allergy(
    desk: Desk, patient: str, entry: AllergyEntry, *, draft: str | None = None
) -> tuple[str, Changed]:
    """Write the allergy and "Known allergies" in one action; return the allergy's id.

    Raises InputError without a substance, RoleError.
    """
    require(desk.actor, Duty.KEEP_ALLERGIES)
    _check(entry)

    def act(writing: Writing) -> str:
        existing(writing, Patient, patient)
        allergy = AllergyIntolerance(id=desk.ids.new(), patient=patient, **_fields(entry))
        writing.record(allergy)
        put_allergy_status(desk, writing, patient, AllergyKnowledge.KNOWN)
        if draft is not None:
            writing.drop_draft(desk.actor.user, draft)
        return allergy.id

    return desk.store.write(desk.actor, "record_allergy", act)


def change_allergy(desk: Desk, allergy: str, entry: AllergyEntry) -> tuple[str | None, Changed]:
    """Change what an allergy says; return the operation's id, None when nothing changed.

    Raises InputError without a substance, RoleError.
    """
    require(desk.actor, Duty.KEEP_ALLERGIES)
    _check(entry)

    def act(writing: Writing) -> str | None:
        found = existing(writing, AllergyIntolerance, allergy)
        changed = writing.edit(AllergyIntolerance, allergy, _fields(entry))
        if changed is not None:
            put_allergy_status(desk, writing, found.patient, AllergyKnowledge.KNOWN)
        return changed

    return desk.store.write(desk.actor, "change_allergy", act)


def _check(entry: AllergyEntry) -> None:
    problems = Problems()
    problems.require("substance", entry.substance, "what they are allergic to")
    problems.raise_if_any()


def _fields(entry: AllergyEntry) -> dict[str, Any]:
    return {
        "substance": entry.substance.strip(),
        "reaction": entry.reaction.strip(),
        "severity": entry.severity,
        "source": entry.source.strip(),
    }
