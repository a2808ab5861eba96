"""Warning markers on the Plan tab."""

from __future__ import annotations

import pytest

from sonar_desktop.ui.screens.marker_panel import MarkerPanel
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.widgets.button import Button
from tests.ui.screens.opened_record import settle, texts
from tests.ui.screens.patient_story import Story

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def panel(qtbot, workplace, seed, hand_clock):
    story = Story(workplace, hand_clock, seed.admit(minutes_ago=111))
    record = RecordModel(workplace, story.admitted.episode)
    made = MarkerPanel(record)
    qtbot.addWidget(made)
    made.resize(420, 800)
    made.show()
    record.open()
    settle(qtbot, workplace)
    yield made
    made.let_go()
    record.close()


def test_a_marker_is_recorded_and_ended(qtbot, panel):
    assert "No markers recorded" in texts(panel)
    panel.add.click()
    panel.form.control("category").pills[3].click()
    qtbot.keyClicks(panel.form.control("text"), "Spits")
    panel.form.control("is_urgent").click()
    with qtbot.waitSignal(panel.model.signed):
        panel.form.sign_button.click()
    qtbot.waitUntil(lambda: "Spits" in texts(panel) and "Violence" in texts(panel))
    end = next(
        one
        for one in panel.findChildren(Button)
        if one.accessibleName() == "End marker Spits" and not one.isHidden()
    )
    end.click()
    qtbot.keyClicks(panel.end_form.control("reason"), "Calm since yesterday")
    with qtbot.waitSignal(panel.ending.signed):
        panel.end_form.sign_button.click()
    qtbot.waitUntil(lambda: "No markers recorded" in texts(panel))
