"""Spacing, radii, control heights and the fixed bars, standard and dense (ux.md 3.5 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SPACE: Final = (4, 8, 12, 16, 24, 32)
GUTTER: Final = 16
CARD_GAP: Final = 12
CARD_PADDING: Final = 14

RADIUS_CHIP: Final = 4
RADIUS_CONTROL: Final = 6
RADIUS_WELL: Final = 8
RADIUS_CARD: Final = 10

CONTROL_DENSE: Final = 32
CONTROL: Final = 36
CONTROL_FOOTER: Final = 44
CONTROL_PRIMARY: Final = 46
TARGET_MIN: Final = 24
TARGET_GLOVE: Final = 44
PIN_KEY: Final = (92, 62)
SCROLL_BAR: Final = 12
MIN_WINDOW: Final = (800, 540)
USUAL_WINDOW: Final = (1440, 900)

ICON_CHIP: Final = 14
ICON_LINE: Final = 16
ICON_STATE: Final = 18
ICON_CARD: Final = 20
ICON_RAIL: Final = 22


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Heights and widths, in logical pixels, of the parts that change with the window."""

    rail: int
    rail_item: int
    top_bar: int
    banner: int
    strip: int
    tabs: int
    board_row: int
    queue: int


STANDARD: Final = Sizes(
    rail=81, rail_item=60, top_bar=52, banner=68, strip=40, tabs=40, board_row=48, queue=262
)
DENSE: Final = Sizes(
    rail=81, rail_item=52, top_bar=52, banner=58, strip=34, tabs=34, board_row=38, queue=232
)


class Layout(StrEnum):
    """The four shapes of the window (ux.md 4)."""

    FULL = "full"
    DENSE = "dense"
    NARROW = "narrow"
    SMALL = "small"


_FULL_FROM: Final = (1400, 800)
_DENSE_FROM: Final = 1200
_NARROW_FROM: Final = (960, 540)


def layout_for(width: int, height: int) -> Layout:
    """Return the layout of a window of this logical size."""
    if width < _NARROW_FROM[0] or height < _NARROW_FROM[1]:
        return Layout.SMALL
    if width < _DENSE_FROM:
        return Layout.NARROW
    if width < _FULL_FROM[0] or height < _FULL_FROM[1]:
        return Layout.DENSE
    return Layout.FULL


def sizes_for(layout: Layout) -> Sizes:
    """Return the sizes of a layout: only the full one has the tall bars and rows."""
    return STANDARD if layout is Layout.FULL else DENSE
