"""One entry's words, before they are joined with who wrote them and where the copy is."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_core.board.severity import Severity
from sonar_core.moments import Moment


class Category(StrEnum):
    """The filters of the timeline."""

    CLINICAL = "clinical"
    CUSTODY = "custody"
    MEDICINES = "medicines"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Title and text of an entry.

    `at` is None where it is the time of writing; `by` is None where it is the version's author.
    """

    title: str
    text: str
    at: Moment | None = None
    by: str | None = None
    category: Category = Category.CLINICAL
    severity: Severity = Severity.OK
    is_struck_out: bool = False


def sentence(*parts: str) -> str:
    """Join the parts that hold something with the house's separator."""
    return " · ".join(part for part in parts if part)


def plain(value: str) -> str:
    """Return a coded value in words: ``in_person`` as ``in person``."""
    return value.replace("_", " ")
