from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.medicines_round import MedicinesRoundScreen
from sonar_desktop.ui.viewmodels.workplace import Page, Tab
from tests.ui.disputes import drain
from tests.ui.medicine_story import MedicineStory


@pytest.fixture
def doses(qtbot, workplace, light, background):
    screen = MedicinesRoundScreen(workplace)
    qtbot.addWidget(screen)
    screen.resize(1359, 600)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.waitUntil(lambda: screen.model.is_loaded)
    yield screen
    screen.let_go()
    drain(qtbot, background)


def test_a_round_without_doses_says_so_whatever_else_is_due(doses, seed, qtbot):
    seed.admit("M9", "GRANT", minutes_ago=70)
    qtbot.waitUntil(lambda: doses.model.counts.detainees == 1)
    assert doses._body.currentWidget() is doses._nothing


def test_enter_opens_the_chart_at_the_dose(doses, seed, qtbot, visited):
    story = MedicineStory(seed)
    order = story.regular()
    qtbot.waitUntil(lambda: doses.queue.chosen() is not None)
    assert doses._count.text() == "1 late, 0 in the next 15 minutes, 1 in all"
    doses.queue.setFocus()
    qtbot.keyClick(doses.queue, Qt.Key.Key_Return)
    last = visited.last
    assert (last.page, last.tab, last.episode, last.focus) == (
        Page.RECORD,
        Tab.MEDICINES,
        story.episode,
        order.id,
    )
