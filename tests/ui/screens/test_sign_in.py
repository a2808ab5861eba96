from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_core.sync.roll import Ended
from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.ui.viewmodels.wipe_watch import Removal
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import PASSWORDS


@pytest.fixture
def two_people(qtbot, enrolled):
    """A PC on which a doctor has signed in too, without a PIN."""
    enrolled.switch_person()
    model = SignInModel(enrolled)
    model.choose_someone_else()
    model.enter_name("lmarek", PASSWORDS["lmarek"])
    qtbot.waitUntil(lambda: enrolled.stage is Stage.SET_PIN)
    enrolled.pin_settled()
    enrolled.switch_person()
    return enrolled


@pytest.fixture
def page(qtbot, light, two_people):
    front = FrontModel(two_people, site_name="", pc_name="", version="0.1.0", zone="")
    screen = SignInScreen(SignInModel(two_people), front)
    qtbot.addWidget(screen)
    screen.resize(1440, 900)
    screen.show()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.focus_first()
    return screen


def test_each_person_has_a_tile_that_says_what_is_asked(page):
    faces = {user: tile.face for user, tile in page.tiles.items()}
    assert (faces[RHONA.user].name, faces[RHONA.user].note.text) == ("Rhona Okafor", "PIN")
    assert (faces[LENA.user].role, faces[LENA.user].note.text) == (
        "Forensic physician",
        "Password needed",
    )


def test_the_last_person_is_chosen_and_has_the_keyboard(page):
    assert page.tiles[LENA.user].isChecked()
    assert QApplication.focusWidget() is page.entry.password


def test_a_digit_typed_on_a_tile_goes_to_the_pin(page):
    page.tiles[RHONA.user].click()
    page.tiles[RHONA.user].setFocus()
    QTest.keyClicks(page.tiles[RHONA.user], "28")
    assert page.entry.dots.text() == "28"
    QTest.keyClick(page.entry.dots, Qt.Key.Key_Escape)
    assert page.entry.dots.text() == ""


def test_choosing_somebody_else_forgets_what_was_typed(page):
    QTest.keyClicks(page.entry.password, "velvet")
    page.tiles[RHONA.user].click()
    assert page.entry.password.text() == ""
    assert QApplication.focusWidget() is page.entry.dots


def test_someone_else_signs_in_by_name(qtbot, page, two_people):
    QTest.keyClick(page.other, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is page.name
    assert not any(tile.isChecked() for tile in page.tiles.values())
    QTest.keyClicks(page.name, "rokafor")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "not the one")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.problem.text()))
    assert page.problem.text() == (
        "The name or the password is not right. Check both and try again."
    )
    assert (page.name.text(), page.new_password.text()) == ("rokafor", "")


def test_help_is_said_in_place(page):
    assert page._help_text.isHidden()
    QTest.keyClick(page.help, Qt.Key.Key_Space)
    assert page._help_text.isVisible()


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (800, 540)])
def test_no_word_is_cut_at_any_size(page, size):
    page.resize(*size)
    QApplication.processEvents()
    for button in (page.other, page.help, page.entry.go):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width()
    for tile in page.tiles.values():
        assert tile.width() >= tile.minimumSizeHint().width()


def test_whoever_had_to_leave_is_told_why_until_somebody_signs_in(qtbot, page, two_people):
    assert page.farewell.isHidden()
    two_people.accounts.farewell = Ended.CLOSED
    page.model.refresh()
    assert page.farewell.isVisible()
    assert page.farewell.accessibleName().startswith("Your account was closed")
    page.model.choose(RHONA.user)
    page.model.enter_pin("284915")
    qtbot.waitUntil(lambda: two_people.stage is Stage.WORKING)
    page.model.refresh()
    assert page.farewell.isHidden()


def test_on_a_wiped_pc_nobody_is_asked_for_a_name_or_a_secret(page, two_people):
    two_people.accounts.wipe.removal = Removal.DONE
    page.model.refresh()
    assert page.farewell.accessibleName().startswith("This PC was taken out of use")
    assert not page.card.isVisible()
    assert not page.help.isVisible()
    two_people.accounts.wipe.removal = Removal.ORDERED
    page.model.refresh()
    assert page.card.isVisible()
