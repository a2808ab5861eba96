from __future__ import annotations

import pytest

from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.patient import Gender
from sonar_desktop.ui.screens.dose_panel import DosePanel
from sonar_desktop.ui.viewmodels.give_dose import GiveDoseModel
from sonar_desktop.ui.viewmodels.record_faces import banner_of
from sonar_desktop.usecases.read_chart import read_chart
from sonar_desktop.usecases.read_record import read_record
from tests.ui.disputes import drain
from tests.ui.medicine_story import MedicineStory


@pytest.fixture
def panel(qtbot, workplace, seed, light, background):
    story = MedicineStory(seed)
    story.regular()
    (line,) = read_chart(workplace.desk, story.episode)
    model = GiveDoseModel(workplace, line, None)
    banner = banner_of(read_record(workplace.desk, story.episode), workplace.clock.now_ms())
    made = DosePanel(model, banner, Gender.MALE)
    qtbot.addWidget(made)
    made.resize(404, 700)
    made.show()
    model.refresh()
    qtbot.waitUntil(lambda: model.is_checked)
    yield made
    model.close()
    drain(qtbot, background)


def test_the_primary_button_is_named_for_what_it_records(panel):
    assert panel.primary.text() == "Record"
    panel.outcome.choose(DoseOutcome.GIVEN.value)
    assert panel.primary.text() == "Give 30 mg"
    panel.outcome.choose(DoseOutcome.REFUSED.value)
    assert panel.primary.text() == "Record refused"


def test_only_what_the_outcome_needs_is_asked(panel):
    panel.outcome.choose(DoseOutcome.GIVEN_BY_CUSTODY.value)
    assert not panel._fields["custody"].isHidden()
    assert panel._fields["again"].isHidden()
    panel.outcome.choose(DoseOutcome.ASLEEP.value)
    assert panel._fields["custody"].isHidden()
    assert not panel._fields["again"].isHidden()
    assert not panel._fields["dose"].control.isEnabled()


def test_a_reason_that_is_missing_is_said_beside_its_field(panel, qtbot):
    panel.outcome.choose(DoseOutcome.WITHHELD.value)
    panel.primary.click()
    qtbot.waitUntil(lambda: not panel._fields["reason"].problem_line.isHidden())
    assert panel._fields["reason"].control.accessibleDescription() == "Enter why."
    qtbot.keyClicks(panel._texts["reason"].field, "Drowsy")
    assert panel._fields["reason"].problem_line.isHidden()


def test_every_field_can_be_typed_into(panel, qtbot):
    field = panel._texts["time"].field
    field.clear()
    qtbot.keyClicks(field, "1415")
    assert panel.model.at.utc_ms < panel.model.workplace.clock.now_ms()
    assert panel._echo.text().startswith("14-Nov-2026 14:15")
