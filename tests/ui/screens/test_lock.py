from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.lock import LockScreen
from sonar_desktop.ui.viewmodels.lock import LockModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.usecases.add_task import NewTask, add_task
from tests.ui.conftest import Seed
from tests.ui.front_desk import PASSWORDS


@pytest.fixture
def locked(qtbot, light, enrolled, hand_clock):
    """The lock page one minute before a task of M4 is due."""
    seed = Seed(desk=enrolled.workplace.desk, clock=hand_clock)
    admitted = seed.admit("M4", "BARROW", "Connor", minutes_ago=2)
    task = NewTask(what="Repeat CIWA-Ar", due_at=seed.moment(-1))
    add_task(enrolled.workplace.desk, admitted.episode, task)
    qtbot.waitUntil(lambda: len(enrolled.alarms.lines()) == 1)
    enrolled.lock()
    screen = LockScreen(LockModel(enrolled), SyncModel(enrolled))
    qtbot.addWidget(screen)
    screen.resize(1440, 900)
    screen.show()
    return screen


def words(screen) -> str:
    return "\n".join(one.text() for one in screen.findChildren(QLabel) if one.isVisible())


def test_an_alarm_rings_through_the_lock_by_cell_number_only(
    locked, enrolled, front_desk, hand_clock
):
    hand_clock.let_pass(minutes=1)
    enrolled.alarms.tick()
    assert front_desk.bell.rung == 1
    said = words(locked)
    assert "M4" in said
    assert "Check due" in said
    for secret in ("BARROW", "Connor", "CIWA"):
        assert secret not in said


def test_the_sound_is_muted_in_the_person_s_name(locked, enrolled, front_desk, hand_clock):
    assert not locked.mute.isEnabled()
    hand_clock.let_pass(minutes=1)
    enrolled.alarms.tick()
    QTest.keyClick(locked.mute, Qt.Key.Key_Space)
    assert locked.mute.text() == "Muted by Rhona Okafor"


def test_the_pin_on_the_pad_lifts_the_lock(qtbot, locked, enrolled):
    for digit in "284915":
        QTest.mouseClick(locked.entry.pad.keys[digit], Qt.MouseButton.LeftButton)
    QTest.mouseClick(locked.entry.pad.keys["go"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)


def test_the_password_may_be_used_instead(qtbot, locked, enrolled):
    QTest.keyClick(locked.use_password, Qt.Key.Key_Space)
    QTest.keyClicks(locked.entry.password, PASSWORDS["rokafor"])
    QTest.keyClick(locked.entry.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)


def test_somebody_else_takes_over(locked, enrolled):
    QTest.keyClick(locked.switch, Qt.Key.Key_Space)
    assert enrolled.stage is Stage.SIGN_IN


def test_a_pc_that_cannot_sound_says_so_here(locked, enrolled, front_desk):
    front_desk.bell.is_silent = True
    enrolled.alarms.tick()
    assert "This PC cannot sound." in words(locked)
