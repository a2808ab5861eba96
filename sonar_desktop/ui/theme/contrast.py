"""Contrast by the WCAG 2.2 formula (1.4.3, 1.4.11), and the pairs the product promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LINEAR_BELOW: Final = 0.04045


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One promised pair: tokens, the ratio measured in each theme, and what WCAG needs."""

    front: str
    back: str
    light: float
    dark: float
    needs: float


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= _LINEAR_BELOW else float(((share + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1, of a ``#RRGGBB`` colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)


def ratio(front: str, back: str) -> float:
    """Return the contrast ratio, 1 to 21, of two ``#RRGGBB`` colours."""
    low, high = sorted((luminance(front), luminance(back)))
    return (high + 0.05) / (low + 0.05)


def _pair(front: str, back: str, light: float, dark: float, needs: float) -> Pair:
    return Pair(front=front, back=back, light=light, dark=dark, needs=needs)


PAIRS: Final[tuple[Pair, ...]] = (
    _pair("ink", "surface", 17.28, 14.79, 4.5),
    _pair("ink", "canvas", 15.80, 16.26, 4.5),
    _pair("ink2", "surface", 9.16, 9.79, 4.5),
    _pair("ink2", "sunken", 7.84, 11.09, 4.5),
    _pair("ink3", "surface", 6.03, 6.83, 4.5),
    _pair("ink3", "canvas", 5.51, 7.51, 4.5),
    _pair("ink3", "raised", 5.76, 6.31, 4.5),
    _pair("ink3", "sunken", 5.16, 7.74, 4.5),
    _pair("ink3", "selected", 5.14, 5.27, 4.5),
    _pair("accent", "surface", 6.67, 8.02, 4.5),
    _pair("accent", "accentsoft", 5.68, 6.71, 4.5),
    _pair("onaccent", "accentfill", 6.67, 5.37, 4.5),
    _pair("danger", "surface", 7.57, 8.46, 4.5),
    _pair("danger", "dangersoft", 6.63, 7.81, 4.5),
    _pair("ondanger", "dangerfill", 6.92, 5.82, 4.5),
    _pair("warn", "surface", 7.85, 10.56, 4.5),
    _pair("warn", "warnsoft", 7.11, 9.13, 4.5),
    _pair("onwarn", "warnfill", 8.33, 8.33, 4.5),
    _pair("caution", "cautionsoft", 8.14, 10.32, 4.5),
    _pair("oncaution", "cautionfill", 13.60, 13.60, 4.5),
    _pair("ok", "surface", 7.44, 9.92, 4.5),
    _pair("ok", "oksoft", 6.54, 8.75, 4.5),
    _pair("sync", "surface", 8.44, 8.94, 4.5),
    _pair("sync", "syncsoft", 7.24, 8.16, 4.5),
    _pair("onsync", "syncfill", 8.44, 5.48, 4.5),
    _pair("onbanner", "banner", 15.28, 11.58, 4.5),
    _pair("onbanner2", "banner", 9.06, 7.60, 4.5),
    _pair("cautionfill", "banner", 11.73, 8.89, 4.5),
    _pair("onnewslow", "newslow", 14.24, 11.03, 4.5),
    _pair("ctl", "surface", 3.76, 4.93, 3),
    _pair("ctl", "canvas", 3.43, 5.42, 3),
    _pair("newslowline", "surface", 3.72, 4.20, 3),
    _pair("warn", "canvas", 7.17, 11.61, 3),
    _pair("ring2", "surface", 17.28, 1.10, 0),
    _pair("ring1", "banner", 10.54, 7.99, 3),
    _pair("syncfill", "sunken", 7.23, 3.51, 3),
    _pair("warnbar", "sunken", 3.62, 8.69, 3),
    _pair("warnbar", "surface", 4.23, 7.67, 3),
    _pair("danger", "selected", 6.45, 6.52, 3),
    _pair("ring1", "surface", 1.45, 11.71, 0),
    _pair("disabled", "sunken", 2.58, 4.10, 0),
    _pair("line", "surface", 1.36, 1.38, 0),
)
"""The measured table of ux.md 3.2; ``needs`` 0 marks decoration or one half of the focus ring."""
