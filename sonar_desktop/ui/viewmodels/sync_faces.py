"""What pill, strip and panel are given to show of the copies."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_desktop.usecases.held_entry import WayOut


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
    """One entry of the panel's list; the rest only where it is held back.

    `way` is what to do about it, `do` the same in words. `entity` is its record's id.
    """

    words: str
    where: str
    time: str
    why: str = ""
    do: str = ""
    way: WayOut = WayOut.OTHERWISE
    kind: str = ""
    entity: str = ""
    episode: str | None = None

    @property
    def can_correct(self) -> bool:
        """Whether it opens in the form it was written with."""
        return self.way is WayOut.FORM

    @property
    def is_corrected(self) -> bool:
        """Whether another was written in its place."""
        return self.way is WayOut.CORRECTED

    @property
    def is_on_record(self) -> bool:
        """Whether it can be seen on somebody's record."""
        return self.episode is not None and self.way is not WayOut.UNREADABLE
