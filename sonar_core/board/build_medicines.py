"""The medicines of a board row: what may still be given, and what the last entry was."""

from __future__ import annotations

from typing import Final

from sonar_core.board.rows import BrokenLine, OrderLine
from sonar_core.board.sorted_records import SortedRecords
from sonar_core.conflicts import ActedOn
from sonar_core.medicines.doses import TAKEN, doses_taken, entries
from sonar_core.medicines.recheck import BrokenRule, Charted, still_to_answer
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest, RequestStatus
from sonar_core.records.task import Task

MOST_ANSWERED: Final = 24
"""Newest answered slots kept in a row: more than a day of the most frequent medicine."""

_WORST: Final = list(BrokenRule)


def order_lines(found: SortedRecords) -> tuple[OrderLine, ...]:
    """Return the orders under which doses may be given or must first be asked about, by name."""
    charted: dict[str, list[MedicationAdministration]] = {}
    for entry in entries(found.of(MedicationAdministration), found.set_aside):
        charted.setdefault(entry.request, []).append(entry)
    lines = [
        _line(order, charted.get(order.first.id, []))
        for order in found.acted_on(MedicationRequest)
        if any(version.status is RequestStatus.ACTIVE for version in order.versions)
    ]
    return tuple(sorted(lines, key=lambda line: (line.medicine.casefold(), line.request)))


def broken_lines(found: SortedRecords) -> tuple[tuple[BrokenLine, ...], tuple[Task, ...]]:
    """Return the rules that do not hold and that nobody has answered, and the tasks they are."""
    orders = tuple(order.versions for order in found.acted_on(MedicationRequest))
    if not orders:
        return (), ()
    entered = (*found.of(MedicationAdministration), *found.elsewhere)
    charted = Charted(
        orders=orders,
        taken=tuple(doses_taken(entered, found.set_aside)),
        allergies=tuple(
            one
            for one in found.versions(AllergyIntolerance)
            if one.status is AllergyStanding.ACTIVE
        ),
    )
    waiting = still_to_answer(charted, found.episode, found.of(Task))
    lines = [
        BrokenLine(task=task.id, rule=broken.rule, medicine=broken.medicine)
        for broken, task in waiting
    ]
    lines.sort(key=lambda line: _WORST.index(line.rule))
    return tuple(lines), tuple(task for _, task in waiting)


def _line(
    acted_on: ActedOn[MedicationRequest], charted: list[MedicationAdministration]
) -> OrderLine:
    order = acted_on.first
    answered = [entry.due_at.utc_ms for entry in charted if entry.due_at is not None]
    given = [entry.performed_at.utc_ms for entry in charted if entry.code in TAKEN]
    last = charted[-1] if charted else None
    again = None if last is None else last.again_at
    return OrderLine(
        request=order.id,
        medicine=order.medicine,
        as_needed=order.as_needed,
        due_times=order.due_times,
        start_ms=order.start_at.utc_ms,
        stop_ms=None if order.stop_at is None else order.stop_at.utc_ms,
        interval_minutes=order.interval_minutes,
        answered=tuple(sorted(answered)[-MOST_ANSWERED:]),
        given_ms=max(given, default=None),
        last_code=None if last is None else last.code.value,
        last_ms=None if last is None else last.performed_at.utc_ms,
        last_reason="" if last is None else last.reason,
        again_ms=None if again is None else again.utc_ms,
        stop_first=acted_on.must_stop,
    )
