from __future__ import annotations

from sonar_core.records.outcome_told import OutcomeTold, ToldHow
from sonar_core.records.task import Task, TaskStatus
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.tell_custody import Telling, tell_custody
from tests.usecases.clinic import admitted, not_fit, problems_of
from tests.usecases.fakes import all_shown, make_desk, signing


def telling(desk, episode, about, **other):
    given = {
        "signing": signing(desk, episode),
        "about": about,
        "told_to": " Sgt Marsh",
        "told_to_role": "Custody officer",
        "how": ToldHow.IN_PERSON,
        "read_back": True,
        "words": "Not fit to be interviewed before 16:00",
    }
    return Telling(**(given | other))


def test_telling_the_officer_closes_the_task_and_the_red_goes_from_the_board():
    desk = make_desk()
    found = admitted(desk)
    outcome, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    keep_draft(desk, record="t1", form="told", episode=found.episode, body=b"", place="")
    one = telling(desk, found.episode, outcome.id, signing=signing(desk, found.episode, draft="t1"))
    record, _ = tell_custody(desk, one)
    assert (record.told_to, record.read_back) == ("Sgt Marsh", True)
    (task,) = all_shown(desk, Task)
    assert (task.status, task.done_note) == (TaskStatus.DONE, "Told Sgt Marsh")
    (row,) = list_board(desk).rows
    assert (row.outcomes[0].told_to, row.outcomes[0].told_ms) == (
        "Sgt Marsh",
        record.performed_at.utc_ms,
    )
    assert my_drafts(desk) == []


def test_the_panel_cannot_be_signed_half():
    desk = make_desk()
    found = admitted(desk)
    outcome, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    half = telling(desk, found.episode, outcome.id, told_to="", how=None, read_back=None)
    assert problems_of(lambda: tell_custody(desk, half)) == {
        "told_to": "Enter who was told.",
        "how": "Choose how they were told.",
        "read_back": "Choose whether they read it back and it was right.",
    }
    assert all_shown(desk, OutcomeTold) == []
    assert all_shown(desk, Task)[0].status is TaskStatus.OPEN
