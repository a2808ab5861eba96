"""A move between custody suites, as the people of either of them have to know of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from sonar_core.moments import Moment, format_moment, format_time, moment_at, wall_date
from sonar_core.records.conflict import Conflict

ANOTHER = "another suite"
"""A suite whose name this PC has not been told."""


class SuiteChange(msgspec.Struct, frozen=True, kw_only=True):
    """`suite` is the other suite's name.

    `came_at` is when its people wrote down that somebody came here; None for somebody who is going
    there, and of whom that is not sent.
    """

    suite: str
    came_at: Moment | None = None


class WasAt(msgspec.Struct, frozen=True, kw_only=True):
    """The suite that one version of a stay names, and when it was written."""

    version: int
    site: str
    at: Moment


def came_from(past: Sequence[WasAt], conflicts: Iterable[Conflict], here: str) -> WasAt | None:
    """Return the suite that somebody came here from and when they were moved; None if they did not.

    `past` are the versions of the stay, oldest first, `conflicts` those about it. Where people
    decided between two suites, nobody was at the one that was not meant: what stood before counts.
    """
    arrivals = [
        place
        for place, (before, after) in enumerate(pairwise(past), start=1)
        if after.site == here != before.site
    ]
    if not arrivals:
        return None
    last = arrivals[-1]
    origin = past[last - 1]
    for conflict in conflicts:
        if here not in {side.values.get("site") for side in conflict.alternatives}:
            continue
        known = [place for place in range(last) if past[place].version == conflict.base]
        if known and last == min(place for place in arrivals if place > known[0]):
            origin = past[known[0]]
    return (
        None
        if origin.site == here
        else WasAt(version=past[last].version, site=origin.site, at=past[last].at)
    )


def change_words(change: SuiteChange, now_ms: int) -> str:
    """Return ``from Northfield 14:32``, of another day with it; or ``to Northfield, not sent``."""
    if change.came_at is None:
        return f"to {change.suite}, not sent"
    today = wall_date(moment_at(now_ms, change.came_at.zone))
    is_today = wall_date(change.came_at) == today
    when = format_time(change.came_at) if is_today else format_moment(change.came_at)
    return f"from {change.suite} {when}"
