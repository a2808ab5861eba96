from __future__ import annotations

from sonar_core.board.due import DueItem, DueKind, DueList
from sonar_core.records.task import TaskOwner
from sonar_desktop.ui.screens.due_queue import entries_of

ZONE = "Europe/London"
NOON_MS = 1_794_657_600_000


def item(due_ms: int, what: str = "Repeat NEWS2", kind: DueKind = DueKind.TASK) -> DueItem:
    return DueItem(
        due_ms=due_ms,
        cell="M4",
        name="BARROW, Connor (Mr)",
        what=what,
        owner=TaskOwner.HEALTHCARE,
        kind=kind,
        source=what,
        episode="e",
        patient="p",
    )


def test_bands_have_headings_with_their_counts():
    due = DueList(
        check=(), late=(item(NOON_MS),), soon=(item(NOON_MS), item(NOON_MS)), this_hour=(), later=()
    )
    headings = [entry.heading for entry in entries_of(due, ZONE, with_later=True) if entry.heading]
    assert headings == ["Late · 1", "Next 15 minutes · 2"]


def test_a_rule_to_check_stands_above_what_is_late_and_has_no_time_that_somebody_let_pass():
    rule = item(NOON_MS, kind=DueKind.BROKEN_RULE)
    due = DueList(check=(rule,), late=(item(NOON_MS),), soon=(), this_hour=(), later=())
    heading, line, after, _ = entries_of(due, ZONE, with_later=False)
    assert (heading.heading, after.heading) == ("Check now · 1", "Late · 1")
    assert line.spoken() == "Now, check. M4 BARROW, Connor (Mr). Repeat NEWS2. HCP"


def test_what_comes_later_is_left_out_beside_the_board():
    due = DueList(check=(), late=(), soon=(), this_hour=(), later=(item(NOON_MS),))
    assert entries_of(due, ZONE, with_later=False) == ()
    assert len(entries_of(due, ZONE, with_later=True)) == 2


def test_an_item_is_said_with_time_band_cell_name_act_and_owner():
    due = DueList(check=(), late=(item(NOON_MS),), soon=(), this_hour=(), later=())
    line = entries_of(due, ZONE, with_later=False)[1]
    assert line.spoken() == "12:00, late. M4 BARROW, Connor (Mr). Repeat NEWS2. HCP"
