"""Complete a task, or cancel it: what stops its alarm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sonar_core.moments import Moment
from sonar_core.records.task import Task, TaskKind, TaskStatus
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def complete_task(
    desk: Desk, task: str, *, done_at: Moment | None = None, note: str = ""
) -> tuple[str | None, Changed]:
    """Record that the task was done; return the operation's id, None where it was already.

    Raises InputError for a time in the future, RoleError.
    """
    require(desk.actor, Duty.DO_TASK)
    problems = Problems()
    at = done_at or now(desk)
    problems.happened("done_at", at, desk.clock)
    problems.raise_if_any()

    def act(writing: Writing) -> str | None:
        return close_task(desk, writing, task, TaskStatus.DONE, note.strip(), at)

    return desk.store.write(desk.actor, "complete_task", act)


def cancel_task(desk: Desk, task: str, reason: str) -> tuple[str | None, Changed]:
    """Record that nobody needs to do it, and why. Raises InputError without a reason, RoleError."""
    require(desk.actor, Duty.DO_TASK)
    problems = Problems()
    problems.require("reason", reason, "why it is not needed")
    problems.raise_if_any()

    def act(writing: Writing) -> str | None:
        return close_task(desk, writing, task, TaskStatus.CANCELLED, reason.strip(), now(desk))

    return desk.store.write(desk.actor, "cancel_task", act)


def close_task(
    desk: Desk, writing: Writing, task: str, status: TaskStatus, note: str, at: Moment
) -> str | None:
    """Close an open task within a user action; one that is closed stays as it is."""
    found = existing(writing, Task, task)
    if found.status is not TaskStatus.OPEN:
        return None
    changes: dict[str, Any] = {
        "status": status,
        "done_at": at,
        "done_by": desk.actor.user,
        "done_note": note,
    }
    return writing.edit(Task, task, changes)


def open_tasks_about(
    writing: Writing, episode: str, causes: Iterable[str], kinds: Iterable[TaskKind]
) -> list[Task]:
    """Return the open tasks of the kinds that the records named asked for."""
    wanted, sorts = frozenset(causes), frozenset(kinds)
    return [
        seen.record
        for seen in writing.of_episode(episode, (Task.__name__,))
        if isinstance(seen.record, Task)
        and seen.record.status is TaskStatus.OPEN
        and seen.record.cause in wanted
        and seen.record.kind in sorts
    ]
