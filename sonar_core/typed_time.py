"""Times as people type them: ``1432``, ``-30m``, ``yesterday 21:00``, ``approx 11:30``.

The fields of ``ux.md`` 6 rule 5 (CUI D+Tc: shortcuts, keyboard only, *Unknown* allowed). The time
now comes in as an argument. What is typed is always kept by the caller.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.moments import (
    HOUR_MS,
    MINUTE_MS,
    Moment,
    Precision,
    format_date,
    format_duration,
    format_moment,
    format_time,
    instants_of_wall_clock,
    moment_at,
    wall_date,
    zone_abbreviation,
)

LATE_AFTER_MS: Final = 15 * MINUTE_MS
"""An entry written later than this is marked as a late entry (ux.md 6 rule 5)."""
FUTURE_ASKED_AFTER_MS: Final = 2 * MINUTE_MS
FUTURE_REFUSED_AFTER_MS: Final = 12 * HOUR_MS
"""Ahead of the later of the PC's clock and the server's estimate (decision 20)."""

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_YEARS: Final = range(1900, 2101)
_APPROX: Final = re.compile(r"\bapprox\.?(?:\s+|$)")
_RELATIVE: Final = re.compile(
    r"(?P<sign>[-+])\s*(?:(?P<hours>\d{1,3})\s*hr?)?\s*(?:(?P<minutes>\d{1,4})\s*m(?:in)?)?",
    re.ASCII,
)
_CLOCK: Final = re.compile(
    r"(?:(?P<day>.+?)\s+)?(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|(?<=\d\d)(?P<packed>\d{2}))"
    r"(?:\s+(?P<zone>[a-z]{3,5}))?",
    re.ASCII,
)
_DATE: Final = re.compile(
    r"(?P<day>\d{1,2})[-/ ](?P<month>\d{1,2}|[a-z]{3})[-/ ](?P<year>\d{4})"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})",
    re.ASCII,
)
_HOW: Final = "Enter a time as 14:32, 1432, -30m, now, yesterday 21:00, approx 11:30 or unknown."
_HOW_DUE: Final = "Enter a time as +1h, +30m, 16:00 or tomorrow 09:00."


class TypedOutcome(StrEnum):
    """What a typed time asks of the user."""

    EMPTY = "empty"
    ACCEPTED = "accepted"
    ASK_WHICH_HOUR = "ask_which_hour"
    ASK_FUTURE = "ask_future"
    REFUSED = "refused"


class TypedTime(msgspec.Struct, frozen=True, kw_only=True):
    """What a typed text is as a moment.

    Attributes:
        outcome: Empty, accepted, asked back in one of two ways, or refused.
        moment: The moment if it is accepted, or would be once the user keeps it.
        candidates: The two instants of an hour that came twice: before, after.
        late_by_ms: How long ago it was, if that makes it a late entry; else None.
        text: The sentence beside the field: question, refusal or the late entry's question.
        guess: What to put in the field if the user takes the guess, or None.
    """

    outcome: TypedOutcome
    moment: Moment | None = None
    candidates: tuple[Moment, ...] = ()
    late_by_ms: int | None = None
    text: str | None = None
    guess: str | None = None


class _Wall(msgspec.Struct, frozen=True, kw_only=True):
    stamp: datetime
    has_day: bool
    zone_word: str | None


def read_time(typed: str, *, now_ms: int, zone: str) -> TypedTime:
    """Read when something happened.

    Args:
        typed: The text in the field.
        now_ms: The later of the PC's clock and the last server estimate, milliseconds UTC: what
            ``now``, ``-30m`` and ``today`` mean and the future is judged against (decision 20).
        zone: IANA name of the zone of the place.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: ``zone`` is no IANA zone.
    """
    words = " ".join(typed.casefold().split())
    if not words:
        return TypedTime(outcome=TypedOutcome.EMPTY)
    if words == "unknown":
        unknown = moment_at(now_ms, zone, Precision.UNKNOWN)
        return TypedTime(outcome=TypedOutcome.ACCEPTED, moment=unknown)
    rest = _APPROX.sub("", words).strip()
    precision = Precision.EXACT if rest == words else Precision.APPROX
    now = moment_at(now_ms, zone)
    instant = now_ms if rest == "now" else _relative_ms(rest, now_ms, sign="-")
    if instant is not None:
        moment = moment_at(instant, zone, precision)
        return judge_moment(moment, now_ms=now_ms)
    wall = _wall_clock(rest, wall_date(now))
    if wall is None:
        return _refused(_HOW)
    found = _on_wall(wall, zone, precision)
    if found.outcome is not TypedOutcome.ACCEPTED or found.moment is None:
        return found
    judged = judge_moment(found.moment, now_ms=now_ms)
    if judged.outcome is TypedOutcome.REFUSED and not wall.has_day:
        guess = f"yesterday {wall.stamp:%H:%M}"
        return msgspec.structs.replace(
            judged, text=f"{judged.text} Did you mean {guess}?", guess=guess
        )
    return judged


def judge_moment(moment: Moment, *, now_ms: int) -> TypedTime:
    """Judge a moment against the time now: in the future, late, or neither.

    Also for the one of two candidates that the user chose. The arguments are `read_time`'s.
    """
    ahead = moment.utc_ms - now_ms
    if ahead > FUTURE_ASKED_AFTER_MS:
        refused = ahead > FUTURE_REFUSED_AFTER_MS
        now = moment_at(now_ms, moment.zone)
        shown = format_time if wall_date(moment) == wall_date(now) else format_moment
        text = f"{shown(moment)} is in the future. It is {shown(now)} now."
        return TypedTime(
            outcome=TypedOutcome.REFUSED if refused else TypedOutcome.ASK_FUTURE,
            moment=None if refused else moment,
            text=text,
        )
    late = late_by_ms(moment, written_ms=now_ms)
    return TypedTime(
        outcome=TypedOutcome.ACCEPTED,
        moment=moment,
        late_by_ms=late,
        text=None
        if late is None
        else f"This happened {format_duration(late)} ago. Why is it written now?",
    )


def late_by_ms(happened: Moment, *, written_ms: int) -> int | None:
    """How long after it happened something was written, if that makes it a late entry."""
    gap = written_ms - happened.utc_ms
    return gap if happened.precision is not Precision.UNKNOWN and gap > LATE_AFTER_MS else None


def read_due_time(typed: str, *, now_ms: int, zone: str) -> TypedTime:
    """Read when something is due: ``+1h``, ``16:00``, ``tomorrow 09:00``, ``14-Nov-2026 16:00``.

    `now_ms` is the last server estimate where there is one, UTC: what is due is due on every PC.
    A time of day that has passed today means tomorrow; a date and time in the past is refused.
    """
    words = " ".join(typed.casefold().split())
    if not words:
        return TypedTime(outcome=TypedOutcome.EMPTY)
    instant = _relative_ms(words, now_ms, sign="+")
    if instant is not None:
        return TypedTime(outcome=TypedOutcome.ACCEPTED, moment=moment_at(instant, zone))
    today = wall_date(moment_at(now_ms, zone))
    wall = _wall_clock(words, today)
    if wall is None:
        return _refused(_HOW_DUE)
    found = _on_wall(wall, zone, Precision.EXACT)
    if _has_passed(found, now_ms) and not wall.has_day:
        later = datetime.combine(today + timedelta(days=1), wall.stamp.time())
        found = _on_wall(msgspec.structs.replace(wall, stamp=later), zone, Precision.EXACT)
    if _has_passed(found, now_ms):
        day = format_date(wall.stamp.date())
        return _refused(f"{day} {wall.stamp:%H:%M} has passed. Enter a time to come.")
    return found


def read_date(typed: str, today: date) -> date | None:
    """Read a date: ``14-Nov-2026``, ``14/11/2026``, ``2026-11-14``, ``today`` or ``yesterday``.

    Returns:
        The date, or None where the text is none of the years 1900 to 2100.
    """
    return _day(" ".join(typed.casefold().split()), today)


def _has_passed(found: TypedTime, now_ms: int) -> bool:
    return found.moment is not None and found.moment.utc_ms < now_ms


def _relative_ms(words: str, now_ms: int, *, sign: str) -> int | None:
    match = _RELATIVE.fullmatch(words)
    if match is None or match["sign"] != sign or not (match["hours"] or match["minutes"]):
        return None
    distance = int(match["hours"] or 0) * HOUR_MS + int(match["minutes"] or 0) * MINUTE_MS
    return now_ms + (distance if sign == "+" else -distance)


def _wall_clock(words: str, today: date) -> _Wall | None:
    match = _CLOCK.fullmatch(words)
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or match["packed"])
    day = _day(match["day"], today)
    if day is None or hour > 23 or minute > 59:
        return None
    return _Wall(
        stamp=datetime.combine(day, time(hour, minute)),
        has_day=match["day"] is not None,
        zone_word=match["zone"],
    )


def _day(words: str | None, today: date) -> date | None:
    if words is None or words == "today":
        return today
    if words in {"yesterday", "tomorrow"}:
        return today + timedelta(days=1 if words == "tomorrow" else -1)
    match = _DATE.fullmatch(words)
    if match is None:
        return None
    year, month, day = (match[name] or match[f"iso_{name}"] for name in ("year", "month", "day"))
    number = _MONTHS.index(month) + 1 if month in _MONTHS else month
    try:
        found = date(int(year), int(number), int(day))
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _on_wall(wall: _Wall, zone: str, precision: Precision) -> TypedTime:
    instants = instants_of_wall_clock(wall.stamp, zone)
    clock, day = f"{wall.stamp:%H:%M}", format_date(wall.stamp.date())
    if not instants:
        return _refused(f"{clock} did not happen on {day}: the clocks went forward over it.")
    moments = tuple(moment_at(instant, zone, precision) for instant in instants)
    if wall.zone_word is not None:
        named = [one for one in moments if zone_abbreviation(one).casefold() == wall.zone_word]
        if not named:
            return _refused(f"{day} {clock} was not {wall.zone_word.upper()} here.")
        moments = tuple(named)
    if len(moments) > 1:
        return TypedTime(
            outcome=TypedOutcome.ASK_WHICH_HOUR,
            candidates=moments,
            text=f"{clock} happened twice this night. Was it before or after the clocks went back?",
        )
    return TypedTime(outcome=TypedOutcome.ACCEPTED, moment=moments[0])


def _refused(text: str) -> TypedTime:
    return TypedTime(outcome=TypedOutcome.REFUSED, text=text)
