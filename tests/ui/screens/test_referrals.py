"""Referrals by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.referrals import ReferralsScreen
from sonar_desktop.ui.viewmodels.workplace import Destination, Page
from tests.ui.screens.opened_record import press, settle, texts

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def screen(qtbot, workplace):
    made = ReferralsScreen(workplace)
    qtbot.addWidget(made)
    made.resize(1359, 848)
    made.show()
    settle(qtbot, workplace)
    yield made
    made.let_go()


def wait_for(qtbot, screen, count):
    qtbot.waitUntil(lambda: len(screen.model.shown) == count)


def test_nobody_waits_and_the_page_says_what_to_press(screen):
    assert "No referral is open" in texts(screen)
    assert "Nobody waits" in texts(screen)
    press(screen, Qt.Key.Key_N)
    assert screen.form.model.is_open
    assert screen.form.find_field.hasFocus()


def test_the_board_s_n_opens_the_form(screen):
    screen.arrive(Destination(page=Page.REFERRALS, focus="new"))
    assert screen.form.isVisible()
    assert screen.step_back()
    assert not screen.step_back()
    assert not screen.form.isVisible()


def test_a_accepts_and_s_records_the_first_contact(qtbot, screen, seed):
    seed.admit("M4", "Barrow", "Connor", minutes_ago=20)
    wait_for(qtbot, screen, 1)
    screen.view.setFocus()
    press(screen, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: screen.model.shown[0].is_accepted)
    press(screen, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: screen.model.shown[0].is_seen)
    qtbot.waitUntil(lambda: "Seen 14:32, Rhona Okafor, nurse" in texts(screen.detail))
    assert not screen.detail.accepted.isVisible()


def test_enter_opens_the_record(qtbot, screen, seed, visited):
    admitted = seed.admit("M4", "Barrow", "Connor", minutes_ago=20)
    wait_for(qtbot, screen, 1)
    screen.view.setFocus()
    press(screen, Qt.Key.Key_Return)
    assert (visited.last.page, visited.last.episode) == (Page.RECORD, admitted.episode)


def test_closing_without_a_reason_is_refused_in_place(qtbot, screen, seed):
    seed.admit("M4", "Barrow", "Connor", minutes_ago=20)
    wait_for(qtbot, screen, 1)
    screen.detail.closed.click()
    qtbot.waitUntil(lambda: "1 answer needs you." in texts(screen.detail))
    qtbot.keyClicks(screen.detail.reason, "Went to hospital")
    screen.detail.closed.click()
    wait_for(qtbot, screen, 0)


def test_the_choice_stays_on_the_person(qtbot, screen, seed):
    seed.admit("M4", "Barrow", "Connor", minutes_ago=20)
    wait_for(qtbot, screen, 1)
    chosen = screen.view.chosen().id
    seed.admit("M5", "Nowak", "Ewa", minutes_ago=50)
    wait_for(qtbot, screen, 2)
    assert screen.view.chosen().id == chosen
    assert screen.view.currentIndex().row() == 1
