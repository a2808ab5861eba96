"""A note: free text by one person about one person, with when it was; written or amended."""

from __future__ import annotations

from collections.abc import Callable

from sonar_core.moments import format_moment
from sonar_core.records.note import Note, NoteCategory
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry
from sonar_desktop.ui.viewmodels.timed_form import TimedDraft, TimedForm
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import Amending, Signing
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.write_note import Noting, read_note, write_note


class NoteDraft(TimedDraft, frozen=True, kw_only=True):
    """The form as typed; `why` is asked only of an amendment."""

    text: str = ""
    category: NoteCategory = NoteCategory.CLINICAL
    why: str = ""


class NoteForm(TimedForm[NoteDraft]):
    """Writes a note, or the note that takes the place of one that was wrong."""

    duty = Duty.WRITE_NOTE

    def __init__(self, workplace: Workplace, episode: str, amends: str | None = None) -> None:
        """Take whose stay it is, and the note to amend; each amendment has a draft of its own."""
        name = "note" if amends is None else f"amend_note/{amends}"
        super().__init__(workplace, name, episode, NoteDraft())
        self._episode = episode
        self.amends = amends

    def begin(self) -> None:
        """Open the form; an amendment begins with what the note says."""
        if self.amends is None or self.entry != NoteDraft():
            self.open()
            return
        note = self.amends
        self.look(lambda desk: read_note(desk, note), self._fill_with)

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with the time and the words."""
        flaws: dict[str, Flaw] = {}
        if self.amends is not None and not self.entry.why.strip():
            flaws["amending"] = Flaw(text="Enter why the note is amended.")
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
        amends, why = self.amends, self.entry.why
        noting = Noting(
            signing=Signing(
                episode=self._episode,
                performed_at=moment,
                draft=self.keeper.record,
                amending=None if amends is None else Amending(of=amends, reason=why),
            ),
            text=self.entry.text,
            category=self.entry.category,
        )
        return lambda desk: write_note(desk, noting)

    def _fill_with(self, note: Note) -> None:
        if self.entry == NoteDraft():
            typed = format_moment(note.performed_at)
            when = TimeEntry(typed=typed, typed_ms=self.workplace.clock.now_ms())
            self.entry = NoteDraft(text=note.text, category=note.category, when=when)
            self.open()
