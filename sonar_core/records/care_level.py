"""The level of observation advised, with the instructions to custody staff."""

from __future__ import annotations

from sonar_core.moments import Moment
from sonar_core.records.base import Entity


class CareLevel(Entity, frozen=True, kw_only=True):
    """One per episode, its id `ids.slot(episode, "care_level")`; one group, never merged.

    `level` is 1 to 4 (College of Policing APP, levels of observation); names and intervals are the
    suite's data. `check_every_minutes` is None for constant observation. `rouse` says that the
    person is roused at each check (PACE Code C, 9.3). `instructions` are plain sentences.
    """

    patient: str
    episode: str
    level: int
    check_every_minutes: int | None
    rouse: bool
    reason: str
    instructions: tuple[str, ...] = ()
    set_at: Moment
    set_by: str
    review_at: Moment | None = None
