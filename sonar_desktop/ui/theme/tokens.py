"""The one table of colours and sizes: palette, style sheet and painters all read from here.

Values: the design's token table (ux.md 3.1). No other module holds a literal colour.
Use: ``ink`` text, ``ink2`` second text, ``ink3`` quiet text; ``ctl`` edges of controls;
``line`` and ``line2`` decoration only. ``*fill`` with ``on*`` text is strong, ``*soft`` with
``*line`` and same-name text is quiet. Red: act now. Amber: soon. Yellow: knowledge and low-medium.
Green: done. Violet: copies, never the patient. Blue: yours to press.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ThemeName(StrEnum):
    """The two looks the program has."""

    LIGHT = "light"
    DARK = "dark"


class Tone(StrEnum):
    """What a colour says; the text, icon or shape beside it says the same in another way."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    DANGER = "danger"
    WARN = "warn"
    CAUTION = "caution"
    OK = "ok"
    SYNC = "sync"


COLOURS: Final[dict[str, tuple[str, str]]] = {
    "canvas": ("#F2F5F8", "#0D131A"),
    "surface": ("#FFFFFF", "#151D27"),
    "raised": ("#F8FAFC", "#1A2430"),
    "sunken": ("#E9EEF3", "#0A0F15"),
    "hover": ("#EEF3F8", "#1E2A37"),
    "selected": ("#E4EEF9", "#19324D"),
    "line": ("#D6DEE7", "#293644"),
    "line2": ("#C2CDD9", "#3A4959"),
    "ctl": ("#76859A", "#7B8CA0"),
    "ink": ("#0F1B2D", "#EAF0F6"),
    "ink2": ("#3B495C", "#BAC6D3"),
    "ink3": ("#566477", "#97A6B7"),
    "disabled": ("#8996A7", "#66758A"),
    "accent": ("#0B5CAD", "#78B7F7"),
    "accentfill": ("#0B5CAD", "#1F6BBF"),
    "accenthover": ("#094B8E", "#2A7AD2"),
    "accentsoft": ("#E4EEF9", "#152C45"),
    "onaccent": ("#FFFFFF", "#FFFFFF"),
    "banner": ("#12263F", "#1B3A5E"),
    "banner2": ("#1C3555", "#25496F"),
    "onbanner": ("#FFFFFF", "#FFFFFF"),
    "onbanner2": ("#B9C9DC", "#C3D3E6"),
    "danger": ("#A8131C", "#FF9C98"),
    "dangerfill": ("#B3141D", "#C4222B"),
    "dangersoft": ("#FDECEC", "#391A1D"),
    "dangerline": ("#E5A5A8", "#7A353A"),
    "ondanger": ("#FFFFFF", "#FFFFFF"),
    "warn": ("#7D4300", "#FFC078"),
    "warnbar": ("#B4690E", "#F39A35"),
    "warnfill": ("#F39A35", "#F39A35"),
    "warnsoft": ("#FFF2E0", "#34260F"),
    "warnline": ("#EBBE85", "#6E5122"),
    "onwarn": ("#1D1200", "#1D1200"),
    "caution": ("#5F4900", "#F4DA72"),
    "cautionfill": ("#FFE06B", "#FFE06B"),
    "cautionsoft": ("#FFF9DD", "#302A10"),
    "cautionline": ("#E3CC6A", "#655822"),
    "oncaution": ("#1E1800", "#1E1800"),
    "ok": ("#0E6238", "#7FD8A6"),
    "okfill": ("#16794A", "#1D7F4F"),
    "oksoft": ("#E5F4EB", "#112C1E"),
    "okline": ("#A4D3B8", "#2B6245"),
    "onok": ("#FFFFFF", "#FFFFFF"),
    "sync": ("#4A3CA6", "#BDB3FF"),
    "syncfill": ("#4A3CA6", "#6657CF"),
    "syncsoft": ("#EEECFB", "#242040"),
    "syncline": ("#BDB5EC", "#4B438A"),
    "onsync": ("#FFFFFF", "#FFFFFF"),
    "newslow": ("#E3EAF1", "#273443"),
    "onnewslow": ("#0F1B2D", "#EAF0F6"),
    "newslowline": ("#75869B", "#6F8094"),
    "ring1": ("#FFD21E", "#FFD21E"),
    "ring2": ("#0F1B2D", "#0D131A"),
    "c1": ("#0B5CAD", "#78B7F7"),
    "c2": ("#A2470B", "#F5A870"),
    "c3": ("#4A3CA6", "#BDB3FF"),
    "c4": ("#0E6238", "#7FD8A6"),
    "c5": ("#A3195B", "#F59AC3"),
}
"""Token to (light, dark), each ``#RRGGBB``."""

_ROLE_TOKENS: Final[dict[Tone, tuple[str, str, str, str, str]]] = {
    Tone.NEUTRAL: ("ink2", "sunken", "line", "ink2", "surface"),
    Tone.ACCENT: ("accent", "accentsoft", "accentsoft", "accentfill", "onaccent"),
    Tone.DANGER: ("danger", "dangersoft", "dangerline", "dangerfill", "ondanger"),
    Tone.WARN: ("warn", "warnsoft", "warnline", "warnfill", "onwarn"),
    Tone.CAUTION: ("caution", "cautionsoft", "cautionline", "cautionfill", "oncaution"),
    Tone.OK: ("ok", "oksoft", "okline", "okfill", "onok"),
    Tone.SYNC: ("sync", "syncsoft", "syncline", "syncfill", "onsync"),
}


def text_token(tone: Tone) -> str:
    """Return the token of text in this tone."""
    return _ROLE_TOKENS[tone][0]


def soft_tokens(tone: Tone) -> tuple[str, str, str]:
    """Return the (text, background, edge) tokens of a quiet mark in this tone."""
    text, soft, line, _fill, _on = _ROLE_TOKENS[tone]
    return text, soft, line


def fill_tokens(tone: Tone) -> tuple[str, str]:
    """Return the (text, background) tokens of a strong mark in this tone."""
    return _ROLE_TOKENS[tone][4], _ROLE_TOKENS[tone][3]


def colours(name: ThemeName) -> dict[str, str]:
    """Return every token with its ``#RRGGBB`` value in one theme."""
    side = 0 if name is ThemeName.LIGHT else 1
    return {token: pair[side] for token, pair in COLOURS.items()}
