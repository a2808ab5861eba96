from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_desktop.ui.screens.told_panel import ToldPanel
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from tests.ui.patience import wait_idle

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def panel(qtbot, workplace, seed, stay, light):
    signing = Signing(episode=stay.episode, performed_at=seed.moment())
    deciding = Deciding(
        signing=signing,
        purpose=FitnessPurpose.INTERVIEWED,
        outcome=Fitness.NOT_FIT,
        reason="Opioids today",
    )
    record = record_fitness_outcome(seed.desk, deciding)[0]
    made = ToldPanel(workplace, record.id, stay.episode)
    qtbot.addWidget(made)
    made.resize(410, 520)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(made.questions.isEnabled)
    yield made
    made.close_panel()
    wait_idle(qtbot, workplace)


def press(qtbot, key, mods=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, mods)


def test_half_a_telling_is_refused_and_says_what_is_missing(qtbot, panel, signing):
    panel.go_to("words")
    assert panel.missing.text() == ("Still missing: who was told, how, whether it was read back.")
    press(qtbot, Qt.Key.Key_Return, CTRL)
    assert signing.asked == 0
    assert panel.names.hasFocus()
    assert panel.names.property("problem") == "refused"


def test_a_telling_is_recorded_by_keys_alone_and_turns_green(qtbot, workplace, stay, panel):
    panel.go_to("told_to")
    qtbot.keyClicks(QApplication.focusWidget(), "Sgt D Marsh")
    for _step in range(3):
        press(qtbot, Qt.Key.Key_Tab)
    assert panel.how.pills[0].hasFocus()
    press(qtbot, Qt.Key.Key_Space)
    press(qtbot, Qt.Key.Key_Tab)
    press(qtbot, Qt.Key.Key_Space)
    assert not panel.missing.isVisible()
    with qtbot.waitSignal(panel.told):
        press(qtbot, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: not panel.questions.isVisible())
    assert panel.property("tone") == "ok"
    assert panel.chip._face.text == "Told Sgt D Marsh 14:32, read back"
    (decision,) = read_record(workplace.desk, stay.episode).decisions
    assert decision.told.read_back is True
