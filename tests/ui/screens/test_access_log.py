"""The Access log tab on a record: who looked, as of when, offline, refused, by keyboard alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from sonar_core.sync.looked import Looked
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.ui.screens.access_log import AccessLogTab, EmergencyLog
from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from sonar_desktop.usecases.errors import KnownError
from tests.ui.asked_server import HELEN, Door, line
from tests.ui.screens.opened_record import opened, press, settle, texts

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def door():
    made = Door()
    yield made
    made.may_answer.set()


@pytest.fixture
def helen(sit_down, door):
    return replace(sit_down(HELEN), door=lambda: door)


def shown(screen) -> AccessLogTab:
    return screen.record.tabs[Tab.ACCESS_LOG]


def faces(tab):
    rows = tab.rows
    return [rows.data(rows.index(row), FACE_ROLE) for row in range(rows.rowCount())]


def answered(qtbot, tab):
    qtbot.waitUntil(lambda: not tab.model.is_asking)


@pytest.fixture
def at_the_log(qtbot, helen, seed):
    """Returns a function that opens the tab on a person's record."""

    def go():
        screen = opened(qtbot, helen, seed.admit().episode, Tab.ACCESS_LOG)
        answered(qtbot, shown(screen))
        settle(qtbot, helen)
        return screen

    return go


def test_without_the_server_it_is_said_that_other_pcs_are_missing(at_the_log):
    screen = at_the_log()
    tab = shown(screen)
    assert [face.pc for face in faces(tab)] == ["NF-MED-01"]
    said = texts(tab)
    assert "This is what this PC alone knows" in said
    assert OfflineError().user_message in said
    assert "What was done on other PCs is not shown." in said
    assert "As the server had it" not in said
    assert tab.alone.isVisible()


def test_a_asks_again_and_what_stands_stays_meanwhile(qtbot, at_the_log, door, hand_clock):
    screen = at_the_log()
    tab = shown(screen)
    now = hand_clock.wall_ms
    door.answer = Looked(lines=(line(1, now),), server_ms=now)
    door.may_answer.clear()
    press(screen, Qt.Key.Key_A)
    assert tab.again.text() == "Asking the server…"
    assert not tab.again.isEnabled()
    assert "This is what this PC alone knows" in texts(tab)
    press(screen, Qt.Key.Key_A)
    door.may_answer.set()
    answered(qtbot, tab)
    assert len(faces(tab)) == 2
    assert len(door.asked) == 1, "a question that is under way is not put twice"
    assert tab.again.isEnabled()
    assert not tab.alone.isVisible()


def test_a_store_that_cannot_be_read_is_said_and_the_lines_stay(
    qtbot, at_the_log, door, monkeypatch
):
    screen = at_the_log()
    tab = shown(screen)

    def fails(*_anything):
        raise KnownError("The disk cannot be read.")

    monkeypatch.setattr("sonar_desktop.ui.viewmodels.access_log.who_looked", fails)
    press(screen, Qt.Key.Key_A)
    answered(qtbot, tab)
    assert "The disk cannot be read." in texts(tab)
    assert len(faces(tab)) == 1


def test_one_key_leads_there_from_the_record_and_esc_back(qtbot, helen, seed, visited):
    screen = opened(qtbot, helen, seed.admit().episode)
    press(screen, Qt.Key.Key_W)
    tab = shown(screen)
    assert screen.record.pages.currentWidget() is tab
    answered(qtbot, tab)
    settle(qtbot, helen)
    assert tab.view.hasFocus()
    press(screen, Qt.Key.Key_Escape)
    assert visited.last.page == "board"


def test_leaving_lets_go_of_an_answer_that_is_still_to_come(qtbot, helen, seed, door):
    door.may_answer.clear()
    screen = opened(qtbot, helen, seed.admit().episode, Tab.ACCESS_LOG)
    screen.let_go()
    assert door.is_abandoned


def test_a_nurse_has_no_such_tab(qtbot, workplace, seed):
    screen = opened(qtbot, workplace, seed.admit().episode)
    press(screen, Qt.Key.Key_W)
    assert Tab.ACCESS_LOG not in screen.record.tabs
    assert "Access log" not in [
        screen.record.bar.tabText(place) for place in range(screen.record.bar.count())
    ]


def test_every_line_is_spoken_whole_and_nothing_is_cut(qtbot, at_the_log, door, hand_clock):
    now = hand_clock.wall_ms
    long = "Wilhelmina Featherstonehaugh-Cholmondeley of Northumberland"
    door.answer = Looked(
        lines=(line(1, now, name=long), line(2, now, name="", role="", action="opened_by_other")),
        server_ms=now,
    )
    screen = at_the_log()
    tab = shown(screen)
    spoken = [
        tab.rows.data(tab.rows.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)
    ]
    assert any(long in one and "Nurse" in one and "on NF-MED-02" in one for one in spoken)
    nameless = next(one for one in spoken if "Somebody this list has no name for" in one)
    assert "Opened by other" in nameless
    wide = tab.view.sizeHintForRow(1)
    screen.resize(640, 700)
    qtbot.waitUntil(lambda: tab.view.sizeHintForRow(1) > wide)


def test_the_suite_s_emergencies_stand_with_their_reasons(qtbot, helen, door, hand_clock):
    now = hand_clock.wall_ms
    begun = line(1, now, action="emergency_access", reason="Network down, three people to see")
    door.answer = Looked(lines=(begun,), server_ms=now)
    page = EmergencyLog(helen)
    qtbot.addWidget(page)
    page.show()
    page.arrive(Destination(page=Page.EMERGENCIES))
    answered(qtbot, page)
    assert door.asked == [("", HELEN.user, HELEN.lease_id)]
    [face] = faces(page)
    assert (face.what, face.reason) == ("Began emergency access", begun.reason)
    assert begun.reason in face.spoken()
    page.let_go()


def test_where_there_is_no_line_the_keyboard_is_at_asking_again(qtbot, helen, door, hand_clock):
    door.answer = Looked(lines=(), server_ms=hand_clock.wall_ms)
    page = EmergencyLog(helen)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()
    page.arrive(Destination(page=Page.EMERGENCIES))
    answered(qtbot, page)
    assert "Nobody is known to have gone on under emergency access here." in texts(page)
    assert page.again.hasFocus()
    page.let_go()
