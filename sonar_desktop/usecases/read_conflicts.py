"""Read the conflicts that wait for a person, with what stands meanwhile."""

from __future__ import annotations

from typing import Any

import msgspec

from sonar_core.board.words import DISPUTE_TEXT, full_name
from sonar_core.clinical.safety import SaferValue, safer_value
from sonar_core.records.conflict import Alternative, Conflict, ConflictStatus
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.roles import Duty
from sonar_core.sync.disputes import PLACE
from sonar_desktop.usecases.acting import require
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk, Reading
from sonar_desktop.usecases.resolve_conflict import SAFETY_KINDS


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One version: `values` are the disputed fields, of a fact all that it says."""

    alternative: Alternative
    who: str
    values: dict[str, Any]
    is_in_use: bool


class OpenConflict(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict as the inbox shows it.

    `differing` are the fields on which the sides differ, in the record's order, `same` the others.
    `safer` says what is acted on meanwhile. `needs_reason` is for safety items.
    """

    conflict: Conflict
    title: str
    cell: str
    name: str
    sides: tuple[Side, ...]
    differing: tuple[str, ...]
    same: tuple[str, ...]
    safer: SaferValue
    is_about_facts: bool
    is_safety: bool


def read_conflicts(desk: Desk) -> tuple[OpenConflict, ...]:
    """Return the open conflicts that can be shown here, safety items first, then newest."""
    require(desk.actor, Duty.READ)

    def look(reading: Reading) -> tuple[OpenConflict, ...]:
        names = people(reading, desk.actor)
        unread = {one.id for one in reading.unreadable_conflicts()}
        shown = (one for one in reading.conflicts() if one.id not in unread)
        found = [_open_conflict(reading, one, names) for one in shown]
        return tuple(sorted(found, key=lambda one: not one.is_safety))

    return desk.store.read(look)


def count_conflicts(reading: Reading) -> int:
    """Return how many conflicts wait, those among them that cannot be shown here."""
    unread = {one.id for one in reading.unreadable_conflicts()}
    return len(unread | {one.id for one in reading.conflicts()})


def read_conflict(desk: Desk, conflict: str) -> OpenConflict | None:
    """Return one conflict while it is open, else None."""
    require(desk.actor, Duty.READ)

    def look(reading: Reading) -> OpenConflict | None:
        found = reading.get(Conflict, conflict)
        if found is None or found.status is not ConflictStatus.OPEN:
            return None
        return _open_conflict(reading, found, people(reading, desk.actor))

    return desk.store.read(look)


def _open_conflict(reading: Reading, conflict: Conflict, names: dict[str, str]) -> OpenConflict:
    values = [_values(reading, conflict, side) for side in conflict.alternatives]
    is_about_facts = conflict.group == PLACE
    group = None if is_about_facts else conflict.group
    safer = safer_value(conflict.entity_kind, group, values)
    fields = list(dict.fromkeys(name for one in values for name in one))
    differing = tuple(
        name for name in fields if any(one.get(name) != values[0].get(name) for one in values)
    )
    person = reading.get(Patient, conflict.patient or "")
    stay = reading.get(CustodyEpisode, conflict.episode or "")
    return OpenConflict(
        conflict=conflict,
        title=DISPUTE_TEXT.get(conflict.entity_kind, "Versions differ"),
        cell="" if stay is None else stay.cell,
        name=""
        if person is None
        else full_name(person.family, person.given, person.title, person.gender),
        sides=tuple(
            Side(
                alternative=side,
                who=names.get(side.author, side.author),
                values=own,
                is_in_use=index == safer.index,
            )
            for index, (side, own) in enumerate(zip(conflict.alternatives, values, strict=True))
        ),
        differing=differing,
        same=tuple(name for name in fields if name not in differing),
        safer=safer,
        is_about_facts=is_about_facts,
        is_safety=conflict.entity_kind in SAFETY_KINDS,
    )


def _values(reading: Reading, conflict: Conflict, side: Alternative) -> dict[str, Any]:
    """Return a side's disputed fields; of a fact everything but its stamps."""
    if side.fact is None:
        return side.values
    fact = reading.get(REGISTRY[conflict.entity_kind].type, side.fact)
    if fact is None:
        return {}
    plain = msgspec.to_builtins(fact)
    return {name: value for name, value in plain.items() if name not in _STAMPS}


_STAMPS = frozenset(
    {
        "id",
        "patient",
        "episode",
        "recorded_at",
        "recorded_by",
        "replaces",
        "corrects",
        "replacement",
    }
)
