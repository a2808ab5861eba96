from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from sonar_desktop.ui.screens.secret_entry import SecretEntry


@pytest.fixture
def entry(qtbot, light):
    made = SecretEntry("Unlock")
    qtbot.addWidget(made)
    made.show()
    return made


def test_pin_and_password_are_handed_on_by_enter(qtbot, entry):
    with qtbot.waitSignal(entry.entered) as told:
        QTest.keyClicks(entry.dots, "284915")
        QTest.keyClick(entry.dots, Qt.Key.Key_Return)
    assert told.args == ["284915"]
    entry.set_asks_password(asks=True)
    with qtbot.waitSignal(entry.entered) as told:
        QTest.keyClicks(entry.password, "trombone")
        QTest.keyClick(entry.password, Qt.Key.Key_Return)
    assert told.args == ["trombone"]


def test_neither_is_ever_shown_in_the_clear(entry):
    for field in (entry.dots, entry.password):
        assert field.echoMode() is QLineEdit.EchoMode.Password


def test_while_a_secret_is_checked_nothing_can_be_typed(entry):
    entry.set_busy(busy=True)
    QTest.keyClicks(entry.dots, "28")
    assert entry.dots.text() == ""
    assert not entry.pad.isEnabled()
    entry.set_busy(busy=False)
    assert entry.go.text() == "Unlock"


def test_a_problem_takes_room_only_while_there_is_one(entry):
    entry.problem.say("Wrong PIN.")
    assert (entry.problem.isVisible(), entry.problem.accessibleName()) == (True, "Wrong PIN.")
    entry.problem.say("")
    assert (entry.problem.isVisible(), entry.problem.text()) == (False, "")


def test_forgetting_clears_both_fields(entry):
    entry.dots.setText("28")
    entry.password.setText("trombone")
    entry.forget()
    assert (entry.dots.text(), entry.password.text()) == ("", "")
