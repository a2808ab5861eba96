from __future__ import annotations

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.person_head import PersonHead, colour_of
from sonar_desktop.ui.widgets.marks import Avatar


def test_a_person_keeps_their_colour():
    assert colour_of("user-1") == colour_of("user-1")
    assert {colour_of(f"user-{number}") for number in range(20)} == {0, 1, 2, 3, 4}


def test_a_long_name_wraps_and_the_circle_follows_the_person(qtbot, light):
    head = PersonHead(40)
    qtbot.addWidget(head)
    head.resize(280, 120)
    head.show()
    name = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley-Warner"
    head.set_person(name, "WF", "Nurse", 2)
    texts = [one.text() for one in head.findChildren(QLabel)]
    assert name in texts
    assert [one.isVisible() for one in head.findChildren(Avatar) if not one.isHidden()] == [True]
    head.set_person("Someone else", "", "First time on this PC", 0)
    assert [one for one in head.findChildren(Avatar) if one.isVisible()] == []
