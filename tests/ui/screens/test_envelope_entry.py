"""A sealed envelope from the sign-in page to the strip, by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from tests.ui.conftest import RHONA
from tests.ui.viewmodels.test_envelope_sign_in import SAMS, codes, restarted
from tests.ui.viewmodels.test_sign_in import settled

__all__ = ["codes", "restarted"]
TAB, ENTER, DOWN = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Down


@pytest.fixture
def page(qtbot, light, codes, restarted):
    front = FrontModel(restarted, site_name="", pc_name="", version="0.1.0", zone="")
    screen = SignInScreen(SignInModel(restarted), front)
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


def go_there(page) -> None:
    page.other.setFocus()
    keys(Qt.Key.Key_Space)
    page.by_envelope.setFocus()
    keys(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is page.envelope.name


def say(*, witness="Sgt Hale", code="", password=SAMS) -> None:
    keys("Sam Reed", TAB, DOWN, TAB, TAB, witness, TAB, "Agency shift, network down", TAB)
    keys(code, TAB, password)


def test_by_keyboard_alone_somebody_new_comes_in(qtbot, page, codes, restarted):
    go_there(page)
    say(code=codes[0])
    keys(ENTER)
    qtbot.waitUntil(lambda: restarted.stage is Stage.SET_PIN)
    assert restarted.workplace.desk.actor.name == "Sam Reed"
    assert restarted.workplace.desk.actor.role == "nurse"


def test_what_is_missing_is_said_under_its_field_and_what_was_typed_stays(page, codes):
    go_there(page)
    say(witness="", code=codes[0])
    keys(ENTER)
    entry = page.envelope
    assert entry.witness.accessibleDescription().startswith("Enter who is with you")
    assert QApplication.focusWidget() is entry.witness
    assert (entry.name.text(), entry.code.text()) == ("Sam Reed", codes[0])
    assert entry.problem.text() == "1 answer needs you."


def test_a_slip_in_the_code_is_said_and_keeps_all_but_the_password(qtbot, page, codes):
    go_there(page)
    say(code=codes[0][:-1])
    keys(ENTER)
    settled(qtbot, page.model)
    entry = page.envelope
    assert "This did not count as a try." in entry.problem.text()
    assert (entry.name.text(), entry.password.text()) == ("Sam Reed", "")


def test_esc_goes_back_and_another_person_s_tile_forgets_it(page, codes):
    go_there(page)
    say(code=codes[0])
    keys(Qt.Key.Key_Escape)
    assert page.envelope.isHidden()
    assert QApplication.focusWidget() is page.by_envelope
    page.tiles[RHONA.user].click()
    assert (page.envelope.name.text(), page.envelope.code.text()) == ("", "")
    assert page.envelope.role.currentIndex() == -1
    assert page.by_envelope.isHidden()


def test_only_those_who_care_may_be_chosen_as_a_role(page):
    role = page.envelope.role
    assert [role.itemData(place) for place in range(role.count())] == [
        "nurse",
        "paramedic",
        "doctor",
        "pharmacist",
        "pharmacy_technician",
    ]


def test_while_it_is_tried_nobody_types(page):
    entry = page.envelope
    entry.set_busy(busy=True)
    assert entry.name.isReadOnly()
    assert (entry.start.isEnabled(), entry.role.isEnabled()) == (False, False)
    assert entry.start.text() == "Opening…"
