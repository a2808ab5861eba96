from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.forms.keyed_choices import KeyedChoices
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow


@pytest.fixture
def row(qtbot, light):
    made = ChoiceRow("Question?", [Choice(value=v, text=v) for v in ("yes", "no", "maybe")])
    qtbot.addWidget(made)
    made.show()
    made.pills[0].setFocus()
    return made


def test_a_letter_answers_and_takes_the_focus_along(qtbot, row):
    KeyedChoices(row, {"y": "yes", "n": "no"})
    with qtbot.waitSignal(row.chosen) as caught:
        qtbot.keyClick(row.pills[0], Qt.Key.Key_N)
    assert caught.args == ["no"]
    assert row.value() == "no"
    qtbot.keyClick(row.pills[1], Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert row.value() == "yes"


def test_other_letters_and_letters_with_ctrl_belong_to_the_page(qtbot, row):
    KeyedChoices(row, {"y": "yes", "n": "no"})
    qtbot.keyClick(row.pills[0], Qt.Key.Key_X)
    qtbot.keyClick(row.pills[0], Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert row.value() is None


def test_the_space_bar_takes_the_other_one_once_something_is_chosen(qtbot, row):
    KeyedChoices(row, {"y": "yes", "n": "no"}, toggles=True)
    qtbot.keyClick(row.pills[0], Qt.Key.Key_Y)
    qtbot.keyClick(row.pills[0], Qt.Key.Key_Space)
    assert row.value() == "no"
    qtbot.keyClick(row.pills[1], Qt.Key.Key_Space)
    assert row.value() == "yes"
