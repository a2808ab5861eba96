"""Strike out an entry that should not have been made: it stays readable, marked so."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from sonar_core.records.base import Fact, Replacement
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.sync.correcting import in_place_of
from sonar_desktop.usecases.acting import existing, now, require_to_write, still_stands
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing
from sonar_desktop.usecases.record_fitness_outcome import close_tasks_of

F = TypeVar("F", bound=Fact)


def strike_out(desk: Desk, kind: type[F], fact: str, reason: str) -> tuple[F, Changed]:
    """Write the fact that takes the entry's place and says that it was an error, and why.

    It repeats the entry, times included, so that nobody has to look elsewhere for what was struck
    out. Tasks that a struck-out decision asked for are closed. Raises InputError without a reason
    or for an entry that was already corrected, RoleError.
    """
    require_to_write(desk.actor, kind.__name__)
    problems = Problems()
    problems.reason("reason", reason)
    problems.raise_if_any()

    def act(writing: Writing) -> F:
        entry = existing(writing, kind, fact)
        if not still_stands(writing, entry):
            already = Problems()
            already.add("entry", "This entry was already corrected. Open it again.")
            already.raise_if_any()
        struck = msgspec.structs.replace(
            entry,
            id=desk.ids.new(),
            recorded_at=now(desk),
            recorded_by=desk.actor.user,
            **{"corrects": None, **in_place_of(entry.id, writing.held_facts())},
            replacement=Replacement.ENTERED_IN_ERROR,
            replacement_reason=reason.strip(),
        )
        if isinstance(struck, MedicationAdministration):
            struck = msgspec.structs.replace(struck, code=DoseOutcome.ENTERED_IN_ERROR)
        writing.record(struck)
        if isinstance(struck, FitnessOutcome):
            close_tasks_of(desk, writing, struck, (entry.id,))
        return struck

    return desk.store.write(desk.actor, "strike_out", act)
