from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sonar_desktop.ui.screens.person_panel import PersonPanel
from sonar_desktop.ui.screens.shell import Shell
from sonar_desktop.ui.screens.sync_panel import SyncPanel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import Seed

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def shell(qtbot, light, enrolled):
    model = ShellModel(enrolled, SyncModel(enrolled), enrolled.workplace)
    made = Shell(model, enrolled.signing)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.show_page(Destination(page=Page.BOARD))
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.let_go()


def tell(qtbot, session, state, *, waiting=0, held=0, **more) -> None:
    numbers = Waiting(operations=waiting, actions=waiting, held_back=held, oldest_ms=None)
    with qtbot.waitSignal(session.background.sync_status):
        session.background.tell_sync_status(SyncStatus(state=state, waiting=numbers, **more))


def test_the_board_comes_first_and_others_when_they_are_gone_to(shell):
    assert shell.page(Page.BOARD) is not None
    assert shell.page(Page.HELP) is None
    shell.model.workplace.go(Destination(page=Page.HELP))
    assert shell.page(Page.HELP) is not None


@pytest.mark.parametrize(
    ("key", "modifier", "page"),
    [(Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, Page.HELP), (Qt.Key.Key_D, ALT, Page.DUE)],
)
def test_letters_with_alt_go_to_pages(shell, key, modifier, page):
    QTest.keyClick(shell, key, modifier)
    assert shell.model.session.here.page is page
    assert shell.rail.buttons[page].isChecked()


def test_escape_closes_the_panel_then_goes_to_the_board(shell):
    shell.model.workplace.go(Destination(page=Page.HELP))
    QTest.keyClick(shell, Qt.Key.Key_Y, CONTROL)
    assert len(shell.findChildren(SyncPanel)) == 1
    QTest.keyClick(shell, Qt.Key.Key_Escape)
    assert all(panel.isHidden() for panel in shell.findChildren(SyncPanel))
    assert shell.model.session.here.page is Page.HELP
    QTest.keyClick(shell, Qt.Key.Key_Escape)
    assert shell.model.session.here.page is Page.BOARD


def test_one_panel_at_a_time(shell):
    shell.toggle_sync()
    shell.toggle_person()
    shown = [one for one in shell.findChildren(QWidget) if isinstance(one, SyncPanel | PersonPanel)]
    assert [type(one) for one in shown if not one.isHidden()] == [PersonPanel]


def test_f6_goes_round_the_areas_and_back(shell):
    shell.rail.buttons[Page.BOARD].setFocus()
    areas = []
    for _ in range(3):
        QTest.keyClick(shell, Qt.Key.Key_F6)
        focused = QApplication.focusWidget()
        areas.append(
            next(
                name
                for name, area in (("rail", shell.rail), ("top", shell.top), ("page", shell.stack))
                if area.isAncestorOf(focused)
            )
        )
    assert areas == ["top", "page", "rail"]
    QTest.keyClick(shell, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert shell.stack.isAncestorOf(QApplication.focusWidget())


def test_find_opens_the_chosen_person(qtbot, shell, hand_clock):
    seed = Seed(desk=shell.model.workplace.desk, clock=hand_clock)
    seed.admit("M2", "BEGUM", "Farhana")
    barrow = seed.admit("M4", "BARROW", "Connor")
    qtbot.waitUntil(lambda: len(shell.model.session.alarms.rows) == 2)
    QTest.keyClick(shell, Qt.Key.Key_K, CONTROL)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "ba")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert shell.model.session.here == Destination(page=Page.RECORD, episode=barrow.episode)
    assert field.text() == ""


def test_find_says_that_nobody_fits_and_where_it_looked(qtbot, shell):
    QTest.keyClick(shell, Qt.Key.Key_K, CONTROL)
    field = shell.top.find_field
    QTest.keyClicks(field, "zz")
    qtbot.waitUntil(lambda: field.list.rows.count() == 1)
    assert field.list.rows.item(0).text() == (
        "No one here matches “zz”. Aliases and released people were searched too."
    )
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.list.isHidden()


def test_the_strip_says_that_this_pc_works_alone(qtbot, shell, hand_clock):
    assert shell.outage.isHidden()
    tell(
        qtbot,
        shell.model.session,
        SyncState.OFFLINE,
        waiting=14,
        offline_since_ms=hand_clock.now_ms() - 192 * 60_000,
    )
    assert shell.outage.isVisible()
    assert shell.outage.accessibleName() == (
        "Working offline for 3hr 12min. 14 changes are saved on this PC and waiting to send. "
        "Alarms and checks keep running."
    )
    assert shell.top.pill.text() == "Offline · 14 waiting"


def test_badges_count_what_needs_a_person(qtbot, shell):
    tell(qtbot, shell.model.session, SyncState.UP_TO_DATE, held=1)
    assert shell.rail.buttons[Page.SYNC].accessibleName() == "Sync, 1 held back"


def test_try_now_exchanges(shell, front_desk):
    woken = front_desk.exchange.woken
    shell.toggle_sync()
    assert QApplication.focusWidget() is shell.findChild(SyncPanel).try_now
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert front_desk.exchange.woken == woken + 1


def test_the_pin_panel_asks_inside_the_page_and_escape_leaves_it_unsigned(qtbot, shell, hand_clock):
    hand_clock.let_pass(minutes=5)
    signed = []
    shell.model.workplace.signing.confirm(lambda: signed.append("signed"))
    panel = shell.sign_panel
    assert panel.isVisible()
    assert QApplication.focusWidget() is panel.entry.dots
    QTest.keyClick(panel.entry.dots, Qt.Key.Key_Escape)
    assert (panel.isHidden(), signed) == (True, [])
    shell.model.workplace.signing.confirm(lambda: signed.append("signed"))
    QTest.keyClicks(QApplication.focusWidget(), "284915")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: signed == ["signed"])
    assert panel.isHidden()


def test_sign_out_is_in_the_person_s_panel_and_says_what_stays(qtbot, shell, front_desk):
    tell(qtbot, shell.model.session, SyncState.OFFLINE, waiting=2)
    shell.toggle_person()
    panel = shell.findChild(PersonPanel)
    assert panel.unsent.accessibleName() == (
        "2 changes are not sent yet. They stay encrypted on this PC and are sent when anyone "
        "signs in here."
    )
    QTest.keyClick(panel.sign_out, Qt.Key.Key_Space)
    assert len(front_desk.handed_over) == 1


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1024, 700), (800, 540)])
def test_nothing_in_the_top_bar_is_squeezed(qtbot, shell, size):
    shell.resize(*size)
    QApplication.processEvents()
    for part in (shell.top.pill, shell.top.lock, shell.top.person):
        assert part.width() >= part.sizeHint().width()
    shown = [
        one
        for one in shell.top.findChildren(
            QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
        )
        if one.isVisible()
    ]
    for first in shown:
        for second in shown:
            if first is not second:
                assert not first.geometry().intersects(second.geometry())


def test_everything_that_takes_the_keyboard_has_a_name(shell):
    shell.toggle_sync()
    nameless = [
        type(one).__name__
        for area in (shell.rail, shell.top, shell.outage, *shell.findChildren(SyncPanel))
        for one in area.findChildren(QWidget)
        if one.focusPolicy() != Qt.FocusPolicy.NoFocus and one.isVisibleTo(shell) and not _name(one)
    ]
    assert nameless == []


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (text() if callable(text) else "")


def test_the_session_s_warning_is_a_line_and_no_dialog(shell):
    shell.model.session.warned.emit(15)
    assert shell.toast.text() == "Locks in 15 s unless you use it"
    shell.model.session.warned.emit(0)
    assert shell.toast.isHidden()
    assert shell.model.session.stage is Stage.WORKING


def test_a_page_that_opens_a_form_on_arrival_keeps_the_keyboard_in_it(shell):
    shell.model.workplace.go(Destination(page=Page.REFERRALS, focus="new"))
    form = shell.page(Page.REFERRALS).form
    assert form.isAncestorOf(QApplication.focusWidget())


def test_a_record_stands_under_the_board_in_the_rail(shell):
    shell.model.workplace.go(Destination(page=Page.HELP))
    shell.model.workplace.go(Destination(page=Page.RECORD))
    assert shell.rail.buttons[Page.BOARD].isChecked()


def test_a_nurse_has_no_page_of_emergency_access_and_its_key_does_nothing(shell):
    assert Page.EMERGENCIES not in shell.rail.buttons
    here = shell.stack.currentWidget()
    QTest.keyClick(shell, Qt.Key.Key_E, ALT)
    assert shell.page(Page.EMERGENCIES) is None
    assert shell.stack.currentWidget() is here


def test_a_duty_manager_has_it_at_one_key(qtbot, light, enrolled):
    place = enrolled.workplace
    actor = msgspec.structs.replace(place.desk.actor, role="manager")
    enrolled.workplace = replace(place, desk=replace(place.desk, actor=actor))
    model = ShellModel(enrolled, SyncModel(enrolled), enrolled.workplace)
    made = Shell(model, enrolled.signing)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    QTest.keyClick(made, Qt.Key.Key_E, ALT)
    assert made.page(Page.EMERGENCIES) is not None
    assert made.rail.buttons[Page.EMERGENCIES].isChecked()
    made.let_go()
