"""The custody suites that somebody in custody here may be moved to."""

from __future__ import annotations

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.location import Location
from sonar_desktop.usecases.ports import Desk, Reading


def list_suites(desk: Desk, episode: str) -> tuple[Location, ...]:
    """Return the suites by name, but for the one that the stay is at.

    None while the server has named none: one of an older program does not.
    """

    def look(reading: Reading) -> tuple[Location, ...]:
        stay = reading.get(CustodyEpisode, episode)
        here = desk.site if stay is None else stay.site
        others = [suite for suite in reading.all_of(Location) if suite.id != here]
        return tuple(sorted(others, key=lambda suite: (suite.name.casefold(), suite.id)))

    return desk.store.read(look)
