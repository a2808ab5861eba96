from __future__ import annotations

import msgspec

from sonar_core.board.alarms import (
    Alarm,
    AlarmClass,
    Sounded,
    alarm_words,
    alarms,
    is_late,
    next_change_ms,
    ringing,
    sound_now,
)
from sonar_core.records.task import TaskKind, TaskOwner
from tests.core.board.custody import (
    MINUTE,
    NOW,
    at,
    dose,
    in_,
    order,
    outcome,
    referral,
    row,
    task,
)

A = Alarm(due_ms=NOW, cell="M4", kind=AlarmClass.CHECK)
B = Alarm(due_ms=NOW + MINUTE, cell="M5", kind=AlarmClass.NOT_TOLD)


def test_healthcares_tasks_and_outcomes_not_told_ring_and_nothing_else_does():
    found = alarms(
        [
            row(
                task(at(5)),
                task(in_(60), "Repeat", kind=TaskKind.REPEAT_OBSERVATIONS),
                task(at(5), "Rouse", owner=TaskOwner.CUSTODY),
                outcome(),
                order(due_times=("14:30",)),
                referral(requested_at=at(120)),
            )
        ],
        NOW,
    )
    assert [((one.due_ms - NOW) // MINUTE, one.kind) for one in found] == [
        (-16, AlarmClass.NOT_TOLD),
        (-5, AlarmClass.CHECK),
        (60, AlarmClass.CHECK),
    ]


def test_an_alarm_holds_a_cell_a_time_and_a_class_and_no_name():
    (alarm,) = alarms([row(task(at(5), "Look at the wound"))], NOW)
    assert msgspec.to_builtins(alarm) == {
        "due_ms": NOW - 5 * MINUTE,
        "cell": "M4",
        "kind": "check",
    }


def test_two_tasks_of_one_cell_at_one_time_are_one_alarm():
    assert len(alarms([row(task(at(5), "A"), task(at(5), "B"))], NOW)) == 1


def test_an_alarm_rings_from_the_minute_it_is_due():
    assert ringing((A, B), NOW - 1) == ()
    assert ringing((A, B), NOW) == (A,)
    assert next_change_ms((A, B), NOW) == NOW + MINUTE
    assert next_change_ms((A, B), NOW + MINUTE) is None


def test_the_lock_screen_says_one_of_three_things():
    assert alarm_words(B, NOW) == "Custody officer not told"
    assert alarm_words(A, NOW) == "Check due"
    assert alarm_words(A, NOW + 5 * MINUTE - 1) == "Check due"
    assert alarm_words(A, NOW + 5 * MINUTE) == "Check late"


def test_it_sounds_when_the_first_alarm_rings_and_not_before():
    assert sound_now((A, B), Sounded(), NOW - 1) is None
    assert sound_now((A, B), Sounded(), NOW) == Sounded(at_ms=NOW, alarms=(A,))


def test_it_sounds_again_after_five_minutes_and_not_meanwhile():
    last = Sounded(at_ms=NOW, alarms=(A,))
    assert sound_now((A,), last, NOW + 5 * MINUTE - 1) is None
    assert sound_now((A,), last, NOW + 5 * MINUTE) == Sounded(at_ms=NOW + 5 * MINUTE, alarms=(A,))


def test_a_new_alarm_sounds_at_once_but_never_within_a_minute_of_the_last_sound():
    last = Sounded(at_ms=NOW + 30_000, alarms=(A,))
    assert sound_now((A, B), last, NOW + MINUTE) is None
    grown = sound_now((A, B), last, NOW + MINUTE + 30_000)
    assert grown == Sounded(at_ms=NOW + MINUTE + 30_000, alarms=(A, B))


def test_an_alarm_less_makes_no_sound():
    last = Sounded(at_ms=NOW + MINUTE, alarms=(A, B))
    assert sound_now((A,), last, NOW + 3 * MINUTE) is None


def test_a_clock_set_back_does_not_keep_it_quiet():
    last = Sounded(at_ms=NOW + 60 * MINUTE, alarms=(A,))
    assert sound_now((A,), last, NOW) == Sounded(at_ms=NOW, alarms=(A,))


def test_a_rule_that_two_pcs_break_together_rings_until_somebody_answers():
    too_soon = row(order(interval_minutes=240), dose("a", 60), dose("b", 10))
    (alarm,) = alarms([too_soon], NOW)
    assert (alarm.due_ms, alarm.kind) == (NOW - 10 * MINUTE, AlarmClass.BROKEN_RULE)
    assert ringing([alarm], NOW) == (alarm,)
    assert not is_late(alarm, NOW + 600 * MINUTE), "nobody let it pass"
    assert alarm_words(alarm, NOW + 600 * MINUTE) == "Check due"


def test_an_alarm_is_late_after_its_grace_and_an_outcome_not_told_at_once():
    assert [is_late(A, NOW + ms) for ms in (5 * MINUTE - 1, 5 * MINUTE)] == [False, True]
    assert [is_late(B, B.due_ms + ms) for ms in (-1, 0)] == [False, True]
