"""A record opened on the screen, for the tests of its tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from sonar_desktop.ui.screens.record import RecordScreen
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab


def opened(qtbot, workplace, episode, tab=Tab.SUMMARY, focus=None) -> RecordScreen:
    """Return the screen once the banner stands and what was asked of the store is answered."""
    screen = RecordScreen(workplace)
    qtbot.addWidget(screen)
    screen.resize(1359, 848)
    with qtbot.waitExposed(screen):  # before that nothing is painted, however early it is asked
        screen.show()
    screen.arrive(Destination(page=Page.RECORD, episode=episode, tab=tab, focus=focus))
    qtbot.waitUntil(lambda: screen.record.banner is not None)
    settle(qtbot, workplace)
    return screen


def shown_panel(kind, qtbot, workplace, episode):
    """Yield a panel of that kind over a record that is read, and put both away."""
    record = RecordModel(workplace, episode)
    made = kind(record)
    qtbot.addWidget(made)
    made.resize(420, 800)
    made.show()
    record.open()
    settle(qtbot, workplace)
    yield made
    made.let_go()
    record.close()


def settle(qtbot, workplace) -> None:
    """Wait until the store has answered everything that was asked of it so far."""
    answered = []
    for _ in range(2):
        workplace.background.act(lambda: None, answered.append)
        workplace.background.look(lambda: None, answered.append)
        wanted = len(answered) + 2
        qtbot.waitUntil(lambda wanted=wanted: len(answered) >= wanted)


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is, as a person does."""
    QTest.keyClick(widget.window().focusWidget() or widget, key, modifiers)


def texts(widget) -> str:
    """Return every text that stands on a widget, one on each line."""
    found = [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]
    found += [one.text() for one in widget.findChildren(QAbstractButton) if one.isVisibleTo(widget)]
    return "\n".join(found)
