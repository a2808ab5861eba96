from __future__ import annotations

from sonar_core.records.task import Task, TaskKind, TaskOwner, TaskStatus
from sonar_desktop.usecases.add_task import NewTask, add_task
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import NURSE, clock_of, make_desk, shown


def test_a_task_says_what_by_when_and_whose_it_is():
    desk = make_desk()
    found = admitted(desk)
    due = clock_of(desk).in_minutes(60)
    one = NewTask(what=" Look at the wound ", due_at=due, kind=TaskKind.REASSESS)
    identifier, _ = add_task(desk, found.episode, one)
    task = shown(desk, Task, identifier)
    assert (task.what, task.due_at) == ("Look at the wound", due)
    assert (task.owner, task.status) == (TaskOwner.HEALTHCARE, TaskStatus.OPEN)
    assert (task.created_by, task.patient) == (NURSE.user, found.patient)


def test_a_task_in_the_past_or_without_words_is_refused():
    desk = make_desk()
    found = admitted(desk)
    one = NewTask(what="", due_at=clock_of(desk).moment(1))
    assert problems_of(lambda: add_task(desk, found.episode, one)) == {
        "what": "Enter what is to be done.",
        "due_at": "This time has passed. Enter a time to come.",
    }
