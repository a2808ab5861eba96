"""Where somebody is in custody: the cell they move to, and where they go when they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from sonar_core.board.suite_change import change_words
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.records.task import TaskStatus
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.summary_cards import day_time
from sonar_desktop.ui.viewmodels.timed_form import TimedDraft, TimedForm
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.move_cell import move_cell
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_record import RecordHead
from sonar_desktop.usecases.release_detainee import release_detainee


@dataclass(frozen=True, kw_only=True)
class CustodyFace:
    """Where the person is. `left_open` says what a release would leave undone."""

    title: str
    text: str
    left_open: str
    is_here: bool


class MoveDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed."""

    cell: str = ""


class ReleaseDraft(TimedDraft, frozen=True, kw_only=True):
    """The form as typed; whether it is a transfer is chosen, not assumed."""

    how: EpisodeStatus | None = None
    released_to: str = ""


def custody_face(head: RecordHead, now_ms: int) -> CustodyFace:
    """Return where the person is, or when and where they went."""
    stay = head.stay
    is_here = stay.status is EpisodeStatus.OPEN
    if is_here:
        title = f"Cell {stay.cell}" if stay.cell else "No cell recorded"
        text = f"Arrived {day_time(stay.arrived_at, now_ms)}"
        if head.change is not None and head.is_leaving:
            title = f"Moved {change_words(head.change, now_ms)} yet"
        elif head.change is not None:
            text = f"{text}. Came {change_words(head.change, now_ms)}"
    else:
        left = "Transferred" if stay.status is EpisodeStatus.TRANSFERRED else "Released"
        when = "" if stay.released_at is None else f" {day_time(stay.released_at, now_ms)}"
        title, text = f"{left}{when}", f"To: {stay.released_to}"
    return CustodyFace(
        title=title, text=text, left_open=_left_open(head) if is_here else "", is_here=is_here
    )


class MoveForm(FormModel[MoveDraft]):
    """Moves a detainee to another cell."""

    duty = Duty.RUN_STAY
    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "move_cell", episode, MoveDraft())
        self._episode = episode

    def check(self) -> dict[str, Flaw]:
        """Return what is missing."""
        return {} if self.entry.cell.strip() else {"cell": Flaw(text="Enter the cell.")}

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        cell, episode = self.entry.cell, self._episode
        return lambda desk: move_cell(desk, episode, cell)


class ReleaseForm(TimedForm[ReleaseDraft]):
    """Ends a stay: the person leaves the board, and what is written later is marked so."""

    duty = Duty.RUN_STAY
    forgets_draft = False
    time_flaw = "released_at"

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "release", episode, ReleaseDraft())
        self._episode = episode

    def check(self) -> dict[str, Flaw]:
        """Return what is missing, and what is wrong with the time."""
        flaws: dict[str, Flaw] = {}
        if self.entry.how is None:
            flaws["how"] = Flaw(text="Choose released or transferred.")
        if not self.entry.released_to.strip():
            flaws["released_to"] = Flaw(text="Enter where they went.")
        flaw = self.time.flaw
        if flaw is not None:
            flaws["released_at"] = flaw
        return flaws

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry, episode = self.entry, self._episode
        at = self.time.moment if entry.when.typed.strip() else None
        return lambda desk: release_detainee(
            desk,
            episode,
            entry.released_to,
            released_at=at,
            is_transfer=entry.how is EpisodeStatus.TRANSFERRED,
        )


def _left_open(head: RecordHead) -> str:
    """Return what the next place has to know is not done: ``1 outcome not told, 2 tasks open``."""
    row = head.row
    untold = 0 if row is None else sum(one.told_ms is None for one in row.outcomes)
    waiting = 0 if row is None else len(row.waiting)
    tasks = sum(task.status is TaskStatus.OPEN for task in head.tasks)
    counts = (
        (untold, "outcome not told", "outcomes not told"),
        (waiting, "referral not seen", "referrals not seen"),
        (tasks, "task open", "tasks open"),
        (len(head.conflicts), "decision open", "decisions open"),
    )
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)
