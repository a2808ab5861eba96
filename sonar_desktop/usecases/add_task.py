"""Add a task: something somebody must do by a time."""

from __future__ import annotations

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.task import Task, TaskKind, TaskOwner
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


class NewTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task that a person confirmed. `cause` is the id of the record that asked for it."""

    what: str
    due_at: Moment
    kind: TaskKind = TaskKind.OTHER
    owner: TaskOwner = TaskOwner.HEALTHCARE
    cause: str | None = None


def add_task(desk: Desk, episode: str, task: NewTask) -> tuple[str, Changed]:
    """Write the task; return its id. Raises InputError for a due time in the past, RoleError."""
    require(desk.actor, Duty.DO_TASK)
    problems = Problems()
    check_task(task, problems, desk)
    problems.raise_if_any()

    def act(writing: Writing) -> str:
        stay = existing(writing, CustodyEpisode, episode)
        made = make_task(desk, stay.patient, stay.id, task)
        writing.record(made)
        return made.id

    return desk.store.write(desk.actor, "add_task", act)


def check_task(task: NewTask, problems: Problems, desk: Desk, prefix: str = "") -> None:
    """Collect what is wrong with a task; `prefix` names the form's part it stands in."""
    problems.require(f"{prefix}what", task.what, "what is to be done")
    problems.to_come(f"{prefix}due_at", task.due_at, desk.clock)


def make_task(desk: Desk, patient: str, episode: str, task: NewTask) -> Task:
    """Return the task to write."""
    return Task(
        id=desk.ids.new(),
        patient=patient,
        episode=episode,
        what=task.what.strip(),
        kind=task.kind,
        due_at=task.due_at,
        owner=task.owner,
        cause=task.cause,
        created_by=desk.actor.user,
    )
