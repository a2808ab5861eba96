"""Read the observations of a stay, for the trend and for the value before."""

from __future__ import annotations

from sonar_core.conflicts import standing_facts, written_order
from sonar_core.records.observation_set import ObservationSet
from sonar_desktop.usecases.acting import facts_of, lost_facts
from sonar_desktop.usecases.ports import Desk, Reading


def read_observations(desk: Desk, episode: str) -> tuple[ObservationSet, ...]:
    """Return the sets that stand, oldest first; struck-out and amended ones are left out."""

    def look(reading: Reading) -> tuple[ObservationSet, ...]:
        seen = reading.of_episode(episode)
        standing = standing_facts(facts_of(ObservationSet, seen), lost_facts(reading, seen))
        return tuple(sorted(standing, key=written_order))

    return desk.store.read(look)
