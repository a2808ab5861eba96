"""Type styles and sizes (ux.md 3.4): nothing under 12 px at 100 %."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIN_SCALE: Final = 100
MAX_SCALE: Final = 200
SCALES: Final = (100, 115, 130, 150, 200)


@dataclass(frozen=True, kw_only=True)
class TypeStyle:
    """Pixels at 100 % and the weight of one style."""

    px: int
    weight: int


STYLES: Final[dict[str, TypeStyle]] = {
    "big": TypeStyle(px=28, weight=700),
    "h1": TypeStyle(px=20, weight=700),
    "h2": TypeStyle(px=16, weight=600),
    "h3": TypeStyle(px=14, weight=600),
    "input": TypeStyle(px=14, weight=400),
    "biginput": TypeStyle(px=20, weight=600),
    "strong": TypeStyle(px=13, weight=600),
    "button": TypeStyle(px=13, weight=600),
    "medium": TypeStyle(px=13, weight=500),
    "body": TypeStyle(px=13, weight=400),
    "metab": TypeStyle(px=12, weight=600),
    "meta": TypeStyle(px=12, weight=400),
}


def scaled(px: float, scale: int) -> int:
    """Return pixels at a text scale of 100 to 200 per cent, rounded to whole pixels."""
    return round(px * scale / 100)


def checked_scale(scale: int) -> int:
    """Return the scale, or raise ValueError outside 100 to 200 per cent."""
    if not MIN_SCALE <= scale <= MAX_SCALE:
        msg = f"text scale must be {MIN_SCALE} to {MAX_SCALE}"
        raise ValueError(msg)
    return scale
