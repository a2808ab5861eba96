"""What is wrong with a field, as a screen needs it to show a sentence and at most two answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sonar_core.board.speech import in_turn
from sonar_desktop.usecases.inputs import reason_problem


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One sentence beside a field.

    A refused value blocks signing until it is changed; one that is asked back blocks until it is
    kept or changed. `fix` and `keep` are the words of the one-press answers, empty for none;
    `guess` is what the fix puts into the field.
    """

    text: str
    is_refused: bool = True
    fix: str = ""
    keep: str = ""
    guess: str = ""


def flaw_of_reason(reason: str) -> Flaw | None:
    """Return what is wrong with a reason that somebody else is to understand."""
    problem = reason_problem(reason)
    return Flaw(text=problem) if problem else None


def beside(
    problems: Iterable[tuple[str, str]], fields: Collection[str]
) -> tuple[dict[str, Flaw], str]:
    """Return the flaws of a form's fields, and as one text what belongs beside none of them."""
    flaws, elsewhere = {}, []
    for name, text in problems:
        if name in fields:
            flaws[name] = Flaw(text=text)
        else:
            elsewhere.append(text)
    return flaws, in_turn(*elsewhere)


def first_flawed(order: tuple[str, ...], flaws: Mapping[str, Flaw]) -> str | None:
    """Return the first field in reading order that has a flaw; one outside the order last."""
    inside = next((name for name in order if name in flaws), None)
    return inside or next(iter(flaws), None)
