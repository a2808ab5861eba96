"""A time that somebody typed: read by the clock of when they typed it, judged by the clock now.

A draft that is opened the next morning must still mean last night's 21:30, so the entry keeps
when it was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from sonar_core.moments import Moment, format_duration, format_moment
from sonar_core.typed_time import (
    FUTURE_ASKED_AFTER_MS,
    TypedOutcome,
    judge_moment,
    late_by_ms,
    read_time,
)
from sonar_desktop.ui.viewmodels.flaw import Flaw

LATE_REASONS: Final = (
    "Busy with an emergency",
    "Written on paper first",
    "Away from a PC",
    "Done by somebody else",
)


class TimeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, when, and the answer to the question it raised, if any.

    `answer` is "keep" for a time a little ahead, "before" or "after" for an hour that came twice.
    `exact` is the moment of an entry that is written again: until somebody types another time it is
    that one to the millisecond, though the field shows minutes.
    """

    typed: str
    typed_ms: int
    answer: str = ""
    exact: Moment | None = None

    def answered(self, answer: str) -> TimeEntry:
        """Return the entry with the answer to its question."""
        return msgspec.structs.replace(self, answer=answer)


def as_it_was(moment: Moment) -> TimeEntry:
    """Return the entry that shows a time signed before, and means it exactly."""
    return TimeEntry(typed=format_moment(moment), typed_ms=moment.utc_ms, exact=moment)


@dataclass(frozen=True, kw_only=True)
class ReadTime:
    """The moment, or what is wrong; `echo` says how it was understood, `late` asks why so late."""

    moment: Moment | None = None
    flaw: Flaw | None = None
    echo: str = ""
    late: str = ""


def read_entry(entry: TimeEntry, *, now_ms: int, latest_ms: int, zone: str) -> ReadTime:
    """Read an entry; nothing typed is asked for. `latest_ms` is the clock's own."""
    if entry.exact is not None:
        return ReadTime(moment=entry.exact, echo=format_moment(entry.exact))
    # How far the server is ahead of this PC now, it was when this was typed, as far as is known.
    typed_ms = entry.typed_ms + latest_ms - now_ms
    found = read_time(entry.typed, now_ms=typed_ms, zone=zone)
    if found.outcome is TypedOutcome.EMPTY:
        return ReadTime(flaw=Flaw(text="Enter when it was done."))
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
        chosen = found.candidates[0 if entry.answer == "before" else 1]
        found = judge_moment(chosen, now_ms=typed_ms)
    moment = found.moment
    if moment is None:
        guess = found.guess or ""
        fix = f"Use {guess}" if guess else ""
        return ReadTime(flaw=Flaw(text=found.text or "", fix=fix, guess=guess))
    is_still_ahead = moment.utc_ms - latest_ms > FUTURE_ASKED_AFTER_MS
    if found.outcome is TypedOutcome.ASK_FUTURE and is_still_ahead and entry.answer != "keep":
        return ReadTime(
            moment=moment, flaw=Flaw(text=found.text or "", is_refused=False, keep="Keep")
        )
    late = late_by_ms(moment, written_ms=latest_ms)
    return ReadTime(
        moment=moment,
        echo=format_moment(moment),
        late="" if late is None else f"This happened {format_duration(late)} ago.",
    )


def answer_of_fix(entry: TimeEntry, flaw: Flaw, now_ms: int) -> TimeEntry:
    """Return the entry after the first of the two buttons: the guess, or the earlier hour."""
    if flaw.guess:
        return TimeEntry(typed=flaw.guess, typed_ms=now_ms)
    return entry.answered("before")


def answer_of_keep(entry: TimeEntry, flaw: Flaw) -> TimeEntry:
    """Return the entry after the second button: kept as it is, or the later hour."""
    return entry.answered("after" if flaw.fix else "keep")
