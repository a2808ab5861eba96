"""What pill, strip and panel are given to show of the copies."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """Which look the pill has; the values are those of the widget."""

    UP_TO_DATE = "up-to-date"
    SENDING = "sending"
    OFFLINE = "offline"
    OFFLINE_CLEAN = "offline-clean"
    CATCHING_UP = "catching-up"
    HELD = "held"


class Pill(msgspec.Struct, frozen=True, kw_only=True):
    """What the pill says."""

    kind: Kind
    text: str
    detail: str


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """What the strip under the top bar says."""

    headline: str
    text: str
    icon: str


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the panel's list; `why` and `do` only where it is held back."""

    words: str
    where: str
    time: str
    why: str = ""
    do: str = ""
