from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_desktop.ui.screens.set_pin import SetPinScreen
from sonar_desktop.ui.viewmodels.lock import SetPinModel
from sonar_desktop.ui.viewmodels.session import Stage


@pytest.fixture
def page(qtbot, light, enrolled):
    enrolled.premises.keys.forget_pin(enrolled.last_user)
    enrolled.stage = Stage.SET_PIN
    screen = SetPinScreen(SetPinModel(enrolled))
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.focus_first()
    return screen


def test_six_digits_move_on_and_enter_sets_the_pin(qtbot, page, enrolled):
    QTest.keyClicks(QApplication.focusWidget(), "284915")
    assert QApplication.focusWidget() is page.again
    QTest.keyClicks(page.again, "284915")
    QTest.keyClick(page.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)
    assert enrolled.premises.keys.known()[0].asks == "pin"


def test_a_slip_is_said_and_both_are_typed_again(page):
    QTest.keyClicks(page.pin, "284915")
    QTest.keyClicks(page.again, "284916")
    QTest.keyClick(page.again, Qt.Key.Key_Return)
    assert page.problem.text() == "The two PINs are not alike. Type both again."
    assert (page.pin.text(), page.again.text()) == ("", "")
    assert QApplication.focusWidget() is page.pin


def test_the_password_may_do_for_today(page, enrolled):
    QTest.keyClick(page.later, Qt.Key.Key_Space)
    assert enrolled.stage is Stage.WORKING
