from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from sonar_desktop.ui.screens.enrolment import EnrolmentScreen
from sonar_desktop.ui.screens.lock import LockScreen
from sonar_desktop.ui.screens.shell import Shell
from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.theme.sizes import MIN_WINDOW, USUAL_WINDOW
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.workplace import Destination, Page
from sonar_desktop.usecases.add_task import NewTask, add_task
from tests.ui.conftest import Seed
from tests.ui.front_desk import CODE, PASSWORDS, SERVER


@pytest.fixture
def open_window(qtbot, light):
    """Returns a function that opens the window over a session."""

    def open_over(session, **options) -> MainWindow:
        front = FrontModel(
            session,
            site_name="Northfield custody suite",
            pc_name="NF-MED-01",
            version="0.1.0",
            zone="Europe/London",
        )
        window = MainWindow(session, front, light, **options)
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return open_over


@pytest.mark.parametrize(
    ("stood", "stands"),
    [
        (None, (USUAL_WINDOW, None)),
        (QRect(0, 30, 800, 600), ((800, 600), (0, 30))),
        # The other screen was unplugged since.
        (QRect(-5000, 9000, 800, 600), ((800, 600), "inside")),
        (QRect(0, 0, 100, 100), (MIN_WINDOW, (0, 0))),
    ],
)
def test_the_window_stands_where_it_stood_and_always_on_a_screen(
    enrolled, open_window, stood, stands
):
    window = open_window(enrolled)
    window.stand_at(stood)
    size, place = stands
    assert window.size().toTuple() == size
    if place == "inside":
        room = window.screen().availableGeometry()
        assert room.contains(window.geometry().topLeft())
    elif place is not None:
        assert window.geometry().topLeft().toTuple() == place


def drop() -> None:
    """Let what was given up with deleteLater go, as the running event loop does."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def words_on(widget: QWidget) -> str:
    """Everything below a widget that a person or a screen reader could read."""
    parts = []
    for one in [widget, *widget.findChildren(QWidget)]:
        parts += [one.accessibleName(), one.accessibleDescription(), one.toolTip()]
        if isinstance(one, QLabel):
            parts.append(one.text())
        text = getattr(one, "text", None)
        if callable(text) and not isinstance(one, QLabel):
            parts.append(str(text()))
    return "\n".join(parts)


def windows() -> list[QWidget]:
    return [one for one in QApplication.topLevelWidgets() if one.isVisible()]


def test_a_new_pc_is_enrolled_by_keys_alone(qtbot, open_window, sessions):
    session = sessions()
    window = open_window(session, server=SERVER, pc_name="NF-MED-01")
    face = window.face
    assert isinstance(face, EnrolmentScreen)
    assert QApplication.focusWidget() is face.code
    QTest.keyClicks(face.code, CODE)
    QTest.keyClick(face.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: face.model.step == "compare")
    assert "3771" not in face.model.problems
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: face.model.step == "sign_in")
    assert QApplication.focusWidget() is face.username
    QTest.keyClicks(face.username, "rokafor")
    QTest.keyClick(face.username, Qt.Key.Key_Tab)
    QTest.keyClicks(QApplication.focusWidget(), PASSWORDS["rokafor"])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    QTest.keyClicks(QApplication.focusWidget(), "284915")
    QTest.keyClicks(QApplication.focusWidget(), "284915")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.stage is Stage.FIRST_SYNC)


def test_the_window_is_the_only_one_in_every_stage(qtbot, open_window, enrolled):
    window = open_window(enrolled)
    assert windows() == [window]
    for move in (enrolled.lock, enrolled.unlocked, enrolled.switch_person):
        move()
        assert windows() == [window]


def test_somebody_at_the_keys_is_noticed_again_and_again(qtbot, open_window, enrolled, monkeypatch):
    noticed = []
    touch = enrolled.touch
    monkeypatch.setattr(enrolled, "touch", lambda: noticed.append(True) or touch())
    window = open_window(enrolled)
    QTest.keyClick(window, Qt.Key.Key_Shift)
    assert len(noticed) == 1

    def pressed_again() -> bool:
        QTest.keyClick(window, Qt.Key.Key_Shift)
        return len(noticed) > 1

    qtbot.waitUntil(pressed_again)
    enrolled.warned.emit(10)
    before = len(noticed)
    QTest.keyClick(window, Qt.Key.Key_Shift)
    assert len(noticed) == before + 1


def test_a_person_signs_in_by_keys_alone(qtbot, open_window, enrolled):
    enrolled.switch_person()
    window = open_window(enrolled)
    face = window.face
    assert isinstance(face, SignInScreen)
    assert QApplication.focusWidget() is face.entry.dots
    QTest.keyClicks(QApplication.focusWidget(), "284915")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)
    assert isinstance(window.face, Shell)


def test_a_wrong_pin_is_said_beside_the_pad_and_forgotten(qtbot, open_window, enrolled):
    enrolled.switch_person()
    face = open_window(enrolled).face
    QTest.keyClicks(face.entry.dots, "111222")
    QTest.keyClick(face.entry.dots, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(face.entry.problem.text()))
    assert face.entry.problem.text() == (
        "Wrong PIN. 4 of 5 tries left before your password is needed."
    )
    assert face.entry.dots.text() == ""


def test_nothing_of_a_record_stays_behind_a_lock(qtbot, open_window, enrolled, hand_clock):
    Seed(desk=enrolled.workplace.desk, clock=hand_clock).admit("M4", "BARROW", "Connor")
    of_others = QApplication.topLevelWidgets()
    window = open_window(enrolled)
    qtbot.waitUntil(lambda: bool(enrolled.alarms.rows))
    shell = window.face
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(shell.top.find_field, "barr")
    assert shell.top.find_field.list.rows.item(0).text().startswith("M4 BARROW, Connor (Mr)")
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.LOCKED)
    drop()
    assert isinstance(window.face, LockScreen)
    assert QApplication.focusWidget() is window.face.entry.dots
    ours = [one for one in QApplication.topLevelWidgets() if one not in of_others]
    assert window in ours
    for one in ours:
        assert "BARROW" not in words_on(one)
        assert "Connor" not in words_on(one)


def test_after_the_lock_the_person_is_where_they_were(qtbot, open_window, enrolled):
    window = open_window(enrolled)
    enrolled.go(Destination(page=Page.HELP))
    enrolled.lock()
    QTest.keyClicks(window.face.entry.dots, "284915")
    QTest.keyClick(window.face.entry.dots, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)
    assert window.face.page(Page.HELP) is not None
    assert window.face.rail.buttons[Page.HELP].isChecked()


def test_control_shift_l_shows_who_can_use_the_pc(qtbot, open_window, enrolled):
    window = open_window(enrolled)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_L, both)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.SIGN_IN)
    assert list(window.face.tiles) == [enrolled.last_user]


def test_any_key_keeps_the_screen_open(qtbot, open_window, enrolled, hand_clock):
    window = open_window(enrolled)
    hand_clock.let_pass(minutes=1, seconds=55)
    QTest.keyClick(window, Qt.Key.Key_Shift)
    hand_clock.let_pass(minutes=1)
    enrolled.tick()
    assert enrolled.stage is Stage.WORKING


def test_the_title_counts_what_is_late_and_names_nobody(qtbot, open_window, enrolled, hand_clock):
    seed = Seed(desk=enrolled.workplace.desk, clock=hand_clock)
    admitted = seed.admit("M4")
    add_task(
        enrolled.workplace.desk,
        admitted.episode,
        NewTask(what="Repeat", due_at=seed.moment(-1)),
    )
    window = open_window(enrolled)
    assert window.windowTitle() == "SONAR Desktop"
    qtbot.waitUntil(lambda: bool(enrolled.alarms.lines()))
    hand_clock.let_pass(minutes=6)
    enrolled.alarms.tick()
    assert window.windowTitle() == "SONAR Desktop (1 late)"


def test_a_closed_window_lets_drafts_go_first(qtbot, open_window, enrolled):
    window = open_window(enrolled)
    with qtbot.waitSignal(enrolled.dropping):
        window.close()
