"""Record whether a detainee is fit, and that custody has to be told."""

from __future__ import annotations

from typing import Any

import msgspec

from sonar_core.board.words import fitness_sentence
from sonar_core.conflicts import end_of_chain, open_conflicts
from sonar_core.moments import Moment
from sonar_core.records.base import Replacement
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.task import TaskKind, TaskStatus
from sonar_core.roles import Duty
from sonar_core.sync.correcting import in_place_of
from sonar_core.sync.disputes import PLACE
from sonar_desktop.usecases.acting import (
    Signing,
    check_amending,
    check_signing,
    facts_of,
    forget_draft,
    lost_facts,
    now,
    require,
    stamps,
)
from sonar_desktop.usecases.add_task import NewTask, make_task
from sonar_desktop.usecases.complete_task import close_task, open_tasks_about
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Reading, Writing

TELL_CUSTODY = "Tell custody officer"


class Deciding(msgspec.Struct, frozen=True, kw_only=True):
    """A decision on fitness for one purpose.

    A decision follows the one before it, whoever made that. `signing.amending` names one that the
    server holds back, to be sent again: it takes that one's place.
    """

    signing: Signing
    purpose: FitnessPurpose
    outcome: Fitness
    conditions: tuple[str, ...] = ()
    reason: str = ""
    valid_until: Moment | None = None
    review_at: Moment | None = None


def record_fitness_outcome(desk: Desk, deciding: Deciding) -> tuple[FitnessOutcome, Changed]:
    """Write the decision in the place of the one that stood, and the task to tell custody.

    Tasks that the earlier decision asked for are closed in the same action: to tell of it is no
    longer right, to review it is done. A time of review makes the task to review. Raises
    InputError, also while two decisions for this purpose wait in Conflicts; RoleError.

    One that is sent again may name a time that has passed since: it was to come when it was made.
    """
    require(desk.actor, Duty.DECIDE_FITNESS)
    problems = Problems()
    check_signing(deciding.signing, problems, desk)
    check_decision(deciding, problems, desk)
    problems.raise_if_any()

    def act(writing: Writing) -> FitnessOutcome:
        _refuse_while_disputed(writing, deciding)
        amended = check_amending(writing, FitnessOutcome, deciding.signing)
        _refuse_another_purpose(deciding, amended)
        found = stamps(desk, writing, deciding.signing, amended)
        before = amended or _before(writing, deciding)
        if amended is None and before is not None:
            found |= in_place_of(before.id, writing.held_facts())
            found["replacement"] = Replacement.LATER_DECISION
        record = outcome_from(deciding, found)
        writing.record(record)
        if before is not None:
            close_tasks_of(desk, writing, record, (before.id,))
        ask_to_tell(desk, writing, record)
        forget_draft(desk, writing, deciding.signing)
        return record

    return desk.store.write(desk.actor, "record_fitness_outcome", act)


def check_decision(deciding: Deciding, problems: Problems, desk: Desk) -> None:
    """Collect what is missing from a decision."""
    if deciding.outcome in {Fitness.NOT_FIT, Fitness.DEFERRED}:
        problems.require("reason", deciding.reason, "why")
    if deciding.outcome is Fitness.FIT_WITH_CONDITIONS and not _texts(deciding.conditions):
        problems.add("conditions", "Enter the conditions.")
    for field, moment in (("valid_until", deciding.valid_until), ("review_at", deciding.review_at)):
        if deciding.signing.amending is None:
            problems.to_come(field, moment, desk.clock)
        elif moment is not None and moment.utc_ms < deciding.signing.performed_at.utc_ms:
            problems.add(field, "This is before the decision. Enter a later time.")


def outcome_from(deciding: Deciding, found: dict[str, Any]) -> FitnessOutcome:
    """Return the decision to write, with the stamps of a fact."""
    return FitnessOutcome(
        **found,
        purpose=deciding.purpose,
        outcome=deciding.outcome,
        conditions=_texts(deciding.conditions),
        reason=deciding.reason.strip(),
        valid_until=deciding.valid_until,
        review_at=deciding.review_at,
    )


def ask_to_tell(desk: Desk, writing: Writing, record: FitnessOutcome) -> None:
    """Write the task to tell custody of a decision, and the one to review it if it says when."""
    what = fitness_sentence(record.purpose, record.outcome).lower()
    tasks = [
        NewTask(
            what=f"{TELL_CUSTODY}: {what}",
            due_at=record.performed_at,
            kind=TaskKind.TELL_CUSTODY,
            cause=record.id,
        )
    ]
    if record.review_at is not None:
        tasks.append(
            NewTask(
                what=f"Review: {what}",
                due_at=record.review_at,
                kind=TaskKind.REVIEW_FITNESS,
                cause=record.id,
            )
        )
    for task in tasks:
        writing.record(make_task(desk, record.patient, record.episode or "", task))


def close_tasks_of(
    desk: Desk, writing: Writing, record: FitnessOutcome, earlier: tuple[str, ...]
) -> None:
    """Close the tasks that earlier decisions asked for, now that another stands."""
    kinds = (TaskKind.TELL_CUSTODY, TaskKind.REVIEW_FITNESS)
    for task in open_tasks_about(writing, record.episode or "", earlier, kinds):
        is_review = task.kind is TaskKind.REVIEW_FITNESS
        status = TaskStatus.DONE if is_review else TaskStatus.CANCELLED
        close_task(desk, writing, task.id, status, "A later decision stands", now(desk))


def _refuse_while_disputed(writing: Reading, deciding: Deciding) -> None:
    for conflict in open_conflicts(writing.conflicts()):
        if conflict.group != PLACE or conflict.episode != deciding.signing.episode:
            continue
        for side in conflict.alternatives:
            rival = writing.get(FitnessOutcome, side.fact or "")
            if rival is not None and rival.purpose is deciding.purpose:
                problems = Problems()
                problems.add(
                    "purpose", "Two people decided this differently. Decide in Conflicts first."
                )
                problems.raise_if_any()


def _refuse_another_purpose(deciding: Deciding, amended: FitnessOutcome | None) -> None:
    if amended is not None and amended.purpose is not deciding.purpose:
        problems = Problems()
        problems.add("purpose", "This was decided for another purpose. Decide that one by itself.")
        problems.raise_if_any()


def _before(writing: Reading, deciding: Deciding) -> FitnessOutcome | None:
    """Return the decision whose place this takes, even one that was struck out."""
    kinds = (FitnessOutcome.__name__, ConflictResolution.__name__)
    seen = writing.of_episode(deciding.signing.episode, kinds)
    alike = [one for one in facts_of(FitnessOutcome, seen) if one.purpose is deciding.purpose]
    return end_of_chain(alike, lost_facts(writing, seen))


def _texts(conditions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip() for text in conditions if text.strip())
