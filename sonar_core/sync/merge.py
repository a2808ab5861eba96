"""The three-way merge of one field group.

Values are the group's fields. A clinical group always travels whole, so that what stands was
written whole by one person; an automatic group carries only the fields its author changed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import msgspec

from sonar_core.records.kinds import Group, MergePolicy
from sonar_core.records.task import TaskStatus

Values = dict[str, Any]


ALSO_DONE: Final = "also_done"


class Outcome(StrEnum):
    """What became of one group."""

    APPLIED = "applied"
    MERGED = "merged"
    CONFLICT = "conflict"


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome and the fields to set; none where the current values stay."""

    outcome: Outcome
    values: Values


def merge(*, group: Group, current: Values, proposed: Values, touched: bool) -> Merged:
    """Return what to do with `proposed`, written against a version that the group may have left.

    `current` is the whole record now; `touched` says that somebody changed the group since the
    version its author saw.
    """
    if group.policy is MergePolicy.DONE_WINS:
        # Who else did it is written here and nowhere else: no author's copy may push it out.
        proposed = {field: value for field, value in proposed.items() if field != ALSO_DONE}
    if not touched:
        return Merged(outcome=Outcome.APPLIED, values=proposed)
    if all(current.get(field) == value for field, value in proposed.items()):
        return Merged(outcome=Outcome.MERGED, values={})
    if group.policy is MergePolicy.AUTO or _agree(group, current, proposed):
        return Merged(outcome=Outcome.MERGED, values=proposed)
    if group.policy is MergePolicy.DONE_WINS:
        return Merged(outcome=Outcome.MERGED, values=_done_wins(current, proposed))
    return Merged(outcome=Outcome.CONFLICT, values={})


def _agree(group: Group, current: Values, proposed: Values) -> bool:
    """Return whether both sides gave the same answer in the fields that decide the group."""
    return bool(group.decisive) and all(
        field in proposed and current.get(field) == proposed[field] for field in group.decisive
    )


def _done_wins(current: Values, proposed: Values) -> Values:
    """Return the fields by which done stays done, the other author kept beside it.

    A version that gives way here stays in the record's history.
    """
    if current.get("status") != TaskStatus.DONE:
        return proposed
    return {ALSO_DONE: [*current.get(ALSO_DONE, ()), proposed]}
