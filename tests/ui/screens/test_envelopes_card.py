from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_desktop.ui.screens.access_log import EmergencyLog
from sonar_desktop.ui.screens.envelopes_card import EnvelopesCard
from sonar_desktop.ui.screens.page_manners import KeepsAwake
from sonar_desktop.ui.viewmodels.envelopes import EnvelopesModel
from tests.ui.screens.opened_record import texts
from tests.ui.viewmodels.test_envelopes import place

__all__ = ["place"]
pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def card(qtbot, place):
    made = EnvelopesCard(EnvelopesModel(place))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def made(qtbot, card):
    QTest.keyClick(card.make, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(card.model.made))
    return [one.code for one in card.model.made]


def test_the_codes_are_shown_once_and_gone_with_one_key(qtbot, card):
    assert "No unused envelope of this PC left." in texts(card)
    codes = made(qtbot, card)
    assert all(code in texts(card) for code in codes)
    assert card.done.hasFocus()
    QTest.keyClick(card.done, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not any(code in texts(card) for code in codes))
    assert "3 unused envelopes of this PC left." in texts(card)
    assert card.make.hasFocus()


def test_what_hinders_it_is_said(qtbot, card, place):
    place.keys().lock()
    QTest.keyClick(card.make, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(card.model.problem))
    assert "No envelope was made" in texts(card)
    assert card.make.isVisible()


def test_leaving_the_page_drops_the_codes(qtbot, place):
    page = EmergencyLog(place)
    qtbot.addWidget(page)
    page.show()
    assert not page.keeps_awake()
    made(qtbot, page.envelopes)
    assert isinstance(page, KeepsAwake)
    assert page.keeps_awake(), "84 letters are not written down in two minutes"
    page.let_go()
    assert not page.keeps_awake()
    assert page.envelopes.model.made == ()


def test_it_never_shows_itself_as_a_window_that_takes_the_keyboard(qtbot, place):
    alone = EnvelopesCard(EnvelopesModel(place))
    qtbot.addWidget(alone)
    assert not alone.isVisible()
    page = EmergencyLog(place)
    qtbot.addWidget(page)
    page.show()
    assert page.envelopes.isVisible()
    page.let_go()


def test_to_an_auditor_nothing_is_offered(qtbot, sit_down, place):
    actor = msgspec.structs.replace(place.desk.actor, role="auditor")
    page = EmergencyLog(replace(place, desk=replace(place.desk, actor=actor)))
    qtbot.addWidget(page)
    page.show()
    assert page.envelopes.isHidden()
    page.let_go()
