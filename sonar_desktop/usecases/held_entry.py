"""What can be done about an entry that the server holds back."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sonar_core.records.note import Note
from sonar_core.records.observation_set import ObservationSet
from sonar_desktop.usecases.identity_ports import OutboxEntry


class WayOut(StrEnum):
    """What its author does about it. Whatever they do, the entry held back stays as it is."""

    CORRECTED = "corrected"
    """Nothing: another was written in its place."""
    UNREADABLE = "unreadable"
    """This program cannot show it; support can."""
    FORM = "form"
    """Open it in the form it was written with, correct it and sign."""
    RECORD = "record"
    """Strike it out on the record with the reason, and enter it again."""
    OTHERWISE = "otherwise"
    """It comes by itself, or support is needed: the reason tells."""


FORMS: Final = frozenset({Note.__name__, ObservationSet.__name__})
"""The kinds whose form opens again with what was signed."""


def way_out(entry: OutboxEntry) -> WayOut:
    """Return what can be done about an entry held back.

    One that comes by itself is not corrected for being held back, and neither is anything but what
    happened: of that alone a second entry can say which one it takes the place of.
    """
    if not entry.is_readable:
        return WayOut.UNREADABLE
    if entry.corrected_ms is not None:
        return WayOut.CORRECTED
    if not entry.is_stuck or entry.episode is None:
        return WayOut.OTHERWISE
    return WayOut.FORM if entry.kind in FORMS else WayOut.RECORD
