"""From every page, tab and open form one key locks the screen, and what was copied goes with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit

from sonar_desktop.bootstrap import Options, make_window
from sonar_desktop.platform.paths import find_paths, prepare
from sonar_desktop.ui.screens.copied_text import is_ours
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from tests.security.conftest import read_aloud
from tests.security.typing_everywhere import OPENERS, shown
from tests.ui.conftest import Seed

CTRL = Qt.KeyboardModifier.ControlModifier
NAME = "Zyxquillenby"
FOR_OTHERS = {Page.EMERGENCIES, Page.RECORD}
PLACES = [
    *(Destination(page=page) for page in Page if page not in FOR_OTHERS),
    *(Destination(page=Page.RECORD, tab=tab) for tab in Tab if tab is not Tab.ACCESS_LOG),
]


@pytest.fixture
def program(qtbot, enrolled, open_window):
    desk = enrolled.workplace.desk
    stay = Seed(desk=desk, clock=enrolled.premises.clock).admit("M4", NAME, "Connor").episode
    return enrolled, open_window(enrolled), stay


def arrive(qtbot, session, place, stay):
    there = Destination(page=place.page, episode=stay, tab=place.tab)
    session.go(there if place.page is Page.RECORD else place)
    answered = []
    for _ in range(3):
        session.background.act(lambda: None, answered.append)
        session.background.look(lambda: None, answered.append)
        wanted = len(answered) + 2
        qtbot.waitUntil(lambda wanted=wanted: len(answered) >= wanted)


def openers(window):
    """What opens a form on the page, by its words."""
    return [
        one.accessibleName() or one.text()
        for one in shown(window.face, QAbstractButton)
        if (one.accessibleName() or one.text()).startswith(OPENERS)
    ]


def press(window, words):
    for one in shown(window.face, QAbstractButton):
        if (one.accessibleName() or one.text()) == words:
            one.click()
            return


def lock_by_key(qtbot, session, window):
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_L, CTRL)
    assert session.stage is Stage.LOCKED
    assert NAME not in read_aloud(window.face)
    session.unlocked()
    assert session.stage is Stage.WORKING


@pytest.mark.parametrize("place", PLACES, ids=lambda one: f"{one.page.value}-{one.tab.value}")
def test_one_key_locks_from_here_and_from_every_form_here(qtbot, program, place):
    session, window, stay = program
    arrive(qtbot, session, place, stay)
    found = openers(window)
    lock_by_key(qtbot, session, window)
    for words in dict.fromkeys(found):
        arrive(qtbot, session, place, stay)
        press(window, words)
        arrive_again = shown(window.face, (QLineEdit, QPlainTextEdit))
        if arrive_again and QApplication.focusWidget() is None:
            arrive_again[0].setFocus()
        lock_by_key(qtbot, session, window)


def test_what_was_copied_from_a_form_goes_with_the_lock(qtbot, enrolled, light, tmp_path):
    session = enrolled
    paths = find_paths(tmp_path / "window")
    prepare(paths)
    window = make_window(session, paths, light, Options())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    desk = session.workplace.desk
    stay = Seed(desk=desk, clock=session.premises.clock).admit("M4", NAME, "Connor").episode
    arrive(qtbot, session, Destination(page=Page.REFERRALS), stay)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_N)
    field = shown(window.face, QLineEdit)[0]
    field.setFocus()
    QTest.keyClicks(field, NAME)
    QTest.keyClick(field, Qt.Key.Key_A, CTRL)
    QTest.keyClick(field, Qt.Key.Key_C, CTRL)
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == NAME
    assert is_ours(clipboard.mimeData())
    QTest.keyClick(field, Qt.Key.Key_L, CTRL)
    assert session.stage is Stage.LOCKED
    assert clipboard.text() == ""
