from __future__ import annotations

import pytest

from sonar_core.board.alarms import Alarm, AlarmClass
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import START_MS


@pytest.fixture
def front():
    def make(session) -> FrontModel:
        return FrontModel(
            session,
            site_name="Northfield custody suite",
            pc_name="NF-MED-01",
            version="0.1.0",
            zone="Europe/London",
        )

    return make


def test_before_anyone_has_a_key_the_door_plate_speaks(enrolled, sessions, front):
    enrolled.close()
    model = front(sessions())
    assert model.clock == ("14:32", "Saturday 14-Nov-2026")
    assert model.facts == (
        ("Place", "Northfield custody suite"),
        ("This PC", "NF-MED-01"),
        ("Version", "0.1.0"),
        ("Protection", "Reduced: key in a file"),
    )
    assert model.notice[1] == ""


def test_after_a_power_cut_the_page_says_that_alarms_are_off(enrolled, sessions, front):
    enrolled.close()
    assert front(sessions()).alarms[1] == "Alarms are off until someone signs in"


def test_alarms_handed_over_show_by_cell(enrolled, sessions, front):
    enrolled.close()
    rung = Alarm(due_ms=START_MS - 60_000, cell="M4", kind=AlarmClass.NOT_TOLD)
    to_come = Alarm(due_ms=START_MS + 60_000, cell="M9", kind=AlarmClass.CHECK)
    icon, headline, text, lines = front(sessions(inherited=(rung, to_come))).alarms
    assert (icon, headline, text) == ("bell-ring", "1 alarm", "")
    assert list(lines) == [("M4", "Custody officer not told", "14:31")]


def test_a_pc_that_cannot_sound_says_so_here_too(enrolled, sessions, front, front_desk):
    enrolled.close()
    front_desk.bell.is_silent = True
    assert front(sessions(inherited=())).alarms[1].startswith("This PC cannot sound.")


def test_without_the_network_the_page_says_what_is_possible(qtbot, enrolled, front):
    enrolled.switch_person()
    waiting = Waiting(operations=3, actions=3, held_back=0, oldest_ms=START_MS)
    status = SyncStatus(
        state=SyncState.OFFLINE, waiting=waiting, offline_since_ms=START_MS - 44 * 60_000
    )
    enrolled.background.tell_sync_status(status)
    model = front(enrolled)
    qtbot.waitUntil(lambda: bool(model.notice[1]))
    assert model.notice[:3] == (
        "cloud-off",
        "No network since 13:48",
        (
            "You can sign in and work as usual. This PC keeps 0 detainees. "
            "3 changes are waiting to send."
        ),
    )
