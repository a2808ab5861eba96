from __future__ import annotations

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.side import Side


def texts(side) -> list[str]:
    return [one.text() for one in side.findChildren(QLabel) if one.isVisible()]


def test_clock_place_and_notes_are_said(qtbot, light):
    side = Side()
    qtbot.addWidget(side)
    side.show()
    side.set_clock("07:06", "Saturday 14-Nov-2026")
    side.set_facts((("Place", "Northfield custody suite"), ("Protection", "")))
    side.alarms.say("bell-ring", "1 alarm", "", [("M4", "Check late", "14:31")])
    qtbot.waitUntil(lambda: "Northfield custody suite" in texts(side))
    assert "07:06" in texts(side)
    assert "Protection" not in texts(side)
    assert side.alarms.accessibleName() == "1 alarm. M4 Check late 14:31"
    assert side.notice.isHidden()


def test_a_note_without_a_headline_takes_no_room(qtbot, light):
    side = Side()
    qtbot.addWidget(side)
    side.show()
    side.notice.say("cloud-off", "No network since 06:48")
    assert side.notice.isVisible()
    side.notice.say("", "")
    assert side.notice.isHidden()
