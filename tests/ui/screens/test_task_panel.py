"""Tasks on the Plan tab."""

from __future__ import annotations

import pytest

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_desktop.ui.screens.task_panel import TaskPanel
from sonar_desktop.ui.widgets.button import Button
from tests.ui.screens.opened_record import shown_panel, texts
from tests.ui.screens.patient_story import Story

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def panel(qtbot, workplace, story):
    yield from shown_panel(TaskPanel, qtbot, workplace, story.admitted.episode)


def button(panel, name):
    return next(
        one
        for one in panel.findChildren(Button)
        if one.accessibleName() == name and not one.isHidden()
    )


def test_a_task_is_added(qtbot, panel):
    panel.begin()
    qtbot.keyClicks(panel.form.control("what"), "Ring the pharmacy")
    qtbot.keyClicks(panel.form.control("due"), "+1h")
    assert "14-Nov-2026 15:32" in texts(panel.form)
    with qtbot.waitSignal(panel.adding.signed):
        panel.form.sign_button.click()
    qtbot.waitUntil(lambda: "15:32" in texts(panel))


def test_a_task_is_done_with_a_note(qtbot, panel, story):
    story.task(30, "Repeat NEWS2")
    qtbot.waitUntil(lambda: "Repeat NEWS2" in texts(panel))
    button(panel, "Done: Repeat NEWS2").click()
    assert panel.close_form.title.text() == "Done: Repeat NEWS2"
    panel.close_form.control("note").setPlainText("NEWS2 3")
    with qtbot.waitSignal(panel.closing.signed):
        panel.close_form.sign_button.click()
    qtbot.waitUntil(lambda: "NEWS2 3" in texts(panel))
    assert "Nothing open. Add what has to be done." in texts(panel)


def test_a_task_that_nobody_needs_asks_why(qtbot, panel, story):
    story.task(30, "Repeat NEWS2")
    qtbot.waitUntil(lambda: "Repeat NEWS2" in texts(panel))
    button(panel, "Not needed: Repeat NEWS2").click()
    panel.close_form.sign_button.click()
    assert "Enter why it is not needed." in texts(panel.close_form)


def test_to_tell_custody_is_done_only_by_telling(qtbot, panel, story):
    decided = story.decide(5, FitnessPurpose.DETAINED, Fitness.FIT)
    what = "Tell custody officer: fit to be detained"
    qtbot.waitUntil(lambda: what in texts(panel))
    with qtbot.waitSignal(panel.told_wanted) as told:
        button(panel, f"Record who was told: {what}").click()
    assert told.args == [decided.id]
