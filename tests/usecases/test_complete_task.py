from __future__ import annotations

from sonar_core.board.alarms import ringing
from sonar_core.records.task import Task, TaskStatus
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.complete_task import cancel_task, complete_task
from sonar_desktop.usecases.due_now import alarms_now
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import DOCTOR, NURSE, Server, clock_of, make_desk, shown, sync


def with_a_task(desk):
    found = admitted(desk)
    due = clock_of(desk).in_minutes(60)
    return add_task(desk, found.episode, NewTask(what="Repeat NEWS2", due_at=due))[0]


def test_the_alarm_of_a_task_stops_when_somebody_records_that_it_is_done():
    desk = make_desk()
    task = with_a_task(desk)
    clock_of(desk).forward(61)
    assert len(ringing(alarms_now(desk), desk.clock.now_ms())) == 1
    complete_task(desk, task, note="6 again")
    assert alarms_now(desk) == ()
    record = shown(desk, Task, task)
    assert (record.status, record.done_by) == (TaskStatus.DONE, NURSE.user)
    assert (record.done_note, record.done_at) == ("6 again", clock_of(desk).moment())


def test_a_task_done_twice_apart_stays_done_with_both_authors():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    task = with_a_task(nurse)
    sync(server, nurse, doctor)
    complete_task(nurse, task)
    complete_task(doctor, task)
    sync(server, nurse, doctor)
    record = shown(nurse, Task, task)
    assert (record.status, record.done_by) == (TaskStatus.DONE, NURSE.user)
    assert [also.done_by for also in record.also_done] == [DOCTOR.user]


def test_what_is_done_stays_as_it_was_done():
    desk = make_desk()
    task = with_a_task(desk)
    complete_task(desk, task, note="first")
    assert complete_task(desk, task, note="second")[0] is None
    assert shown(desk, Task, task).done_note == "first"


def test_nobody_completes_a_task_tomorrow():
    desk = make_desk()
    task = with_a_task(desk)
    at = clock_of(desk).in_minutes(24 * 60)
    assert "done_at" in problems_of(lambda: complete_task(desk, task, done_at=at))


def test_a_task_is_cancelled_with_a_reason_only():
    desk = make_desk()
    task = with_a_task(desk)
    said = problems_of(lambda: cancel_task(desk, task, " "))
    assert said == {"reason": "Enter why it is not needed."}
    cancel_task(desk, task, "Gone to hospital")
    assert shown(desk, Task, task).status is TaskStatus.CANCELLED
