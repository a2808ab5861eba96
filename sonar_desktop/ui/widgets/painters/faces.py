"""The plain values painters draw: enums with their words, so colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sonar_desktop.ui.theme import Tone


class NewsBand(StrEnum):
    """The bands of a NEWS2 total (RCP 2017), each with its own shape."""

    NOT_SCORED = "not-scored"
    LOW = "low"
    LOW_MEDIUM = "low-medium"
    MEDIUM = "medium"
    HIGH = "high"


BAND_WORDS: Final[dict[NewsBand, str]] = {
    NewsBand.NOT_SCORED: "Not scored",
    NewsBand.LOW: "Low",
    NewsBand.LOW_MEDIUM: "Low-medium",
    NewsBand.MEDIUM: "Medium",
    NewsBand.HIGH: "High",
}


def news2_words(band: NewsBand, total: int | None) -> str:
    """Return what a screen reader says for a mark: "NEWS2 6, medium"."""
    if band is NewsBand.NOT_SCORED or total is None:
        return "NEWS2 not scored"
    return f"NEWS2 {total}, {BAND_WORDS[band].lower()}"


class SyncMark(StrEnum):
    """Where a change is; the same five everywhere."""

    LOCAL = "local"
    SENDING = "sending"
    CENTRAL = "central"
    DECISION = "decision"
    HELD = "held"


SYNC_WORDS: Final[dict[SyncMark, str]] = {
    SyncMark.LOCAL: "Saved on this PC, waiting to send",
    SyncMark.SENDING: "Sending",
    SyncMark.CENTRAL: "Saved centrally",
    SyncMark.DECISION: "Needs a decision: two versions",
    SyncMark.HELD: "Held back",
}
SYNC_ICONS: Final[dict[SyncMark, tuple[str, str]]] = {
    SyncMark.LOCAL: ("hard-drive", "sync"),
    SyncMark.SENDING: ("cloud-upload", "sync"),
    SyncMark.CENTRAL: ("cloud-check", "ink3"),
    SyncMark.DECISION: ("git-compare-arrows", "sync"),
    SyncMark.HELD: ("cloud-alert", "warn"),
}
"""Icon and colour token of each mark."""


class Trend(StrEnum):
    """Which way a score went since the one before."""

    WORSE = "worse"
    BETTER = "better"


class CountdownKind(StrEnum):
    """How the next check stands."""

    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    CONSTANT = "constant"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class CountdownFace:
    """A check that is coming: its words, and how much of its interval has passed (0 to 100).

    ``detail`` is the second line of a constant watch ("Seen 14:29").
    """

    kind: CountdownKind
    text: str
    detail: str = ""
    percent: int = 0


@dataclass(frozen=True, kw_only=True)
class ChipFace:
    """A state word with its tone and icon; ``strong`` fills it, ``outlined`` leaves it white."""

    text: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""
    strong: bool = False
    outlined: bool = False
