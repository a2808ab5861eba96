from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_desktop.ui.screens.person_button import PersonButton


def test_it_is_read_as_name_and_role_and_pressed_by_key(qtbot, light):
    button = PersonButton("Rhona Okafor", "RO", "Nurse", 1)
    qtbot.addWidget(button)
    button.show()
    assert button.accessibleName() == "Rhona Okafor, Nurse"
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_where_room_is_short_the_circle_stays(qtbot, light):
    button = PersonButton("Rhona Okafor", "RO", "Nurse", 1)
    qtbot.addWidget(button)
    whole = button.sizeHint().width()
    button.set_narrow(narrow=True)
    assert button.sizeHint().width() == 40
    assert whole > 100
    assert button.toolTip() == "Rhona Okafor, Nurse"
