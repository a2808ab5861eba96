from __future__ import annotations

import pytest

from sonar_desktop.ui.viewmodels.handover import HandoverModel
from sonar_desktop.ui.viewmodels.workplace import Page
from sonar_desktop.usecases.see_detainee import see_detainee
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import START_MS
from tests.ui.disputes import drain

NONE_WAITING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)


@pytest.fixture
def handover(qtbot, workplace, background):
    model = HandoverModel(workplace)
    model.refresh()
    qtbot.waitUntil(lambda: model.is_loaded)
    yield model
    model.close()
    drain(qtbot, background)


def test_an_empty_suite_has_nothing_to_hand_over(handover):
    assert handover.people == 0


def test_people_with_something_open_come_worst_first(handover, seed, qtbot):
    calm = seed.admit("M1", "ADEYEMI")
    watched = seed.admit("M9", "GRANT")
    setting = CareSetting(
        episode=watched.episode,
        level=3,
        check_every_minutes=None,
        rouse=False,
        reason="Head-banging",
    )
    set_care_level(seed.desk, setting)
    see_detainee(seed.desk, calm.referral)
    qtbot.waitUntil(lambda: handover.people == 2)
    first = handover.list.with_something_open[0]
    assert first.shown.row.episode == watched.episode
    assert "Level 3 constant." in first.assessment


def test_opening_a_line_goes_to_the_record(handover, seed, qtbot, visited):
    admitted = seed.admit("M1", "ADEYEMI")
    qtbot.waitUntil(lambda: handover.people == 1)
    lines = (*handover.list.with_something_open, *handover.list.others)
    handover.open(lines[0])
    assert (visited.last.page, visited.last.episode) == (Page.RECORD, admitted.episode)


def test_it_says_how_fresh_it_is(handover, background, qtbot):
    assert handover.as_of == "As of 14:32"
    status = SyncStatus(
        state=SyncState.OFFLINE, waiting=NONE_WAITING, last_contact_ms=START_MS - 2_700_000
    )
    with qtbot.waitSignal(handover.refreshed):
        background.tell_sync_status(status)
    assert handover.as_of == "As of 13:47 and what was entered on this PC since. Working offline."
