"""One stay in a custody suite."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sonar_core.moments import Moment
from sonar_core.records.base import Entity


class EpisodeStatus(StrEnum):
    """Where the person is now."""

    OPEN = "open"
    RELEASED = "released"
    TRANSFERRED = "transferred"


OVER: Final = frozenset(EpisodeStatus) - {EpisodeStatus.OPEN}
"""Every state in which nobody is here any more; one that only a newer program knows is none."""


class CustodyEpisode(Entity, frozen=True, kw_only=True):
    """A stay in custody, from arrival to release; `site` is the suite's id."""

    patient: str
    site: str
    custody_record_number: str
    arrived_at: Moment
    status: EpisodeStatus = EpisodeStatus.OPEN
    detained_for: str = ""
    released_at: Moment | None = None
    released_to: str = ""
    cell: str = ""
