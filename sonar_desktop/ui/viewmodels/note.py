"""A note: free text by one person about one person, with when it was."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sonar_core.moments import moment_at
from sonar_core.records.note import NoteCategory
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.time_entry import (
    ReadTime,
    TimeEntry,
    answer_of_fix,
    answer_of_keep,
    read_entry,
)
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.write_note import Noting, write_note


class NoteDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed; no time means now, at signing."""

    text: str = ""
    category: NoteCategory = NoteCategory.CLINICAL
    when: TimeEntry = TimeEntry(typed="", typed_ms=0)


class NoteForm(FormModel[NoteDraft]):
    """Writes a note; its time is now unless another is typed."""

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "note", episode, NoteDraft())
        self._episode = episode

    def type_time(self, typed: str) -> None:
        """Keep the time as typed, with when it was typed."""
        self.put(when=TimeEntry(typed=typed, typed_ms=self.workplace.clock.now_ms()))

    def fix_time(self) -> None:
        """Take the first answer to the question about the time."""
        flaw = self.flaws.get("performed_at")
        if flaw is not None:
            now_ms = self.workplace.clock.now_ms()
            self.put(when=answer_of_fix(self.entry.when, flaw, now_ms))
            self.flaws.pop("performed_at", None)
            self.restored.emit()
            self.refreshed.emit()

    def keep_time(self) -> None:
        """Take the second answer to the question about the time."""
        flaw = self.flaws.get("performed_at")
        if flaw is not None:
            self.put(when=answer_of_keep(self.entry.when, flaw))
            self.flaws.pop("performed_at", None)
            self.refreshed.emit()

    @property
    def time(self) -> ReadTime:
        """How the time was understood: now where none was typed."""
        now_ms, zone = self.workplace.clock.now_ms(), self.workplace.zone
        if not self.entry.when.typed.strip():
            return ReadTime(moment=moment_at(now_ms, zone))
        return read_entry(self.entry.when, now_ms=now_ms, zone=zone)

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with the time and the words."""
        flaws: dict[str, Flaw] = {}
        flaw = self.time.flaw
        if flaw is not None:
            flaws["performed_at"] = flaw
        if not self.entry.text.strip():
            flaws["text"] = Flaw(text="Enter the note.")
        return flaws

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        moment = self.time.moment
        if moment is None:
            raise AssertionError("a note is signed only when its time was understood")
        noting = Noting(
            signing=Signing(episode=self._episode, performed_at=moment, record=self.keeper.record),
            text=self.entry.text,
            category=self.entry.category,
        )
        return lambda desk: write_note(desk, noting)
