"""What became of one dose."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.base import Fact


class DoseOutcome(StrEnum):
    """The codes of the chart; "late" is a mark, not an outcome."""

    GIVEN = "G"
    GIVEN_BY_CUSTODY = "GC"
    PARTLY_GIVEN = "P"
    REFUSED = "R"
    WITHHELD = "W"
    NOT_AVAILABLE = "N"
    ASLEEP = "A"
    NOT_IN_SUITE = "U"
    VOMITED = "V"
    ENTERED_IN_ERROR = "E"


class CheckShown(msgspec.Struct, frozen=True, kw_only=True):
    """A safety check as it stood on the screen when the dose was recorded."""

    rule: str
    level: str
    text: str


class MedicationAdministration(Fact, frozen=True, kw_only=True):
    """One dose given or not given. `dose` is decimal text in `unit`, None where none was taken.

    The medicine's name and strength are copied as shown, so that the line reads by itself.
    `performed_at` is when it was taken; `due_at` names the slot it answers.
    """

    request: str
    medicine: str
    strength: str
    ingredients: tuple[str, ...] = ()
    code: DoseOutcome
    dose: str | None = None
    unit: str = ""
    route: str = ""
    due_at: Moment | None = None
    again_at: Moment | None = None
    reason: str = ""
    identity_confirmed: bool | None = None
    witness: str | None = None
    given_by_custody: str = ""
    checks: tuple[CheckShown, ...] = ()
    override_reason: str = ""
