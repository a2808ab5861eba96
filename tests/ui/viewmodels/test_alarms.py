from __future__ import annotations

import pytest

from sonar_core.board.alarms import Alarm, AlarmClass
from sonar_desktop.ui.viewmodels.alarms import AlarmModel, decode_alarms, encode_alarms
from sonar_desktop.usecases.add_task import NewTask, add_task

MINUTE = 60_000


class Bell:
    """A loudspeaker that counts."""

    def __init__(self) -> None:
        self.rung = 0
        self.is_silent = False

    def ring(self) -> None:
        self.rung += 1


@pytest.fixture
def bell() -> Bell:
    return Bell()


def check(clock, minutes: int, cell: str = "M5") -> Alarm:
    return Alarm(due_ms=clock.now_ms() + minutes * MINUTE, cell=cell, kind=AlarmClass.CHECK)


def inherited(clock, bell, *alarms: Alarm) -> AlarmModel:
    return AlarmModel(clock=clock, sound=bell, inherited=alarms)


def test_alarms_handed_over_ring_without_a_key(qapp, hand_clock, bell):
    model = inherited(hand_clock, bell, check(hand_clock, 1))
    model.tick()
    assert bell.rung == 0
    hand_clock.let_pass(minutes=1)
    model.tick()
    assert bell.rung == 1
    assert [(line.cell, line.words, line.late) for line in model.lines()] == [
        ("M5", "Check due", False)
    ]


def test_after_a_power_cut_alarms_are_off(qapp, hand_clock, bell):
    assert AlarmModel(clock=hand_clock, sound=bell).is_off
    assert not inherited(hand_clock, bell).is_off


def test_a_mute_holds_what_rings_but_never_a_new_alarm(qapp, hand_clock, bell):
    first, second = check(hand_clock, 0), check(hand_clock, 6, "M9")
    model = inherited(hand_clock, bell, first, second)
    model.tick()
    assert bell.rung == 1
    hand_clock.let_pass(minutes=5)
    model.mute("Rhona Okafor")
    model.tick()
    assert bell.rung == 1
    assert model.is_muted
    hand_clock.let_pass(minutes=1)
    model.tick()
    assert bell.rung == 2
    assert not model.is_muted


def test_it_rings_again_after_five_minutes_until_somebody_acts(qapp, hand_clock, bell):
    model = inherited(hand_clock, bell, check(hand_clock, 0))
    for _ in range(11):
        model.tick()
        hand_clock.let_pass(minutes=1)
    assert bell.rung == 3


def test_the_title_counts_late_alarms_only(qapp, hand_clock, bell):
    model = inherited(hand_clock, bell, check(hand_clock, -6), check(hand_clock, 0, "M9"))
    assert model.late_count == 1


def test_what_is_handed_over_holds_cell_time_and_class_and_nothing_else(hand_clock):
    alarm = check(hand_clock, 3)
    raw = encode_alarms([alarm])
    assert decode_alarms(raw) == (alarm,)
    assert raw == (f'[{{"due_ms":{alarm.due_ms},"cell":"M5","kind":"check"}}]'.encode())


@pytest.mark.parametrize("raw", [b"", b"<html>", b'[{"cell": 4}]', b"\xff\xfe"])
def test_rubbish_handed_over_is_as_a_power_cut(raw):
    assert decode_alarms(raw) is None


def test_a_task_that_comes_due_rings_from_the_store(
    qtbot, background, workplace, seed, hand_clock, bell
):
    admitted = seed.admit("M4")
    add_task(
        workplace.desk,
        admitted.episode,
        NewTask(what="Repeat CIWA-Ar", due_at=seed.moment(-10)),
    )
    model = AlarmModel(clock=hand_clock, sound=bell)
    with qtbot.waitSignal(model.changed):
        model.watch(background, workplace.desk.store, workplace.desk.site)
    assert not model.is_off
    assert [(line.cell, line.rings) for line in model.lines()] == [("M4", False)]
    hand_clock.let_pass(minutes=10)
    model.tick()
    assert bell.rung == 1
    elsewhere = AlarmModel(clock=hand_clock, sound=bell)
    with qtbot.waitSignal(elsewhere.changed):
        elsewhere.watch(background, workplace.desk.store, "another suite")
    assert (elsewhere.is_off, elsewhere.rows, elsewhere.lines()) == (False, (), ())


def test_a_pc_that_runs_behind_rings_when_the_servers_time_has_come(
    qtbot, background, workplace, seed, hand_clock, bell
):
    hand_clock.hear(hand_clock.now_ms())
    admitted = seed.admit("M4")
    task = NewTask(what="Repeat CIWA-Ar", due_at=seed.moment(-10))
    add_task(workplace.desk, admitted.episode, task)
    hand_clock.wall_ms -= 3 * 3_600_000
    model = AlarmModel(clock=hand_clock, sound=bell)
    with qtbot.waitSignal(model.changed):
        model.watch(background, workplace.desk.store, workplace.desk.site)
    hand_clock.let_pass(minutes=10)
    model.tick()
    assert bell.rung == 1
