from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from sonar_core.records.fitness_outcome import FitnessPurpose
from sonar_desktop.ui.screens.fitness_panel import FitnessPanel
from sonar_desktop.usecases.read_record import read_record
from tests.ui.patience import wait_idle

CTRL = Qt.KeyboardModifier.ControlModifier
DETAINED, CHARGED = FitnessPurpose.DETAINED, FitnessPurpose.CHARGED


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def panel(qtbot, workplace, stay, light):
    made = FitnessPanel(workplace, stay.episode)
    qtbot.addWidget(made)
    made.resize(410, 520)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(made.isEnabled)
    yield made
    made.close_panel()
    wait_idle(qtbot, workplace)


def press(qtbot, key, mods=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, mods)


def test_conditions_are_decided_by_keys_alone(qtbot, workplace, stay, panel):
    panel.go_to_first()
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Down)
    assert panel.editor.isVisible()
    assert panel.inputs["conditions"].holder.isVisible()
    panel.sign.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert panel.inputs["conditions"].holder.hasFocus()
    qtbot.keyClicks(QApplication.focusWidget(), "Rouse every 30 min")
    with qtbot.waitSignal(panel.decided):
        press(qtbot, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: panel.rows[DETAINED].told.text() == "Not told")
    assert not panel.editor.isVisible()
    (decision,) = read_record(workplace.desk, stay.episode).decisions
    assert decision.outcome.conditions == ("Rouse every 30 min",)


def test_the_other_purposes_open_with_one_press(qtbot, panel):
    assert not panel.rows[CHARGED].isVisible()
    assert panel._more_text.text() == "Charged, transferred, released"
    panel.add.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert panel.rows[CHARGED].isVisible()
    assert panel.rows[CHARGED].outcome.hasFocus()


def test_a_discarded_decision_leaves_what_held(qtbot, panel):
    panel.go_to_first()
    qtbot.keyClicks(QApplication.focusWidget(), "n")
    panel.cancel.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert not panel.editor.isVisible()
    assert panel.rows[DETAINED].outcome.currentIndex() == -1
