"""What a use case says of input it cannot take: one sentence beside each field.

KnownError
├── InputError    a value is missing, impossible or does not fit the record
└── RoleError     this role may not do that
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from sonar_core.moments import Moment
from sonar_core.typed_time import TypedOutcome, judge_moment
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.ports import Clock

REASON_LENGTH: Final = 10
"""The least characters of a reason where a safety item is decided or struck out (ux.md 7.8)."""


def reason_problem(text: str) -> str:
    """Return what is wrong with a reason, empty when it is long enough to be one."""
    if len(text.strip()) >= REASON_LENGTH:
        return ""
    return f"Write why, in at least {REASON_LENGTH} characters."


class InputError(KnownError):
    """Nothing was written. `problems` holds (field of the input, sentence) in the input's order."""

    problems: tuple[tuple[str, str], ...]

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        count = len(problems)
        super().__init__("1 answer needs you." if count == 1 else f"{count} answers need you.")
        self.problems = problems


class RoleError(KnownError):
    """The signed-in person's role may not do this; nothing was written."""


class Problems:
    """Collects every problem of one input, so that all are said at once."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def add(self, field: str, sentence: str) -> None:
        """Keep one problem."""
        self._found.append((field, sentence))

    def require(self, field: str, text: str, thing: str) -> None:
        """Ask for text that is not blank."""
        if not text.strip():
            self.add(field, f"Enter {thing}.")

    def reason(self, field: str, text: str) -> None:
        """Ask for a reason that somebody else can understand."""
        problem = reason_problem(text)
        if problem:
            self.add(field, problem)

    def happened(self, field: str, moment: Moment, clock: Clock) -> None:
        """Refuse what is far in the future; a little ahead was asked back at the field."""
        judged = judge_moment(moment, now_ms=clock.latest_ms())
        if judged.outcome is TypedOutcome.REFUSED:
            self.add(field, judged.text or "Enter a time that has passed.")

    def to_come(self, field: str, moment: Moment | None, clock: Clock) -> None:
        """Refuse a due time that has passed by both clocks: so never a true one."""
        if moment is not None and moment.utc_ms < clock.earliest_ms():
            self.add(field, "This time has passed. Enter a time to come.")

    def decimal(self, field: str, text: str, thing: str) -> None:
        """Ask for a number above 0, written as decimal text."""
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            number = Decimal(0)
        if not number.is_finite() or number <= 0:
            self.add(field, f"{thing} must be a number above 0.")

    def raise_if_any(self) -> None:
        """Raise InputError with all that was found, if anything was."""
        if self._found:
            raise InputError(tuple(self._found))
