"""A moment as the clinic lives it: one instant, the clock on the wall and how sure we are.

Intervals are always counted between instants in UTC; what people read is the clock on the
wall. Reading a zone's rules (``zoneinfo``) is the one impurity allowed in ``sonar_core``: the
rules are data of the platform or of the ``tzdata`` wheel and do not change while we run.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_MS: Final = timedelta(milliseconds=1)
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


class Precision(StrEnum):
    """How well the person who wrote the moment knew it."""

    EXACT = "exact"
    APPROX = "approx"
    UNKNOWN = "unknown"


class Moment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An instant with the wall clock it was read from (decision 20).

    Attributes:
        utc_ms: Milliseconds since 1970-01-01T00:00Z. Where ``precision`` is unknown this is
            when it was written down: it orders the record and is never shown as the time.
        zone: IANA name of the zone of the place, for example ``Europe/London``.
        offset_minutes: What the wall clock was ahead of UTC, so that both 01:30 of the night
            the clocks go back can be told apart without the zone's rules.
        precision: Exact, approximate, or unknown. Exact is left out of a body.
    """

    utc_ms: int
    zone: str
    offset_minutes: int
    precision: Precision = Precision.EXACT


def moment_at(utc_ms: int, zone: str, precision: Precision = Precision.EXACT) -> Moment:
    """The moment of an instant, with the offset that its zone had then.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: ``zone`` is no IANA zone.
    """
    offset = utc_datetime(utc_ms).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return Moment(
        utc_ms=utc_ms,
        zone=zone,
        offset_minutes=offset // timedelta(minutes=1),
        precision=precision,
    )


def moment_from_iso(text: str, zone: str) -> Moment:
    """The moment written as ISO 8601 with an offset, as FHIR ``dateTime`` writes it.

    Raises:
        ValueError: ``text`` is no date and time, or has no offset.
    """
    stamp = datetime.fromisoformat(text)
    offset = stamp.utcoffset()
    if offset is None:
        raise ValueError("a moment in ISO 8601 needs an offset")
    return Moment(utc_ms=utc_ms_of(stamp), zone=zone, offset_minutes=offset // timedelta(minutes=1))


def iso_text(moment: Moment) -> str:
    """The moment as ISO 8601 with the offset of its wall clock, seconds and no fraction."""
    return _wall_clock(moment).isoformat(timespec="seconds")


def utc_datetime(utc_ms: int) -> datetime:
    """The instant as an aware ``datetime`` in UTC."""
    return _EPOCH + utc_ms * _ONE_MS


def utc_ms_of(stamp: datetime) -> int:
    """Whole milliseconds since 1970 of an aware ``datetime``."""
    return (stamp - _EPOCH) // _ONE_MS


def elapsed_minutes(start: Moment, end: Moment) -> int:
    """Whole minutes that truly passed, whatever the clocks on the wall did meanwhile."""
    return (end.utc_ms - start.utc_ms) // MINUTE_MS


def wall_date(moment: Moment) -> date:
    """The date on the wall's calendar at that moment."""
    return _wall_clock(moment).date()


def age_in_years(born: date, on: date) -> int:
    """Completed years of life; someone born on 29 February has the birthday on 1 March.

    Raises:
        ValueError: ``on`` is before ``born``.
    """
    if on < born:
        raise ValueError("an age is counted from the date of birth on")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def format_date(day: date) -> str:
    """``14-Nov-2026``, whatever the PC's regional settings are (CUI D+Ta-0002 to 0022)."""
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


def format_time(moment: Moment) -> str:
    """``14:32``, ``Approx 11:30`` or ``Unknown``, on the 24 hour clock (CUI D+Tb-0001)."""
    if moment.precision is Precision.UNKNOWN:
        return "Unknown"
    stamp = _wall_clock(moment)
    # Not by strftime, which imports a module at each call: a queue of due acts is hundreds of them.
    clock = f"{stamp.hour:02}:{stamp.minute:02}"
    return f"Approx {clock}" if moment.precision is Precision.APPROX else clock


def format_moment(moment: Moment) -> str:
    """``14-Nov-2026 14:32``; in the hour that came twice also which one: ``01:30 BST``."""
    if moment.precision is Precision.UNKNOWN:
        return "Unknown"
    stamp = _wall_clock(moment)
    text = f"{format_date(stamp.date())} {format_time(moment)}"
    wall = stamp.replace(tzinfo=None)
    if len(instants_of_wall_clock(wall, moment.zone)) > 1:
        text += f" {zone_abbreviation(moment)}"
    return text


def format_duration(milliseconds: int) -> str:
    """``20s``, ``26min``, ``3hr 12min`` or ``2d 3hr``, never decimals (CUI D+Tb-0017 to 0029).

    Raises:
        ValueError: The duration is negative.
    """
    if milliseconds < 0:
        raise ValueError("a duration is not negative")
    if milliseconds < MINUTE_MS:
        return f"{milliseconds // 1000}s"
    if milliseconds < HOUR_MS:
        return f"{milliseconds // MINUTE_MS}min"
    if milliseconds < DAY_MS:
        hours, rest = divmod(milliseconds, HOUR_MS)
        return _two_parts(hours, "hr", rest // MINUTE_MS, "min")
    days, rest = divmod(milliseconds, DAY_MS)
    return _two_parts(days, "d", rest // HOUR_MS, "hr")


def zone_abbreviation(moment: Moment) -> str:
    """What the zone is called at that instant, for example ``BST`` or ``GMT``."""
    return utc_datetime(moment.utc_ms).astimezone(ZoneInfo(moment.zone)).tzname() or ""


def instants_of_wall_clock(wall: datetime, zone: str) -> tuple[int, ...]:
    """The instants, in UTC milliseconds, at which a wall clock in the zone shows this time.

    Args:
        wall: A naive date and time.
        zone: IANA name of the zone.

    Returns:
        One instant as a rule, earlier before later; two where the clocks went back over that
        time; none where they went forward over it.
    """
    rules = ZoneInfo(zone)
    found = set()
    for fold in (0, 1):
        instant = wall.replace(tzinfo=rules, fold=fold).astimezone(UTC)
        if instant.astimezone(rules).replace(tzinfo=None) == wall:
            found.add(utc_ms_of(instant))
    return tuple(sorted(found))


def _wall_clock(moment: Moment) -> datetime:
    zone = timezone(timedelta(minutes=moment.offset_minutes))
    return utc_datetime(moment.utc_ms).astimezone(zone)


def _two_parts(large: int, large_unit: str, small: int, small_unit: str) -> str:
    text = f"{large}{large_unit}"
    return f"{text} {small}{small_unit}" if small else text
