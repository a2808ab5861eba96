"""Something that somebody must do by a time."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.base import Entity


class TaskOwner(StrEnum):
    """Who must act; only healthcare tasks ring here (decision 31)."""

    HEALTHCARE = "healthcare"
    CUSTODY = "custody"


class TaskStatus(StrEnum):
    """Open until somebody records what they did."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What sort of act it is, for the icon, the tab that opens, and the alarm's class."""

    REPEAT_OBSERVATIONS = "repeat_observations"
    TELL_CUSTODY = "tell_custody"
    REVIEW_FITNESS = "review_fitness"
    MEDICINE = "medicine"
    REASSESS = "reassess"
    CHECK = "check"
    REVIEW_CONFLICT = "review_conflict"
    OTHER = "other"


class AlsoDone(msgspec.Struct, frozen=True, kw_only=True):
    """What a second person recorded of the same task without seeing the first."""

    status: TaskStatus
    done_at: Moment | None
    done_by: str | None
    done_note: str


class Task(Entity, frozen=True, kw_only=True):
    """A task with a due time; `cause` is the id of the record that asked for it.

    `created_by` is empty where nobody wrote it: it is a rule that a recheck found broken (ADR 18),
    `due_at` the time of the dose or order that it is about, and nothing that somebody let pass.
    """

    patient: str
    episode: str
    what: str
    kind: TaskKind
    due_at: Moment
    owner: TaskOwner
    cause: str | None = None
    created_by: str
    status: TaskStatus = TaskStatus.OPEN
    done_at: Moment | None = None
    done_by: str | None = None
    done_note: str = ""
    also_done: tuple[AlsoDone, ...] = ()

    @property
    def is_recheck(self) -> bool:
        """Whether it is a rule that was found broken."""
        return not self.created_by
