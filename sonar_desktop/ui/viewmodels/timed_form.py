"""A form with a time of its own: now, unless the person typed another."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from sonar_core.moments import moment_at
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.time_entry import (
    ReadTime,
    TimeEntry,
    answer_of_fix,
    answer_of_keep,
    read_entry,
)


class TimedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What such a form holds; no time means now, at signing."""

    when: TimeEntry = TimeEntry(typed="", typed_ms=0)


T = TypeVar("T", bound=TimedDraft)


class TimedForm(FormModel[T]):
    """Reads the time as it is typed; `time_flaw` is the use case's name for it."""

    time_flaw = "performed_at"

    def type_time(self, typed: str) -> None:
        """Keep the time as typed, with when it was typed."""
        self.put(when=TimeEntry(typed=typed, typed_ms=self.workplace.clock.now_ms()))

    def fix_time(self) -> None:
        """Take the first answer to the question about the time."""
        flaw = self.flaws.get(self.time_flaw)
        if flaw is not None:
            now_ms = self.workplace.clock.now_ms()
            self.put(when=answer_of_fix(self.entry.when, flaw, now_ms))
            self.flaws.pop(self.time_flaw, None)
            self.restored.emit()
            self.refreshed.emit()

    def keep_time(self) -> None:
        """Take the second answer to the question about the time."""
        flaw = self.flaws.get(self.time_flaw)
        if flaw is not None:
            self.put(when=answer_of_keep(self.entry.when, flaw))
            self.flaws.pop(self.time_flaw, None)
            self.refreshed.emit()

    @property
    def time(self) -> ReadTime:
        """How the time was understood: now where none was typed."""
        now_ms, zone = self.workplace.clock.now_ms(), self.workplace.zone
        latest_ms = self.workplace.clock.latest_ms()
        if not self.entry.when.typed.strip():
            return ReadTime(moment=moment_at(latest_ms, zone))
        return read_entry(self.entry.when, now_ms=now_ms, latest_ms=latest_ms, zone=zone)

    @property
    def time_words(self) -> str:
        """The time as it was understood, and how late that is."""
        return " ".join(part for part in (self.time.echo, self.time.late) if part)
