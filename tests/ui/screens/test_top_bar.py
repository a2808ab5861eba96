from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_desktop.ui.screens.top_bar import TopBar
from sonar_desktop.ui.theme import Layout
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel


@pytest.fixture
def bar(qtbot, light, enrolled):
    made = TopBar(ShellModel(enrolled, SyncModel(enrolled), enrolled.workplace))
    qtbot.addWidget(made)
    made.resize(1360, 52)
    made.show()
    return made


def test_a_silent_pc_is_said_before_a_weaker_protection(bar, front_desk):
    assert bar.warning.accessibleName() == "Reduced protection"
    front_desk.bell.is_silent = True
    bar.refresh()
    assert bar.warning.accessibleName() == "This PC cannot sound: look often"
    assert bar.warning.text() == "This PC cannot sound: look often"


def test_where_room_is_short_a_warning_keeps_its_icon_and_its_name(bar):
    bar.set_layout(Layout.SMALL)
    assert bar.warning.isVisible()
    assert (bar.warning.text(), bar.warning.accessibleName()) == ("", "Reduced protection")


@pytest.mark.parametrize(
    ("button", "signal"),
    [("lock", "lock_wanted"), ("pill", "sync_wanted"), ("person", "person_wanted")],
)
def test_each_button_is_pressed_by_key(qtbot, bar, button, signal):
    with qtbot.waitSignal(getattr(bar, signal)):
        QTest.keyClick(getattr(bar, button), Qt.Key.Key_Space)
