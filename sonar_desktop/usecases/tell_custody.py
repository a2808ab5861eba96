"""Tell the custody officer, and record who was told, how, and that it was read back."""

from __future__ import annotations

import msgspec

from sonar_core.records.base import Fact
from sonar_core.records.outcome_told import OutcomeTold, ToldHow
from sonar_core.records.task import TaskKind, TaskStatus
from sonar_core.roles import Duty
from sonar_core.sync.correcting import is_stuck
from sonar_desktop.usecases.acting import (
    Signing,
    check_amending,
    check_signing,
    facts_of,
    forget_draft,
    now,
    require,
    stamps,
)
from sonar_desktop.usecases.complete_task import close_task, open_tasks_about
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Reading, Writing


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """Who was told of which record; None where the panel has no answer yet."""

    signing: Signing
    about: str
    told_to: str
    told_to_role: str
    how: ToldHow | None
    read_back: bool | None
    words: str = ""


def tell_custody(desk: Desk, telling: Telling) -> tuple[OutcomeTold, Changed]:
    """Write the telling and close the task that asked for it, in one action.

    It cannot be signed half: InputError names what is missing. Raises RoleError. A telling of what
    never reaches the server is of what was written in its place; one that is sent again before that
    is refused.
    """
    require(desk.actor, Duty.TELL_CUSTODY)
    problems = Problems()
    check_signing(telling.signing, problems, desk)
    problems.require("told_to", telling.told_to, "who was told")
    if telling.how is None:
        problems.add("how", "Choose how they were told.")
    if telling.read_back is None:
        problems.add("read_back", "Choose whether they read it back and it was right.")
    problems.raise_if_any()

    def act(writing: Writing) -> OutcomeTold:
        amended = check_amending(writing, OutcomeTold, telling.signing)
        about = _told_of(writing, telling, telling.about)
        record = OutcomeTold(
            **stamps(desk, writing, telling.signing, amended),
            about=about,
            told_to=telling.told_to.strip(),
            told_to_role=telling.told_to_role.strip(),
            how=telling.how or ToldHow.IN_PERSON,
            read_back=bool(telling.read_back),
            words=telling.words.strip(),
        )
        writing.record(record)
        kinds = (TaskKind.TELL_CUSTODY,)
        for task in open_tasks_about(writing, telling.signing.episode, (about,), kinds):
            close_task(desk, writing, task.id, TaskStatus.DONE, f"Told {record.told_to}", now(desk))
        forget_draft(desk, writing, telling.signing)
        return record

    return desk.store.write(desk.actor, "tell_custody", act)


def _told_of(reading: Reading, telling: Telling, about: str) -> str:
    """Return the record told of, or its correction where the server holds it back for good."""
    held = reading.held_facts()
    if not is_stuck(about, held):
        return about
    for fact in facts_of(Fact, reading.of_episode(telling.signing.episode)):
        if fact.corrects == about:
            return _told_of(reading, telling, fact.id)
    if telling.signing.amending is not None:
        problems = Problems()
        problems.add("about", "What was told is held back itself. Correct that first, then this.")
        problems.raise_if_any()
    return about
