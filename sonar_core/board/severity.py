"""How urgent a text on the board is; what colour that has is the theme's business."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """One step of ux.md 3.1: act is the only filled red, copies is violet."""

    OK = "ok"
    QUIET = "quiet"
    INFO = "info"
    SOON = "soon"
    LATE = "late"
    ACT = "act"
    COPIES = "copies"


class CellText(msgspec.Struct, frozen=True, kw_only=True):
    """Two lines of a cell and how urgent they are."""

    first: str
    second: str = ""
    severity: Severity = Severity.OK
