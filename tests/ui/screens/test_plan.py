"""Plan and tasks by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.usecases.keep_draft import find_draft
from tests.ui.screens.opened_record import opened, press, settle, texts
from tests.ui.screens.patient_story import Story, an_afternoon

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit("M4", "Barrow", "Connor", minutes_ago=111))


@pytest.fixture
def screen(qtbot, workplace, story):
    made = opened(qtbot, workplace, story.admitted.episode, Tab.PLAN)
    yield made
    made.let_go()


@pytest.fixture
def plan(screen):
    return screen.record.tabs[Tab.PLAN]


def test_l_changes_the_level_and_a_adds_a_task(plan):
    press(plan, Qt.Key.Key_L)
    assert plan.care.model.is_open
    assert plan.step_back()
    press(plan, Qt.Key.Key_A)
    assert plan.tasks.adding.is_open
    assert plan.step_back()
    assert not plan.step_back()


@pytest.mark.parametrize("focus", ["note", "allergy", "marker", "task", "care_level"])
def test_a_destination_opens_its_form(screen, plan, focus):
    screen.record.open_tab(Tab.PLAN, focus)
    assert plan.step_back()


def test_closing_the_record_puts_every_draft_on_disk(qtbot, workplace, screen, plan, story):
    plan.notes.begin()
    plan.notes.form.control("text").setPlainText("Half a sent")
    screen.let_go()
    workplace.background.close()
    draft = find_draft(workplace.desk, form="note", episode=story.admitted.episode)
    assert b"Half a sent" in draft.body


def test_a_draft_opens_with_the_record(qtbot, workplace, screen, plan, story):
    plan.notes.begin()
    plan.notes.form.control("text").setPlainText("Half a sent")
    screen.let_go()
    settle(qtbot, workplace)
    again = opened(qtbot, workplace, story.admitted.episode, Tab.PLAN)
    notes = again.record.tabs[Tab.PLAN].notes
    assert notes.form.control("text").toPlainText() == "Half a sent"
    assert notes.form.isVisible()
    again.let_go()


def test_the_whole_plan_stands_on_the_page(qtbot, plan, story):
    an_afternoon(story)
    qtbot.waitUntil(lambda: "Write down what he says when roused" in texts(plan))
    said = texts(plan)
    for words in (
        "Rouse every 30 min",
        "2. If he cannot be woken or his breathing is slow or noisy: call 999, then the nurse.",
        "Known allergies",
        "Life-threatening",
        "Suspected opioids taken today",
        "Repeat NEWS2",
    ):
        assert words in said
