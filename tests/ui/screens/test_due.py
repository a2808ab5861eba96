from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.board.policy import DEFAULT_POLICY
from sonar_desktop.ui.screens.due import DueScreen
from sonar_desktop.ui.viewmodels.workplace import Page
from sonar_desktop.usecases.list_board import Board


@pytest.fixture
def due(qtbot, workplace, light):
    screen = DueScreen(workplace)
    qtbot.addWidget(screen)
    screen.resize(1311, 850)
    screen.show()
    qtbot.waitUntil(lambda: screen.model.is_loaded)
    yield screen
    screen.let_go()


def test_an_empty_page_says_that_nothing_is_due(due):
    assert due._body.currentWidget() is due._nothing


def test_a_first_contact_that_is_owed_is_listed(due, seed, qtbot):
    admitted = seed.admit("M9", "GRANT", minutes_ago=70)
    qtbot.waitUntil(lambda: due.queue.chosen() is not None)
    assert due.queue.chosen().episode == admitted.episode
    assert due._count.text().startswith("1 late")


def test_escape_goes_back_to_the_board(due, seed, qtbot, visited):
    seed.admit("M9", "GRANT", minutes_ago=70)
    qtbot.waitUntil(lambda: due.queue.chosen() is not None)
    qtbot.keyClick(due.queue, Qt.Key.Key_Escape)
    assert visited.last.page is Page.BOARD


def test_the_choice_stays_while_others_arrive(due, seed, qtbot):
    late = seed.admit("M9", "GRANT", minutes_ago=70)
    qtbot.waitUntil(lambda: due.queue.chosen() is not None)
    seed.admit("M1", "ADEYEMI", minutes_ago=90)
    qtbot.waitUntil(lambda: due._count.text().startswith("2 late"))
    assert due.queue.chosen().episode == late.episode


@pytest.mark.parametrize("scope", ["clinical", "medicines"])
def test_a_pc_that_may_not_hold_all_records_does_not_say_that_nothing_is_due(due, scope):
    due.model._take(Board(rows=(), policy=DEFAULT_POLICY, revoked=(scope,)))
    assert due._body.currentWidget() is not due._nothing
    assert due._missing.accessibleName().startswith("This PC may not hold")
    assert due._missing.isVisible()
    due.model._take(Board(rows=(), policy=DEFAULT_POLICY))
    assert due._body.currentWidget() is due._nothing
    assert not due._missing.isVisible()
