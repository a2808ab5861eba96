"""Which rules of a stay's medicines entries of several PCs break together, as tasks to answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sonar_core.conflicts import acted_on
from sonar_core.medicines.doses import doses_taken
from sonar_core.medicines.recheck import Broken, Charted, still_to_answer
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.task import Task
from sonar_desktop.usecases.acting import facts_of
from sonar_desktop.usecases.allergies import standing_among
from sonar_desktop.usecases.ports import Seen


def rules_to_check(
    stay: CustodyEpisode, seen: list[Seen], disputes: Sequence[Conflict], lost: Collection[str]
) -> tuple[tuple[Broken, Task], ...]:
    """Return the rules that do not hold and that nobody has answered, each with its task.

    `seen` are all records of the person, `disputes` the open conflicts, `lost` the facts that a
    person set aside.
    """
    orders = tuple(
        acted_on(one.record, disputes).versions
        for one in seen
        if isinstance(one.record, MedicationRequest) and one.record.episode == stay.id
    )
    charted = Charted(
        orders=orders,
        taken=tuple(doses_taken(facts_of(MedicationAdministration, seen), frozenset(lost))),
        allergies=tuple(standing_among(seen, disputes)),
    )
    written = [one.record for one in seen if isinstance(one.record, Task)]
    return still_to_answer(charted, stay, written)
