"""Emergency access from the sign-in page to the banner, by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_desktop.ui.screens.lease_strip import LeaseStrip
from sonar_desktop.ui.screens.shell import Shell
from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page
from tests.ui.viewmodels.test_emergency_sign_in import SECRET, WHY, ended, offered, restarted

__all__ = ["ended", "restarted"]
TAB, ENTER = Qt.Key.Key_Tab, Qt.Key.Key_Return


@pytest.fixture
def page(qtbot, light, ended):
    front = FrontModel(ended, site_name="", pc_name="", version="0.1.0", zone="")
    screen = SignInScreen(offered(qtbot, ended), front)
    qtbot.addWidget(screen)
    screen.resize(1440, 900)
    screen.show()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.focus_first()
    return screen


def keys(*pressed) -> None:
    for one in pressed:
        if isinstance(one, str):
            QTest.keyClicks(QApplication.focusWidget(), one)
        else:
            QTest.keyClick(QApplication.focusWidget(), one)


def begin_by_keyboard(page) -> None:
    page.emergency_access.setFocus()
    keys(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is page.emergency.reason
    keys(WHY, TAB)
    assert QApplication.focusWidget() is page.emergency.password


def test_tab_leads_from_someone_else_to_emergency_access(page):
    page.other.setFocus()
    keys(TAB)
    assert QApplication.focusWidget() is page.emergency_access


def test_a_reason_a_password_and_enter_let_her_go_on(qtbot, page, ended):
    begin_by_keyboard(page)
    keys(SECRET, ENTER)
    qtbot.waitUntil(lambda: ended.stage is Stage.SET_PIN)
    assert ended.workplace.desk.actor.emergency


def test_what_is_wrong_is_said_and_the_reason_stays(qtbot, page):
    begin_by_keyboard(page)
    keys("not hers at all", ENTER)
    qtbot.waitUntil(lambda: not page.model.is_busy)
    assert "Wrong password" in page.emergency.problem.text()
    assert page.emergency.reason.toPlainText() == WHY
    assert not page.emergency.password.text()
    assert not page.entry.problem.text()


def test_esc_leads_back_and_somebody_else_s_tile_forgets_the_reason(page):
    begin_by_keyboard(page)
    keys(Qt.Key.Key_Escape)
    assert not page.emergency.isVisible()
    assert QApplication.focusWidget() is page.entry.password
    next(iter(page.tiles.values())).click()
    assert not page.emergency.reason.toPlainText()


@pytest.fixture
def shell(qtbot, page, ended):
    begin_by_keyboard(page)
    keys(SECRET, ENTER)
    qtbot.waitUntil(lambda: ended.stage is Stage.SET_PIN)
    ended.first_sync_usable()
    ended.pin_settled()
    model = ShellModel(ended, SyncModel(ended), ended.workplace)
    made = Shell(model, ended.signing)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.show_page(Destination(page=Page.BOARD))
    yield made
    made.let_go()


def test_a_strip_over_every_page_and_a_frame_say_so(qtbot, shell, ended, hand_clock):
    strip = shell.findChild(LeaseStrip)
    assert strip.isVisible()
    assert strip.accessibleName().startswith("Emergency access until ")
    assert shell.property("framed") is True
    shell.model.workplace.go(Destination(page=Page.HELP))
    assert strip.isVisible()
    hand_clock.let_pass(minutes=12 * 60)
    shell.model.changed.emit()
    assert strip.accessibleName().startswith("Emergency access ended on ")
    assert ended.stage is Stage.WORKING, "whoever is at work is not cut off"
