"""The line of a form that asks when."""

from __future__ import annotations

import pytest

from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.time_line import time_line
from sonar_desktop.ui.viewmodels.timed_form import TimedDraft
from tests.ui.screens.opened_record import texts
from tests.ui.viewmodels.test_timed_form import Only

pytestmark = pytest.mark.usefixtures("light")


def test_a_time_ahead_is_asked_back_beside_the_line_and_may_be_kept(qtbot, workplace, seed):
    model = Only(workplace, "only", seed.admit().episode, TimedDraft())
    box = FormBox(model, "Only", "Sign")
    time_line(box, model, "When they left")
    box.finish()
    qtbot.addWidget(box)
    model.open()
    qtbot.keyClicks(box.control("when"), "15:00")
    assert not model.is_ready()
    field = box.field("released_at")
    assert "is in the future" in texts(field)
    field.problem_line.keep_button.click()
    assert "is in the future" not in texts(field)
    model.close()
