from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.compare_row import CompareRow
from sonar_desktop.ui.viewmodels.conflict_choice import BOTH


@pytest.fixture
def row(qtbot, light):
    made = CompareRow("Source", ["Detainee", "Summary Care Record"], in_use=0, can_join=True)
    qtbot.addWidget(made)
    made.resize(700, 60)
    made.show()
    made.options[0].setFocus()
    return made


def test_left_and_right_take_this_or_that_and_b_both(row, qtbot):
    with qtbot.waitSignal(row.chosen) as said:
        qtbot.keyClick(row.options[0], Qt.Key.Key_Right)
    assert said.args == [1]
    with qtbot.waitSignal(row.chosen) as said:
        qtbot.keyClick(row.options[1], Qt.Key.Key_Left)
    assert said.args == [0]
    with qtbot.waitSignal(row.chosen) as said:
        qtbot.keyClick(row.options[0], Qt.Key.Key_B)
    assert said.args == [BOTH]


def test_up_and_down_ask_for_another_line(row, qtbot):
    with qtbot.waitSignal(row.moved) as said:
        qtbot.keyClick(row.options[0], Qt.Key.Key_Down)
    assert said.args == [1]
    assert not any(option.isChecked() for option in row.options.values())


def test_a_choice_that_is_shown_is_not_told_again(row):
    told = []
    row.chosen.connect(told.append)
    row.set_choice(1)
    assert row.options[1].isChecked()
    row.set_choice(None)
    assert not any(option.isChecked() for option in row.options.values())
    assert told == []


def test_what_is_in_use_is_said_to_a_screen_reader(row):
    assert row.options[0].accessibleName() == "Detainee, in use now"
    assert row.options[0].accessibleDescription() == "Source"


def test_a_sentence_in_use_is_said_without_a_stop_in_its_middle(qtbot, light):
    made = CompareRow("Allergies", ["Known allergies.", "None known."], in_use=0)
    qtbot.addWidget(made)
    assert made.options[0].accessibleName() == "Known allergies, in use now"
    assert made.options[1].accessibleName() == "None known."


def test_a_long_text_makes_room_instead_of_being_cut(qtbot, light):
    text = "throat closed, ambulance called, adrenaline given twice before it settled " * 3
    made = CompareRow("Reaction", [text, "rash"], in_use=0)
    qtbot.addWidget(made)
    made.resize(420, 60)
    made.show()
    option = made.options[0]
    lines = option._lines(option.width())
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert option.minimumHeight() >= 16 * len(lines)
