from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_desktop.ui.screens.person_panel import PersonPanel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel


@pytest.fixture
def panel(qtbot, light, enrolled):
    made = PersonPanel(ShellModel(enrolled, SyncModel(enrolled), enrolled.workplace))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.mark.parametrize(("button", "stage"), [("lock", Stage.LOCKED), ("switch", Stage.SIGN_IN)])
def test_each_way_to_leave_is_one_key(panel, enrolled, button, stage):
    QTest.keyClick(getattr(panel, button), Qt.Key.Key_Space)
    assert enrolled.stage is stage


def test_lock_has_the_keyboard_first_and_nothing_unsent_is_not_mentioned(panel):
    panel.focus_first()
    assert QApplication.focusWidget() is panel.lock
    assert panel.unsent.isHidden()
