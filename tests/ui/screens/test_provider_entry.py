"""Signing in at the organisation's page, by keyboard, on the sign-in page and at enrolment."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from sonar_desktop.ui.screens.enrolment import EnrolmentScreen
from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.provider_sign_in import ProviderStep
from sonar_desktop.ui.viewmodels.session import Stage
from tests.ui.conftest import LENA
from tests.ui.front_desk import CODE, SERVER
from tests.ui.screens.opened_record import texts
from tests.ui.screens.test_emergency_entry import keys
from tests.ui.viewmodels.test_provider_sign_in import at, page
from tests.usecases.test_sign_in_by_provider import LOCAL, SHEET

__all__ = ["page"]
SPACE, ENTER, ESC = Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape


def shown(qtbot, kind, model, session):
    screen = kind(model, FrontModel(session, site_name="", pc_name="", version="0", zone=""))
    qtbot.addWidget(screen)
    screen.resize(1440, 900)
    screen.show()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.focus_first()
    return screen


@pytest.fixture
def screen(qtbot, light, page):
    return shown(qtbot, SignInScreen, page, page.session)


def test_from_the_button_to_a_password_for_this_pc_by_keyboard_alone(qtbot, screen, front_desk):
    session = screen.model.session
    assert screen.by_provider.text() == "Sign in with Health board"
    screen.by_provider.setFocus()
    keys(SPACE)
    at(qtbot, session, ProviderStep.BROWSER)
    assert "A page of your organisation has opened" in texts(screen.provider)
    assert not screen.name.isVisible()
    assert QApplication.focusWidget() is screen.provider.cancel
    front_desk.browser.bring("lmarek")
    at(qtbot, session, ProviderStep.PASSWORD)
    assert LENA.name in texts(screen.provider)
    assert QApplication.focusWidget() is screen.provider.password
    keys(LOCAL, ENTER, "another", ENTER)
    assert "not alike" in screen.provider.problem.text()
    screen.provider.again.clear()
    keys(LOCAL, ENTER)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    assert not screen.provider.password.text()


def test_esc_leaves_the_browser_and_the_page_is_as_before(qtbot, screen):
    screen.by_provider.setFocus()
    keys(SPACE)
    at(qtbot, screen.model.session, ProviderStep.BROWSER)
    keys(ESC)
    assert not screen.provider.isVisible()
    assert screen.name.isVisible()
    assert QApplication.focusWidget() is screen.name
    assert not screen.problem.text()


def test_at_enrolment_the_first_person_may_come_so(qtbot, light, sessions, front_desk):
    front_desk.server.provider = SHEET
    session = sessions()
    model = EnrolmentModel(session)
    screen = shown(qtbot, EnrolmentScreen, model, session)
    model.ask(SERVER, CODE, "NF-MED-01")
    qtbot.waitUntil(lambda: model.step == "compare")
    model.agree()
    qtbot.waitUntil(lambda: bool(session.provider.name))
    assert screen.by_provider.isVisible()
    screen.by_provider.click()
    at(qtbot, session, ProviderStep.BROWSER)
    assert not screen.username.isVisible()
    assert not screen.next.isVisible()
    screen.provider.cancel.click()
    assert screen.username.isVisible()
    assert not screen.trouble.isVisible()
