"""Tasks on the Plan tab."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_desktop.ui.screens.task_panel import TaskPanel
from sonar_desktop.ui.widgets.button import Button
from tests.ui.screens.opened_record import press, shown_panel, texts
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


def test_a_rule_that_does_not_hold_is_answered_by_keyboard_and_never_without_words(
    qtbot, panel, story
):
    story.order(60, "Amoxicillin")
    story.allergy(5)
    what = "Check: Amoxicillin is ordered. Allergy to Penicillin: anaphylaxis."
    qtbot.waitUntil(lambda: what in texts(panel))
    button(panel, f"Done: {what}").setFocus()
    press(panel, Qt.Key.Key_Space)
    assert panel.close_form.title.text() == f"Done: {what}"
    panel.close_form.sign_button.setFocus()
    press(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Write why, in at least 10 characters." in texts(panel.close_form))
    assert what in texts(panel)
    panel.close_form.control("note").setFocus()
    qtbot.keyClicks(panel.window().focusWidget(), "Order stopped, Dr Marek rung")
    panel.close_form.sign_button.setFocus()
    with qtbot.waitSignal(panel.closing.signed):
        press(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Order stopped, Dr Marek rung" in texts(panel))
    assert "Nothing open. Add what has to be done." in texts(panel)


def test_that_a_rule_needs_nothing_done_is_answered_with_the_reason(qtbot, panel, story):
    story.order(60, "Amoxicillin")
    story.allergy(5)
    what = "Check: Amoxicillin is ordered. Allergy to Penicillin: anaphylaxis."
    qtbot.waitUntil(lambda: what in texts(panel))
    button(panel, f"Not needed: {what}").click()
    panel.close_form.control("note").setPlainText("Not allergic, she was mistaken")
    with qtbot.waitSignal(panel.closing.signed):
        panel.close_form.sign_button.click()
    qtbot.waitUntil(lambda: "Not allergic, she was mistaken" in texts(panel))
    assert "Nothing open. Add what has to be done." in texts(panel)
