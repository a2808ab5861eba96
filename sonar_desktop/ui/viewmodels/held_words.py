"""Words of an entry held back: why, and what to do about it (ux.md 9.2)."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_desktop.ui.viewmodels.sync_faces import EntryLine
from sonar_desktop.ui.viewmodels.sync_words import why_held
from sonar_desktop.usecases.held_entry import WayOut, way_out
from sonar_desktop.usecases.identity_ports import OutboxEntry

UNREADABLE_WHY: Final = "This version of SONAR cannot show what was entered."
UNREADABLE_DO: Final = (
    "Do not enter it again yet. Call support and give the number {id}. Every byte of it is kept on "
    "this PC and centrally."
)
IN_ITS_FORM: Final = (
    "Press Correct and send again. It opens as it was typed, with its times; what you sign is sent "
    "in its place. This one is kept "
    "and marked as corrected."
)
HELD_FORM: Final = (
    "Correct and send again",
    "This is what was signed and held back. What you sign now takes its place, with the same time.",
)
"""Over a form that was opened with an entry held back."""
ON_THE_RECORD: Final = (
    "Press Open, strike it out there with the reason, and enter it again. This one is kept and "
    "marked."
)


def held_line(line: EntryLine, entry: OutboxEntry, corrected: str) -> EntryLine:
    """Return an entry's line with why it is held back, and what to do about it.

    `corrected` is when somebody corrected it, empty where nobody did.
    """
    way = way_out(entry)
    why, do = why_held(entry.reason)
    match way:
        case WayOut.UNREADABLE:
            why, do = UNREADABLE_WHY, UNREADABLE_DO
        case WayOut.CORRECTED:
            by = f" by {entry.corrected_by}" if entry.corrected_by else ""
            do = f"Nothing: corrected{by} at {corrected}. Both stand on the record."
        case WayOut.FORM:
            do = IN_ITS_FORM
        case WayOut.RECORD:
            do = ON_THE_RECORD
        case WayOut.OTHERWISE:
            pass
    return msgspec.structs.replace(
        line,
        why=why,
        do=do.format(id=entry.number),
        way=way,
        kind=entry.kind,
        entity=entry.entity,
        episode=entry.episode,
    )
