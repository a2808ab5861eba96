from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.board.handover import HandoverList
from sonar_desktop.ui.screens.handover import HandoverScreen
from sonar_desktop.ui.viewmodels.workplace import Page
from sonar_desktop.usecases.read_handover import Handover
from sonar_desktop.usecases.see_detainee import see_detainee
from tests.ui.disputes import drain
from tests.ui.medicine_story import MedicineStory


@pytest.fixture
def handover(qtbot, workplace, light, background):
    screen = HandoverScreen(workplace)
    qtbot.addWidget(screen)
    screen.resize(1359, 848)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.waitUntil(lambda: screen._model.is_loaded)
    yield screen
    screen.let_go()
    drain(qtbot, background)


def lines(screen):
    model = screen._view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_an_empty_suite_says_so(handover):
    assert handover._body.currentWidget() is handover._empty


def test_people_with_nothing_open_stand_below_a_heading(handover, seed, qtbot):
    MedicineStory(seed).regular()
    calm = seed.admit("M1", "ADEYEMI", "Tom")
    see_detainee(seed.desk, calm.referral)
    qtbot.waitUntil(lambda: len(lines(handover)) == 3)
    said = lines(handover)
    assert said[0].startswith("M4 BARROW, Connor (Mr), 37y M · NF/")
    assert "Recommendation: First contact" in said[0]
    assert said[1] == "1 other, nothing open"
    assert said[2].startswith("M1 ADEYEMI, Tom (Mr)")
    assert handover._count.text() == "2 detainees, 1 has something open"


def test_enter_opens_the_record_of_who_is_chosen(handover, seed, qtbot, visited):
    first = seed.admit("M1", "ADEYEMI", "Tom", minutes_ago=50)
    second = seed.admit("M2", "BEGUM", "Ria", minutes_ago=10)
    qtbot.waitUntil(lambda: len(lines(handover)) == 2)
    handover._view.setFocus()
    qtbot.keyClick(handover._view, Qt.Key.Key_Down)
    qtbot.keyClick(handover._view, Qt.Key.Key_Return)
    assert visited.last.page is Page.RECORD
    chosen = handover._view.chosen().shown.row.episode
    assert visited.last.episode == chosen
    assert chosen in {first.episode, second.episode}


def test_a_long_name_makes_its_card_taller(handover, seed, qtbot):
    long = "FEATHERSTONEHAUGH-CHOLMONDELEY-MARJORIBANKS-WRIOTHESLEY-SMYTHE"
    seed.admit("M1", long, "Joao", minutes_ago=50)
    seed.admit("M2", "BEGUM", "Ria", minutes_ago=50)
    qtbot.waitUntil(lambda: len(lines(handover)) == 2)
    model = handover._view.model()
    heights = {
        model.index(row, 0).data()[:2]: handover._view.visualRect(model.index(row, 0)).height()
        for row in range(2)
    }
    assert heights["M1"] > heights["M2"]


def test_a_pc_that_may_not_hold_the_suites_records_does_not_say_that_nobody_is_here(handover):
    nobody = HandoverList(with_something_open=(), others=())
    handover._model._take(Handover(list=nobody, revoked=("clinical",)))
    assert handover._body.currentWidget() is not handover._empty
    assert handover._missing.isVisible()
    said = handover._missing.accessibleName()
    assert said.startswith("This PC may not hold the records of this suite any more")
    assert not handover._count.isVisible()
    handover._model._take(Handover(list=nobody, revoked=()))
    assert handover._body.currentWidget() is handover._empty
    assert not handover._missing.isVisible()
