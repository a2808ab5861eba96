"""Read the observations of a stay, for the trend and for the value before."""

from __future__ import annotations

from sonar_core.conflicts import standing_facts, written_order
from sonar_core.records.observation_set import ObservationSet
from sonar_desktop.usecases.acting import facts_of
from sonar_desktop.usecases.gather_stay import GatheredStay, of_stay
from sonar_desktop.usecases.ports import Desk


def read_observations(desk: Desk, episode: str) -> tuple[ObservationSet, ...]:
    """Return the sets that stand, oldest first; struck-out and amended ones are left out."""
    return of_stay(desk, episode, observations_of)


def observations_of(found: GatheredStay) -> tuple[ObservationSet, ...]:
    """Return the sets that stand from what was gathered of a stay, oldest first."""
    standing = standing_facts(facts_of(ObservationSet, found.here), found.lost)
    return tuple(sorted(standing, key=written_order))
