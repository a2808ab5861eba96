from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_desktop.ui.screens.enrolment import EnrolmentScreen
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel
from sonar_desktop.ui.viewmodels.front import FrontModel
from tests.ui.front_desk import CODE, SERVER


@pytest.fixture
def page(qtbot, light, sessions):
    session = sessions()
    front = FrontModel(session, site_name="", pc_name="", version="0.1.0", zone="")
    model = EnrolmentModel(session, server=SERVER, pc_name="NF-MED-01")
    screen = EnrolmentScreen(model, front)
    qtbot.addWidget(screen)
    screen.resize(1440, 900)
    screen.show()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.focus_first()
    yield screen
    model.close()


def test_an_empty_code_is_said_beside_its_field_and_nothing_typed_is_lost(page):
    QTest.keyClick(page.code, Qt.Key.Key_Return)
    assert page.fields["code"].problem_line.isVisible()
    assert page.code.accessibleDescription() == "Enter the enrolment code."
    assert page.server.text() == SERVER


def test_the_fingerprint_is_shown_in_groups_and_can_be_refused(qtbot, page):
    QTest.keyClicks(page.code, CODE)
    QTest.keyClick(page.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.step == "compare")
    assert page._fingerprint.text() == page.model.recovery_fingerprint
    assert [len(group) for group in page._fingerprint.text().split()] == [4] * 8
    assert QApplication.focusWidget() is page.next
    QTest.keyClick(page.back, Qt.Key.Key_Space)
    assert page.model.step == "ask"
    assert page.trouble.isVisible()
    assert (page.server.text(), page.pc_name.text()) == (SERVER, "NF-MED-01")
