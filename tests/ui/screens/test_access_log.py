"""The Access log tab on a record: who looked, as of when, offline, refused, by keyboard alone."""

from __future__ import annotations

import threading
from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_core.moments import format_moment, moment_at
from sonar_core.sync.looked import Looked, LookedLine
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.ui.screens.access_log import AccessLogTab
from sonar_desktop.ui.viewmodels.access_log import FACE_ROLE
from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.usecases.errors import KnownError
from tests.ui.conftest import RHONA, ZONE
from tests.ui.screens.opened_record import opened, press, settle, texts

pytestmark = pytest.mark.usefixtures("light")

HELEN = msgspec.structs.replace(
    RHONA, user="0192d3a4-0000-7000-8000-0000000000e9", name="Helen Ward", role="manager"
)
MINUTE = 60_000


class Door:
    """A server that answers, or says why not, when it is let to."""

    def __init__(self) -> None:
        self.answer: Looked | KnownError = OfflineError()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked: list[tuple[str, str, str]] = []
        self.is_abandoned = False

    def hello(self) -> None:
        self.may_answer.wait()
        if isinstance(self.answer, KnownError):
            raise self.answer

    def looked(self, patient, user, lease_id):
        self.asked.append((patient, user, lease_id))
        return self.answer

    def abandon(self) -> None:
        self.is_abandoned = True
        self.may_answer.set()


@pytest.fixture
def door():
    made = Door()
    yield made
    made.may_answer.set()


@pytest.fixture
def helen(sit_down, door):
    return replace(sit_down(HELEN), door=lambda: door)


def line(number: int, at_ms: int, **more) -> LookedLine:
    fields = {
        "id": f"0192d3a4-0000-7000-8000-0000000009{number:02}",
        "action": "opened_record",
        "user": RHONA.user,
        "name": RHONA.name,
        "role": "nurse",
        "pc": "NF-MED-02",
        "at": moment_at(at_ms, ZONE),
        "received_ms": at_ms + MINUTE,
    }
    return LookedLine(**(fields | more))


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


def test_the_server_s_lines_stand_with_those_not_sent_newest_first(
    qtbot, helen, seed, door, hand_clock
):
    now = hand_clock.wall_ms
    door.answer = Looked(
        lines=(
            line(2, now - 10 * MINUTE),
            line(1, now - 90 * MINUTE, action="disclosed", received_ms=now - 40 * MINUTE),
        ),
        server_ms=now,
    )
    stay = seed.admit()
    screen = opened(qtbot, helen, stay.episode, Tab.ACCESS_LOG)
    tab = shown(screen)
    answered(qtbot, tab)
    assert door.asked == [(stay.patient, HELEN.user, HELEN.lease_id)]
    mine, second, first = faces(tab)
    assert (mine.who, mine.note, mine.pc) == (
        "Helen Ward (you)",
        "Not sent from this PC yet",
        "NF-MED-01",
    )
    assert (second.who, second.role, second.what, second.note) == (
        "Rhona Okafor",
        "Nurse",
        "Opened the record",
        "",
    )
    late = format_moment(moment_at(now - 40 * MINUTE, ZONE))
    assert (first.what, first.note) == (
        "Copied text for somebody outside SONAR",
        f"Reached the server {late}",
    )
    said = texts(tab)
    assert "3 lines" in said
    assert f"As the server had it at {format_moment(moment_at(now, ZONE))}." in said
    assert "offline since then" in said
    assert not tab.alone.isVisible()


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


def test_what_was_left_out_is_said(qtbot, at_the_log, door, hand_clock):
    now = hand_clock.wall_ms
    door.answer = Looked(lines=(line(1, now),), server_ms=now, has_more=True)
    screen = at_the_log()
    assert "Only the newest 500 are shown." in texts(shown(screen))


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
    QTest.qWait(0)
    assert tab.view.sizeHintForRow(1) > wide
