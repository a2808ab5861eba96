"""When a regular medicine is due: times of day on the suite's wall, as instants in UTC."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sonar_core.moments import (
    instants_of_wall_clock,
    moment_at,
    wall_date,
)


def slots_between(
    due_times: tuple[str, ...], zone: str, first_ms: int, last_ms: int
) -> tuple[int, ...]:
    """Return the instants at which doses are due, both ends included, earliest first.

    `due_times` are times of day ("08:00"). In the hour that comes twice a dose is due the first
    time; in the hour that is left out, as soon as the clocks have gone forward.
    """
    if not due_times or last_ms < first_ms:
        return ()
    day = wall_date(moment_at(first_ms, zone))
    last_day = wall_date(moment_at(last_ms, zone))
    found: set[int] = set()
    while day <= last_day:
        found |= {_instant(day, text, zone) for text in due_times}
        day += timedelta(days=1)
    return tuple(sorted(ms for ms in found if first_ms <= ms <= last_ms))


def is_time_of_day(text: str) -> bool:
    """Return whether the text is a time of day as an order writes it."""
    hour, colon, minute = text.partition(":")
    numbers = (hour, minute)
    if colon != ":" or not all(len(n) == 2 and n.isascii() and n.isdigit() for n in numbers):
        return False
    return int(hour) < 24 and int(minute) < 60


@lru_cache(maxsize=4096)
def _instant(day: date, text: str, zone: str) -> int:
    wall = datetime.combine(day, time.fromisoformat(text))
    instants = instants_of_wall_clock(wall, zone)
    while not instants:
        wall = (wall + timedelta(hours=1)).replace(minute=0)
        instants = instants_of_wall_clock(wall, zone)
    return instants[0]
