"""Read how an entry came to be as it is: every version, with who wrote it and why."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sonar_core.board.timeline_words import say
from sonar_core.moments import Moment
from sonar_core.records.base import Fact, Record
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import require
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk, Reading, Seen


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version in words. `reason` is why it took the place of the one before, if it says."""

    title: str
    text: str
    who: str
    recorded_at: Moment
    reason: str = ""


def read_history(desk: Desk, kind: str, identifier: str) -> tuple[Version, ...]:
    """Return the versions of an entry, oldest first; of a fact, those it followed and that follow.

    Two facts that took one place stand beside each other, in the order written.
    """
    require(desk.actor, Duty.READ)
    return desk.store.read(lambda reading: _history(desk, reading, kind, identifier))


def _history(desk: Desk, reading: Reading, kind: str, identifier: str) -> tuple[Version, ...]:
    names = people(reading, desk.actor)
    seen = reading.seen(kind, identifier)
    if seen is None:
        return ()
    if isinstance(seen.record, Fact):
        return tuple(_of_fact(one.record, names) for one in _chain(reading, kind, seen.record))
    return tuple(
        _version(past.record, names.get(past.author, past.author), past.recorded_at)
        for past in reading.history(kind, identifier)
    )


def _chain(reading: Reading, kind: str, fact: Fact) -> list[Seen]:
    """Return the facts that follow one another, oldest first."""
    alike = {
        one.record.id: one
        for one in reading.of_patient(fact.patient, (kind,))
        if isinstance(one.record, Fact)
    }
    before = {
        identifier: one.record.follows
        for identifier, one in alike.items()
        if isinstance(one.record, Fact)
    }
    linked = {fact.id}
    grown = True
    while grown:
        more = {
            other
            for identifier, follows in before.items()
            for other in (identifier, *follows)
            if linked.intersection((identifier, *follows))
        }
        grown = not more <= linked
        linked |= more
    found = [alike[one] for one in linked if one in alike]
    found.sort(key=lambda one: (one.recorded_at.utc_ms, one.record.id))
    return _in_turn(found, before)


def _in_turn(found: list[Seen], before: Mapping[str, tuple[str, ...]]) -> list[Seen]:
    """Put each after what it follows, whatever the clock of a PC said; else as it was written."""
    left, chain = {one.record.id: one for one in found}, list[Seen]()
    while left:
        # Of a circle, which no person can write, the one that was written first.
        after_all = (one for one in left if not left.keys() & set(before[one]))
        chain.append(left.pop(next(after_all, next(iter(left)))))
    return chain


def _of_fact(record: Record, names: dict[str, str]) -> Version:
    if not isinstance(record, Fact):
        raise TypeError("a chain holds facts only")
    who = names.get(record.recorded_by, record.recorded_by)
    version = _version(record, who, record.recorded_at)
    return msgspec.structs.replace(version, reason=record.replacement_reason)


def _version(record: Record, who: str, at: Moment) -> Version:
    said = next(iter(say(record)), None)
    return Version(
        title="" if said is None else said.title,
        text="" if said is None else said.text,
        who=who,
        recorded_at=at,
    )
