"""Who is being moved to another custody suite, and who came from one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sonar_core.board.rows import BoardRow
from sonar_core.board.suite_change import ANOTHER, SuiteChange, WasAt, came_from
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.location import Location
from sonar_core.records.site_move import SiteMove
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.ports import Reading

_EPISODE: Final = CustodyEpisode.__name__


def going_to(reading: Reading, stay_site: str) -> SuiteChange:
    """Return where somebody is going of whom this PC alone knows that they are moved."""
    return SuiteChange(suite=_name(reading, stay_site))


def coming_from(reading: Reading, episode: str, site: str) -> SuiteChange | None:
    """Return where somebody came from who is at this site now; None if they were always here.

    None too where a version of the stay cannot be shown here.
    """
    try:
        versions = reading.history(_EPISODE, episode)
    except KnownError:
        return None
    past = [
        WasAt(version=one.version, site=one.record.site, at=one.recorded_at)
        for one in versions
        if isinstance(one.record, CustodyEpisode)
    ]
    about = [one for one in reading.conflicts(open_only=False) if one.entity == episode]
    found = came_from(past, about, site)
    if found is None:
        return None
    return SuiteChange(suite=_name(reading, found.site), came_at=found.at)


def changes_on_board(
    reading: Reading, rows: Iterable[BoardRow], site: str
) -> dict[str, SuiteChange]:
    """Return by stay who is leaving this site, and who came and has no cell here yet."""
    leaving = {row.episode: row.site for row in rows if row.site != site and not _disputed(row)}
    found = {episode: going_to(reading, there) for episode, there in leaving.items()}
    waiting = [row for row in rows if row.site == site and not row.cell]
    moved = {move.patient for move in reading.all_of(SiteMove)} if waiting else set()
    for row in waiting:
        if row.patient in moved:
            change = coming_from(reading, row.episode, site)
            if change is not None:
                found[row.episode] = change
    return found


def _disputed(row: BoardRow) -> bool:
    return any(conflict.kind == _EPISODE for conflict in row.conflicts)


def _name(reading: Reading, site: str) -> str:
    suite = reading.get(Location, site)
    return ANOTHER if suite is None else suite.name
