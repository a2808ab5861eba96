"""Read all that a record's page shows, from one state of the store."""

from __future__ import annotations

from dataclasses import dataclass

from sonar_core.board.timeline import TimelineEntry
from sonar_core.records.observation_set import ObservationSet
from sonar_desktop.usecases.gather_stay import GatheredStay, of_stay
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_chart import ChartLine, chart_of
from sonar_desktop.usecases.read_observations import observations_of
from sonar_desktop.usecases.read_record import RecordHead, head_of
from sonar_desktop.usecases.read_timeline import timeline_of


@dataclass(frozen=True, kw_only=True)
class PageRead:
    """Head, observations that stand (oldest first), medicines and timeline (newest first)."""

    head: RecordHead
    observed: tuple[ObservationSet, ...]
    chart: tuple[ChartLine, ...]
    timeline: tuple[TimelineEntry, ...]


def read_page(desk: Desk, episode: str) -> PageRead:
    """Return all of it: apart, the parts could show two states, and each would read everything."""
    now_ms = desk.clock.latest_ms()

    def look(found: GatheredStay) -> PageRead:
        return PageRead(
            head=head_of(found),
            observed=observations_of(found),
            chart=chart_of(found, now_ms),
            timeline=timeline_of(found),
        )

    return of_stay(desk, episode, look)
