"""The level of observation on the Plan tab."""

from __future__ import annotations

import pytest

from sonar_desktop.ui.screens.care_level_panel import CareLevelPanel
from sonar_desktop.ui.viewmodels.care_level import DEFINITIONS
from tests.ui.screens.opened_record import shown_panel, texts
from tests.ui.screens.patient_story import Story

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def panel(qtbot, workplace, story):
    yield from shown_panel(CareLevelPanel, qtbot, workplace, story.admitted.episode)


def test_no_level_is_said_and_nothing_assumed(panel):
    assert "No level of observation set" in texts(panel)
    assert panel.change.text() == "Set level"


def test_a_level_is_set_with_its_definition_on_screen(qtbot, panel):
    panel.begin()
    panel.form.control("level").pills[1].click()
    assert DEFINITIONS[2] in texts(panel.form)
    assert panel.form.control("every").text() == "30"
    qtbot.keyClicks(panel.form.control("reason"), "Opioids today")
    panel.form.control("instructions").setPlainText("Rouse him every time.")
    with qtbot.waitSignal(panel.model.signed):
        panel.form.sign_button.click()
    qtbot.waitUntil(lambda: "1. Rouse him every time." in texts(panel))
    assert "Custody not told of level 2 yet" in texts(panel)
    assert not panel.form.isVisible()


def test_who_is_told_is_asked_for_with_the_level(qtbot, panel, story):
    level = story.set_level(10)
    qtbot.waitUntil(lambda: "Record who was told" in texts(panel))
    button = next(
        one
        for one in panel.findChildren(type(panel.change))
        if one.text() == "Record who was told" and not one.isHidden()
    )
    with qtbot.waitSignal(panel.told_wanted) as told:
        button.click()
    assert told.args == [level]
