"""How a new fact takes the place of one, also of one that the server holds back.

Whatever replaces a fact waits for it (`missing_parent`). What replaces one that never comes would
wait for ever: it is written beside it instead, and says for which one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sonar_core.records.base import Fact
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.sync.messages import Reason

FOR_GOOD: Final = frozenset({Reason.DAMAGED, Reason.ID_COLLISION, Reason.BAD_SIGNATURE})
"""Why a fact is held back that does not come by itself, while one written anew would."""


class HeldFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as its author wrote it, and why the server holds it back.

    `fact` is None where its bytes on this PC cannot be read.
    """

    fact: Fact | None
    reason: Reason
    detail: str = ""


def is_stuck(identifier: str, held: Mapping[str, HeldFact]) -> bool:
    """Return whether a fact never comes by itself: it, or what it belongs to, is held for good.

    It belongs to the fact that it replaces, and to the one that somebody was told of. `held` are
    the facts held back, by id.
    """
    passed: set[str] = set()
    while identifier in held and identifier not in passed:
        one = held[identifier]
        if one.reason in FOR_GOOD:
            return True
        if one.reason is not Reason.MISSING_PARENT or one.detail not in _waits_for(one.fact):
            return False
        passed.add(identifier)
        identifier = one.detail
    return False


def _waits_for(fact: Fact | None) -> tuple[str | None, ...]:
    if fact is None:
        return ()
    return (fact.replaces, fact.about if isinstance(fact, OutcomeTold) else None)


def _replaced_by(held: HeldFact) -> str | None:
    return None if held.fact is None else held.fact.replaces


def in_place_of(identifier: str, held: Mapping[str, HeldFact]) -> dict[str, Any]:
    """Return the fields `replaces` and `corrects` of the fact that takes a fact's place."""
    if not is_stuck(identifier, held):
        return {"replaces": identifier}
    passed = {identifier}
    place = _replaced_by(held[identifier])
    while place is not None and place not in passed and is_stuck(place, held):
        passed.add(place)
        place = _replaced_by(held[place])
    return {"corrects": identifier, "replaces": None if place in passed else place}
