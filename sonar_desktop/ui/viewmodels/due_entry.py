"""A due time that somebody typed: ``+1h``, ``16:00``, ``tomorrow 09:00``."""

from __future__ import annotations

from sonar_core.moments import format_moment
from sonar_core.typed_time import TypedOutcome, TypedTime, read_due_time
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.time_entry import ReadTime, TimeEntry
from sonar_desktop.usecases.ports import Clock


def understood(entry: TimeEntry, clock: Clock, zone: str) -> TypedTime:
    """Read what was typed by the server's clock of when that was, as far as this PC knows it.

    A time of an entry that is written again is that time, also where it has passed since.
    """
    if entry.exact is not None:
        return TypedTime(outcome=TypedOutcome.ACCEPTED, moment=entry.exact)
    ahead_ms = clock.server_ms() - clock.now_ms()
    return read_due_time(entry.typed, now_ms=entry.typed_ms + ahead_ms, zone=zone)


def read_due(
    entry: TimeEntry, *, clock: Clock, zone: str, thing: str = "when it is due"
) -> ReadTime:
    """Read a due time; nothing typed is asked for."""
    found = understood(entry, clock, zone)
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
    if moment.utc_ms < clock.earliest_ms():
        return ReadTime(flaw=Flaw(text="This time has passed. Enter a time to come."))
    return ReadTime(moment=moment, echo=format_moment(moment))


def read_optional_due(entry: TimeEntry, *, clock: Clock, zone: str) -> ReadTime:
    """Read a due time that may be left out."""
    if not entry.typed.strip():
        return ReadTime()
    return read_due(entry, clock=clock, zone=zone)
