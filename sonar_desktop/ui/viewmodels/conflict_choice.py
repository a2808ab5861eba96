"""What has been chosen for a conflict: what is still missing, and the values that would stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sonar_desktop.ui.viewmodels.conflict_faces import DetailFace, joined
from sonar_desktop.usecases.inputs import reason_problem
from sonar_desktop.usecases.read_inbox import WaitingConflict

BOTH: Final = -1
"""The choice of a line that keeps every version's text."""


class KeptChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft of a decision holds; `seen` are the versions it was made on."""

    seen: tuple[str, ...]
    reason: str
    side: int | None
    lines: dict[str, int]
    third: dict[str, str] | None


def seen_of(found: WaitingConflict) -> set[str]:
    """Return the operations of the versions on the screen."""
    return {side.alternative.operation for side in found.open.sides}


def base_of(found: WaitingConflict) -> Mapping[str, Any]:
    """Return the version that another one starts from: the one in use, else the first."""
    sides = found.open.sides
    used = [side for side in sides if side.is_in_use]
    return (used or list(sides))[0].values


def chosen_values(
    found: WaitingConflict, detail: DetailFace, side: int | None, lines: Mapping[str, int]
) -> Mapping[str, Any] | None:
    """Return the whole tuple that will stand, None until that is clear."""
    sides = found.open.sides
    if not detail.is_line_by_line:
        return None if side is None else sides[side].values
    if any(one.name not in lines for one in detail.fields):
        return None
    values = dict(base_of(found))
    for name, choice in lines.items():
        values[name] = joined(name, sides) if choice == BOTH else sides[choice].values.get(name)
    return values


def still_missing(
    detail: DetailFace, lines: Mapping[str, int], reason: str, *, is_chosen: bool
) -> str:
    """Return what is needed before the decision can be saved, empty when nothing is."""
    if detail.is_line_by_line:
        left = [one.label for one in detail.fields if one.name not in lines]
        if left:
            return f"Still to choose: {', '.join(left)}."
    elif not is_chosen:
        return "Choose the version that stands."
    return reason_problem(reason) if detail.is_safety else ""
