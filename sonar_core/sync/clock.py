"""The hybrid logical clock: order for the screen and detection of skew, never truth about time.

As text: twelve hexadecimal digits of UTC milliseconds, then four of a counter; text order is
clock order.
"""

from __future__ import annotations

from typing import Final

ZERO: Final = "0" * 16
MAX_AHEAD_MS: Final = 5 * 60 * 1000
"""A stamp further ahead than this is kept with its record but does not move the local clock."""

_COUNTER_BITS: Final = 16
_LIMIT: Final = 1 << 64
_DIGITS: Final = frozenset("0123456789abcdef")


def tick(last: str, now_ms: int) -> str:
    """Return the next stamp of this device; later than `last` whatever the wall clock did."""
    return _text(max(_number(last) + 1, _at(now_ms)))


def receive(last: str, remote: str, now_ms: int) -> str:
    """Return the local stamp after seeing `remote`; a stamp too far ahead changes nothing."""
    if _number(remote) > _at(now_ms + MAX_AHEAD_MS):
        return last
    return max(last, remote)


def milliseconds(stamp: str) -> int:
    """Return the UTC milliseconds of a stamp; raise ValueError when it is not one."""
    return _number(stamp) >> _COUNTER_BITS


def _at(now_ms: int) -> int:
    return max(0, now_ms) << _COUNTER_BITS


def _number(stamp: str) -> int:
    # Not by int() alone: it would take signs, blanks and underscores, and text order would lie.
    if len(stamp) != len(ZERO) or not _DIGITS.issuperset(stamp):
        raise ValueError("a stamp is sixteen lower-case hexadecimal digits")
    return int(stamp, 16)


def _text(number: int) -> str:
    if number >= _LIMIT:
        raise ValueError("the clock is past the year 10889")
    return f"{number:016x}"
