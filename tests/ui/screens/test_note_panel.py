"""Writing a note on the Plan tab."""

from __future__ import annotations

import pytest

from sonar_core.records.note import Note
from sonar_desktop.ui.screens.note_panel import NotePanel
from sonar_desktop.ui.viewmodels.record import RecordModel
from tests.ui.screens.opened_record import settle, texts

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def panel(qtbot, workplace, seed):
    record = RecordModel(workplace, seed.admit().episode)
    made = NotePanel(record)
    qtbot.addWidget(made)
    made.resize(420, 700)
    made.show()
    settle(qtbot, workplace)
    yield made
    made.let_go()
    record.close()


def test_a_note_is_signed(qtbot, workplace, panel):
    panel.write.click()
    assert panel.form.control("category").pills[0].isChecked()
    panel.form.control("text").setPlainText("Slept well")
    qtbot.keyClicks(panel.form.control("when"), "-30m")
    assert "14-Nov-2026 14:02 This happened 30min ago." in texts(panel.form)
    with qtbot.waitSignal(panel.model.signed):
        panel.form.sign_button.click()
    notes = workplace.desk.store.read(lambda reading: reading.all_of(Note))
    assert [one.text for one in notes] == ["Slept well"]
    assert panel.write.isVisible()


def test_a_time_ahead_is_asked_back_beside_the_field(qtbot, panel):
    panel.write.click()
    panel.form.control("text").setPlainText("Solicitor comes")
    qtbot.keyClicks(panel.form.control("when"), "15:00")
    panel.form.sign_button.click()
    field = panel.form.field("performed_at")
    assert "is in the future" in texts(field)
    field.problem_line.keep_button.click()
    with qtbot.waitSignal(panel.model.signed):
        panel.form.sign_button.click()
