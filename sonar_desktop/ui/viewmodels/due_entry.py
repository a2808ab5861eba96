"""A due time that somebody typed: ``+1h``, ``16:00``, ``tomorrow 09:00``."""

from __future__ import annotations

from sonar_core.moments import format_moment
from sonar_core.typed_time import TypedOutcome, read_due_time
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.time_entry import ReadTime, TimeEntry


def read_due(
    entry: TimeEntry, *, now_ms: int, zone: str, thing: str = "when it is due"
) -> ReadTime:
    """Read a due time by the clock of when it was typed; nothing typed is asked for."""
    found = read_due_time(entry.typed, now_ms=entry.typed_ms, zone=zone)
    if found.outcome is TypedOutcome.EMPTY:
        return ReadTime(flaw=Flaw(text=f"Enter {thing}."))
    moment = found.moment
    if found.outcome is TypedOutcome.ASK_WHICH_HOUR:
        if entry.answer not in {"before", "after"}:
            before, after = (format_moment(one).rpartition(" ")[2] for one in found.candidates)
            return ReadTime(
                flaw=Flaw(
                    text=found.text or "",
                    is_refused=False,
                    fix=f"Before ({before})",
                    keep=f"After ({after})",
                )
            )
        moment = found.candidates[0 if entry.answer == "before" else 1]
    if moment is None:
        return ReadTime(flaw=Flaw(text=found.text or ""))
    if moment.utc_ms < now_ms:
        return ReadTime(flaw=Flaw(text="This time has passed. Enter a time to come."))
    return ReadTime(moment=moment, echo=format_moment(moment))


def read_optional_due(entry: TimeEntry, *, now_ms: int, zone: str) -> ReadTime:
    """Read a due time that may be left out."""
    if not entry.typed.strip():
        return ReadTime()
    return read_due(entry, now_ms=now_ms, zone=zone)
