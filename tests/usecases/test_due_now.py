from __future__ import annotations

from sonar_core.board.alarms import AlarmClass, ringing
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.due_now import alarms_now, due_now
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from tests.usecases.clinic import admitted, not_fit
from tests.usecases.fakes import clock_of, make_desk


def test_what_is_due_moves_from_later_to_late_as_time_goes_by():
    desk = make_desk()
    found = admitted(desk, target_minutes=None)
    add_task(
        desk, found.episode, NewTask(what="Repeat NEWS2", due_at=clock_of(desk).in_minutes(30))
    )
    assert [item.what for item in due_now(desk).this_hour] == ["Repeat NEWS2"]
    clock_of(desk).forward(20)
    assert [item.what for item in due_now(desk).soon] == ["Repeat NEWS2"]
    clock_of(desk).forward(11)
    assert [item.what for item in due_now(desk).late] == ["Repeat NEWS2"]


def test_a_referral_that_nobody_answered_in_its_time_is_late():
    desk = make_desk()
    admitted(desk)
    clock_of(desk).forward(27)
    (item,) = due_now(desk).late
    assert (item.what, item.cell, item.name) == ("First contact", "M4", "BARROW, Connor (Mr)")


def test_an_outcome_nobody_was_told_of_rings_after_ten_minutes():
    desk = make_desk()
    found = admitted(desk)
    record_fitness_outcome(desk, not_fit(desk, found.episode))
    clock_of(desk).forward(9)
    assert ringing(alarms_now(desk), desk.clock.now_ms()) == ()
    clock_of(desk).forward(1)
    (alarm,) = ringing(alarms_now(desk), desk.clock.now_ms())
    assert (alarm.cell, alarm.kind) == ("M4", AlarmClass.NOT_TOLD)
