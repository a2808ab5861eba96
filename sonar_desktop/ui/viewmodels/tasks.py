"""Tasks of a stay: what is open, what was done, and the forms to add one and to close one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from sonar_core.records.task import Task, TaskOwner, TaskStatus
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.due_entry import read_due
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.summary_cards import OWNER_WORDS, day_time
from sonar_desktop.ui.viewmodels.time_entry import ReadTime, TimeEntry
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.answer_recheck import answer_recheck
from sonar_desktop.usecases.complete_task import cancel_task, complete_task
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_record import RecordHead


@dataclass(frozen=True, kw_only=True)
class DoneTask:
    """A task that is closed; `also` are others who recorded it without seeing the first."""

    id: str
    what: str
    detail: str
    note: str
    is_cancelled: bool
    also: tuple[str, ...]


class TaskDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed."""

    what: str = ""
    due: TimeEntry = TimeEntry(typed="", typed_ms=0)
    owner: TaskOwner = TaskOwner.HEALTHCARE


class Closing(StrEnum):
    """How a task ends."""

    DONE = "done"
    NOT_NEEDED = "not_needed"


class CloseDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is said when a task ends."""

    task: str = ""
    what: str = ""
    how: Closing = Closing.DONE
    note: str = ""
    is_recheck: bool = False


def done_tasks(head: RecordHead, now_ms: int) -> tuple[DoneTask, ...]:
    """Return the closed tasks, the last one first."""
    closed = [task for task in head.tasks if task.status is not TaskStatus.OPEN]
    closed.sort(key=_closed_ms, reverse=True)
    return tuple(_done(task, head.names, now_ms) for task in closed)


class TaskForm(FormModel[TaskDraft]):
    """Adds a task."""

    duty = Duty.DO_TASK
    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "task", episode, TaskDraft())
        self._episode = episode

    def type_due(self, typed: str) -> None:
        """Keep the due time as typed, with when it was typed."""
        self.put(due=TimeEntry(typed=typed, typed_ms=self.workplace.clock.now_ms()))

    @property
    def due(self) -> ReadTime:
        """How the due time was understood."""
        return read_due(self.entry.due, clock=self.workplace.clock, zone=self.workplace.zone)

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with words and time."""
        flaws: dict[str, Flaw] = {}
        if not self.entry.what.strip():
            flaws["what"] = Flaw(text="Enter what is to be done.")
        flaw = self.due.flaw
        if flaw is not None:
            flaws["due_at"] = flaw
        return flaws

    def sign(self) -> None:
        """Write it; a task asks for no PIN of its own."""
        if self.is_ready():
            self.write()

    def work(self) -> Callable[[Desk], object]:
        """Return the use case, which forgets the draft with the task it writes."""
        moment = self.due.moment
        if moment is None:
            raise AssertionError("a task is added only when its due time was understood")
        task = NewTask(what=self.entry.what, due_at=moment, owner=self.entry.owner)
        episode = self._episode
        return lambda desk: add_task(desk, episode, task)


class CloseForm(FormModel[CloseDraft]):
    """Closes a task: done, with a note, or not needed, with the reason.

    A rule that does not hold is answered with words in either case.
    """

    duty = Duty.DO_TASK
    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "close_task", episode, CloseDraft())
        self._episode = episode

    def begin(self, task: str, what: str, how: Closing, *, is_recheck: bool = False) -> None:
        """Open the form for a task."""
        same = (self.entry.task, self.entry.how) == (task, how)
        entry = CloseDraft(task=task, what=what, how=how, is_recheck=is_recheck)
        self.begin_with(entry, is_same=same)

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong: a task that is not needed needs the reason."""
        if self.entry.how is Closing.NOT_NEEDED and not self.entry.note.strip():
            return {"note": Flaw(text="Enter why it is not needed.")}
        return {}

    def sign(self) -> None:
        """Write it; a task asks for no PIN of its own."""
        if self.is_ready():
            self.write()

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry, episode = self.entry, self._episode
        if entry.is_recheck:
            was_needed = entry.how is Closing.DONE
            return lambda desk: answer_recheck(
                desk, episode, entry.task, entry.note, was_needed=was_needed
            )
        if entry.how is Closing.NOT_NEEDED:
            return lambda desk: cancel_task(desk, entry.task, entry.note)
        return lambda desk: complete_task(desk, entry.task, note=entry.note)


def _closed_ms(task: Task) -> int:
    return 0 if task.done_at is None else task.done_at.utc_ms


def _done(task: Task, names: dict[str, str], now_ms: int) -> DoneTask:
    word = "Done" if task.status is TaskStatus.DONE else "Not needed"
    when = "" if task.done_at is None else f" {day_time(task.done_at, now_ms)}"
    who = names.get(task.done_by or "", task.done_by or "")
    also = tuple(
        f"Also {names.get(one.done_by or '', one.done_by or '')}: {one.done_note}".rstrip(": ")
        for one in task.also_done
    )
    return DoneTask(
        id=task.id,
        what=task.what,
        detail=f"{word}{when}, {who} · due {day_time(task.due_at, now_ms)}"
        f" · {OWNER_WORDS[task.owner]}",
        note=task.done_note,
        is_cancelled=task.status is TaskStatus.CANCELLED,
        also=also,
    )
