"""What every record has in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.moments import Moment

_WHEN_PERFORMED: Final = Moment(utc_ms=0, zone="", offset_minutes=0)


class Replacement(StrEnum):
    """Why a fact stands in the place of an earlier one."""

    AMENDED = "amended"
    ENTERED_IN_ERROR = "entered_in_error"
    LATER_DECISION = "later_decision"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Anything that is kept, synced and signed; `id` is its author's UUID as text."""

    id: str


class Entity(Record, frozen=True, kw_only=True):
    """A record with a present state. Who changed it and when stands in its versions."""


class Fact(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened: never edited, corrected only by a fact that names it.

    Its body leaves out what stands at its default, so no default ever changes (ADR 8).

    `performed_at` is when it was done, `recorded_at` when it was written down: at that same moment
    where a body does not say when. Whoever wrote it down did it, where a body does not say who did.
    `replaces` names the fact whose place it takes, `replacement` and `replacement_reason` say why.
    `corrects` names one that the server holds back and will not take by itself, which this one was
    written for.
    A fact struck out is replaced by one whose `replacement` is "entered_in_error".
    """

    patient: str
    performed_at: Moment
    recorded_at: Moment = _WHEN_PERFORMED
    recorded_by: str
    performed_by: str = ""
    episode: str | None = None
    replaces: str | None = None
    replacement: Replacement | None = None
    replacement_reason: str = ""
    corrects: str | None = None

    @property
    def follows(self) -> tuple[str, ...]:
        """The facts that do not stand any more where this one is known."""
        return tuple(one for one in (self.corrects, self.replaces) if one is not None)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Which fields the bytes need not say (`bodies.encode`)."""
        at_once = ("recorded_at",) if self.recorded_at == self.performed_at else ()
        return ("performed_by", *at_once) if self.performed_by == self.recorded_by else at_once

    def __post_init__(self) -> None:
        """Take who wrote it down for who did it, and when for when, where nothing else is said."""
        if self.recorded_at is _WHEN_PERFORMED:
            msgspec.structs.force_setattr(self, "recorded_at", self.performed_at)
        if not self.performed_by:
            msgspec.structs.force_setattr(self, "performed_by", self.recorded_by)
