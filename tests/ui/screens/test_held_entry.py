from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_desktop.ui.screens.held_entry import HeldEntry
from sonar_desktop.ui.viewmodels.sync_faces import EntryLine
from sonar_desktop.usecases.held_entry import WayOut

LINE = EntryLine(
    words="Note",
    where="M4 · Okafor",
    time="14:32",
    why="It is damaged.",
    do="Press Correct.",
    way=WayOut.FORM,
    episode="e",
)


def shown(qtbot, way, **more):
    made = HeldEntry(msgspec.structs.replace(LINE, way=way, **more))
    qtbot.addWidget(made)
    made.show()
    return made


def test_its_buttons_say_of_which_entry_they_are_and_are_pressed_by_key(qtbot, light):
    held = shown(qtbot, WayOut.FORM)
    assert held.correct.accessibleName() == "Correct and send again: Note, M4 · Okafor, 14:32"
    with qtbot.waitSignal(held.correct_wanted):
        QTest.keyClick(held.correct, Qt.Key.Key_Space)
    with qtbot.waitSignal(held.open_wanted):
        QTest.keyClick(held.open, Qt.Key.Key_Space)


def test_only_what_can_be_pressed_is_offered(qtbot, light):
    on_record = shown(qtbot, WayOut.RECORD)
    assert (on_record.correct.isVisible(), on_record.open.isVisible()) == (False, True)
    for nowhere in (shown(qtbot, WayOut.UNREADABLE), shown(qtbot, WayOut.FORM, episode=None)):
        assert not nowhere.open.isVisible()


def test_one_that_was_corrected_says_so_first(qtbot, light):
    held = shown(qtbot, WayOut.CORRECTED)
    assert held.message.accessibleName().startswith("Held back, corrected: Note")
    assert not held.correct.isVisible()
