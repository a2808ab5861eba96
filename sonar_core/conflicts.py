"""Which facts stand, and which version of a disputed record is acted on.

Nothing here is stored: it is computed at reading, the same on every device (decision 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import msgspec

from sonar_core.clinical.safety import SaferRule, safer_value
from sonar_core.records.base import Fact, Record, Replacement
from sonar_core.records.conflict import Conflict, ConflictResolution, ConflictStatus
from sonar_core.sync.disputes import PLACE

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=Fact)


class ActedOn(msgspec.Struct, Generic[R], frozen=True, kw_only=True):
    """What is acted on until a person decides.

    `versions` holds one record, or each version that applies where both do. `must_stop` says that
    nobody acts on any before checking; `versions` then holds all of them.
    """

    versions: tuple[R, ...]
    is_provisional: bool = False
    must_stop: bool = False

    @property
    def first(self) -> R:
        """The one version, or the first of several."""
        return self.versions[0]


def open_conflicts(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Return those that wait for a person."""
    return tuple(one for one in conflicts if one.status is ConflictStatus.OPEN)


def acted_on(record: R, conflicts: Iterable[Conflict]) -> ActedOn[R]:
    """Return the version or versions of an entity to act on, given the conflicts about it."""
    versions: list[R] = [record]
    provisional = must_stop = False
    for conflict in open_conflicts(conflicts):
        if conflict.entity != record.id or conflict.group == PLACE:
            continue
        provisional = True
        sides = [side.values for side in conflict.alternatives]
        safer = safer_value(conflict.entity_kind, conflict.group, sides)
        chosen = sides if safer.index is None else [sides[safer.index]]
        found = [_with(one, values) for one in versions for values in chosen]
        readable = [one for one in found if one is not None]
        must_stop = must_stop or safer.rule is SaferRule.STOP or len(readable) < len(found)
        versions = list(dict.fromkeys([*readable] or versions))
    return ActedOn(versions=tuple(versions), is_provisional=provisional, must_stop=must_stop)


def _with(record: R, values: dict[str, object]) -> R | None:
    """Return the record with a side's values, None when a newer program wrote ones unknown."""
    fields = {**msgspec.to_builtins(record), **values}
    try:
        return msgspec.convert(fields, type(record))
    except msgspec.ValidationError:
        return None


def set_aside(
    conflicts: Iterable[Conflict], resolutions: Iterable[ConflictResolution]
) -> frozenset[str]:
    """Return the ids of the facts that lost to another by a person's decision."""
    decided = {one.id: one for one in resolutions}
    lost: set[str] = set()
    for conflict in conflicts:
        decision = decided.get(conflict.resolution or "")
        if decision is None or decision.stands is None:
            continue
        lost |= {side.fact for side in conflict.alternatives if side.fact is not None}
        lost.discard(decision.stands)
    return frozenset(lost)


def standing_facts(facts: Iterable[F], lost: frozenset[str] = frozenset()) -> list[F]:
    """Return the facts whose place no other took, in the order given.

    A fact that strikes another out ("entered in error") does not stand itself: it says that none
    stands there. `lost` are those that a person set aside.
    """
    known = list(facts)
    replaced = {before for one in known if one.id not in lost for before in one.follows}
    return [
        one
        for one in known
        if one.id not in replaced
        and one.id not in lost
        and one.replacement is not Replacement.ENTERED_IN_ERROR
    ]


def end_of_chain(facts: Sequence[F], lost: frozenset[str] = frozenset()) -> F | None:
    """Return the fact whose place the next one takes: the newest that none has replaced.

    Unlike `standing_facts` it may be one that struck another out. None where there is no fact.
    """
    replaced = {before for one in facts if one.id not in lost for before in one.follows}
    ends = [one for one in facts if one.id not in replaced and one.id not in lost]
    return max(ends, key=written_order, default=None)


def written_order(fact: Fact) -> tuple[int, int, str]:
    """Return the key that orders facts as they happened: performed, then written, then id."""
    return fact.performed_at.utc_ms, fact.recorded_at.utc_ms, fact.id


def disputed_facts(conflicts: Iterable[Conflict]) -> frozenset[str]:
    """Return the ids of the facts that take one place and wait for a person."""
    return frozenset(
        side.fact
        for conflict in open_conflicts(conflicts)
        if conflict.group == PLACE
        for side in conflict.alternatives
        if side.fact is not None
    )
