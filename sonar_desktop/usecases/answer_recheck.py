"""Answer for a rule that entries of several PCs break together: who looked, and what came of it."""

from __future__ import annotations

import msgspec

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.task import TaskStatus
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, lost_facts, now, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing
from sonar_desktop.usecases.rechecks import rules_to_check


def answer_recheck(
    desk: Desk, episode: str, task: str, words: str, *, was_needed: bool = True
) -> tuple[str | None, Changed]:
    """Write the task that the broken rule is, closed by whoever answers; return the operation's id.

    None where somebody has answered, or where what broke the rule was corrected meanwhile. Raises
    InputError without words that somebody else can understand, RoleError.
    """
    require(desk.actor, Duty.ANSWER_RULE)
    problems = Problems()
    problems.reason("note", words)
    problems.raise_if_any()

    def act(writing: Writing) -> str | None:
        stay = existing(writing, CustodyEpisode, episode)
        seen, _ = writing.readable_of_patient(stay.patient)
        waiting = rules_to_check(stay, seen, writing.conflicts(), lost_facts(writing, seen))
        asked = next((one for _, one in waiting if one.id == task), None)
        if asked is None:
            return None
        return writing.record(
            msgspec.structs.replace(
                asked,
                status=TaskStatus.DONE if was_needed else TaskStatus.CANCELLED,
                done_at=now(desk),
                done_by=desk.actor.user,
                done_note=words.strip(),
            )
        )

    return desk.store.write(desk.actor, "answer_recheck", act)
