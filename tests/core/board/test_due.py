from __future__ import annotations

import pytest

from sonar_core.board.due import DueBand, DueKind, band_of, due_items, due_list, next_check_ms
from sonar_core.board.policy import BoardPolicy
from sonar_core.records.referral import Urgency
from sonar_core.records.task import TaskKind, TaskOwner
from tests.core.board.custody import (
    MINUTE,
    NOW,
    at,
    care,
    dose,
    in_,
    order,
    outcome,
    referral,
    row,
    seen_referral,
    stay,
    task,
    told,
)

HERE = BoardPolicy(custody_checks_recorded_here=True)


def test_everything_owed_to_one_person_stands_by_time():
    found = due_items(
        row(
            referral(),
            order(due_times=("14:45",)),
            task(in_(8), kind=TaskKind.REPEAT_OBSERVATIONS),
            task(in_(88), "Review fitness", kind=TaskKind.REVIEW_FITNESS),
            task(at(26), "Tell custody officer", kind=TaskKind.TELL_CUSTODY, cause="o1"),
            outcome(),
            care(),
        ),
        NOW,
        HERE,
    )
    assert [(item.what, (item.due_ms - NOW) // MINUTE, item.kind) for item in found] == [
        ("Tell custody officer", -26, DueKind.TELL_CUSTODY),
        ("Repeat NEWS2", 8, DueKind.REPEAT_OBSERVATIONS),
        ("Rouse check", 8, DueKind.CUSTODY_CHECK),
        ("Dihydrocodeine", 13, DueKind.MEDICINE),
        ("First contact", 26, DueKind.FIRST_CONTACT),
        ("Review fitness", 88, DueKind.TASK),
    ]
    assert [item.owner for item in found].count(TaskOwner.CUSTODY) == 1
    assert {(item.cell, item.name, item.episode, item.patient) for item in found} == {
        ("M4", "BARROW, Connor (Mr)", "e1", "p1")
    }


def test_an_outcome_nobody_was_told_of_is_owed_even_without_its_task():
    (item,) = due_items(row(outcome()), NOW)
    assert (item.what, item.source) == ("Tell custody officer", "o1")
    assert due_items(row(outcome(), told()), NOW) == ()


@pytest.mark.parametrize(
    "answered",
    [seen_referral(), referral(closed_at=at(1)), referral(target_minutes=None)],
)
def test_a_referral_that_is_seen_closed_or_without_a_target_has_no_clock(answered):
    assert due_items(row(answered), NOW) == ()


def test_every_referral_that_waits_keeps_its_own_clock():
    emergency = referral(id="r2", requested_at=at(1), target_minutes=15, urgency=Urgency.EMERGENCY)
    without = referral(id="r3", target_minutes=None)
    found = due_items(row(referral(), without, seen_referral(id="r4"), emergency), NOW)
    assert [(item.source, (item.due_ms - NOW) // MINUTE) for item in found] == [
        ("r2", 14),
        ("r1", 26),
    ]


def test_custodys_own_checks_are_not_reckoned_unless_recorded_here():
    assert next_check_ms(row(care())) is None
    assert next_check_ms(row(care()), HERE) == NOW + 8 * MINUTE
    assert next_check_ms(row(care(3, None)), HERE) is None
    assert next_check_ms(row(), HERE) is None
    (item,) = due_items(row(care(1, 60)), NOW, HERE)
    assert item.what == "Visit"


def test_nothing_is_owed_for_what_is_given_when_needed():
    assert due_items(row(order(as_needed=True)), NOW) == ()


@pytest.mark.parametrize(
    ("minutes", "band"),
    [
        (-1, DueBand.LATE),
        (0, DueBand.SOON),
        (15, DueBand.SOON),
        (16, DueBand.THIS_HOUR),
        (60, DueBand.THIS_HOUR),
        (61, DueBand.LATER),
    ],
)
def test_an_item_is_late_from_the_moment_after_it_was_due(minutes, band):
    assert band_of(NOW + minutes * MINUTE, NOW) is band


def test_the_queue_holds_everybodys_items_in_four_bands_by_time_and_cell():
    first = row(task(at(3), "A"), task(in_(5), "B"))
    other = row(task(at(3), "C"), task(in_(30), "D"), task(in_(90), "E"), episode=stay(cell="F2"))
    found = due_list([first, other], NOW)
    assert [(item.cell, item.what) for item in found.late] == [("F2", "C"), ("M4", "A")]
    assert [item.what for item in found.soon] == ["B"]
    assert [item.what for item in found.this_hour] == ["D"]
    assert [item.what for item in found.later] == ["E"]


def test_a_rule_that_two_pcs_break_together_is_to_be_checked_first_and_is_never_late():
    too_soon = row(
        task(at(90), "Ring GP"), order(interval_minutes=240), dose("a", 60), dose("b", 10)
    )
    found = due_list([too_soon], NOW)
    (asked,) = found.check
    assert (asked.kind, asked.due_ms) == (DueKind.BROKEN_RULE, NOW - 10 * MINUTE)
    assert asked.source == too_soon.broken[0].task
    assert [item.what for item in found.late] == ["Ring GP"]
    assert due_items(too_soon, NOW)[0] == asked
