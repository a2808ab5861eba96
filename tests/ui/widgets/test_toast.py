from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.widgets.toast import SHOWN_MS, Toast


def test_a_toast_stands_in_the_corner_and_follows_the_window(shown, qtbot):
    window = shown(QWidget(), 800, 600)
    toast = Toast(window, left=97)
    assert toast.isHidden()
    toast.say("Filter cleared", undo=True)
    assert toast.isVisible()
    assert toast.accessibleName() == toast.text() == "Filter cleared"
    assert toast.x() == 97
    assert toast.geometry().bottom() == 600 - 16 - 1
    window.resize(800, 700)
    qtbot.waitUntil(lambda: toast.geometry().bottom() == 700 - 16 - 1)


def test_a_new_toast_takes_the_place_of_the_one_before(shown):
    window = shown(QWidget(), 800, 600)
    toast = Toast(window)
    toast.say("Filter cleared", undo=True)
    toast.say("Alarm muted for 2 minutes by Rhona Okafor")
    assert toast.text().startswith("Alarm muted")
    assert toast.undo_button.isHidden()
    assert toast.timer.interval() == SHOWN_MS == 6000


def test_undo_tells_and_ends_the_toast(shown, qtbot):
    toast = Toast(shown(QWidget(), 800, 600))
    toast.say("Filter cleared", undo=True)
    with qtbot.waitSignal(toast.undone):
        toast.undo_button.click()
    assert toast.isHidden()
    assert not toast.timer.isActive()


def test_a_toast_goes_by_itself(shown, qtbot):
    toast = Toast(shown(QWidget(), 800, 600), shown_ms=1)
    toast.say("Filter cleared")
    qtbot.waitUntil(toast.isHidden)
