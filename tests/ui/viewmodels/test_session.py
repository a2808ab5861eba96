from __future__ import annotations

import pytest

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.ui.viewmodels.alarms import decode_alarms
from sonar_desktop.ui.viewmodels.lock import LockModel
from sonar_desktop.ui.viewmodels.session import LockReason, Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.ports import Changed
from tests.ui.conftest import LENA, RHONA, Seed
from tests.ui.front_desk import PASSWORDS


def test_after_two_minutes_unused_the_screen_locks_and_says_so_before(enrolled, hand_clock):
    warned = []
    enrolled.warned.connect(warned.append)
    hand_clock.let_pass(minutes=1, seconds=45)
    enrolled.tick()
    assert (enrolled.stage, warned) == (Stage.WORKING, [15])
    hand_clock.let_pass(seconds=15)
    enrolled.tick()
    assert (enrolled.stage, enrolled.lock_reason) == (Stage.LOCKED, LockReason.UNUSED)


def test_a_key_pressed_in_time_takes_the_warning_back(enrolled, hand_clock):
    warned = []
    enrolled.warned.connect(warned.append)
    hand_clock.let_pass(minutes=1, seconds=50)
    enrolled.tick()
    enrolled.touch()
    hand_clock.let_pass(minutes=1, seconds=30)
    enrolled.tick()
    assert (enrolled.stage, warned) == (Stage.WORKING, [10, 0])


def test_an_open_dose_panel_keeps_the_screen_for_five_minutes(enrolled, hand_clock):
    enrolled.keeps_awake = lambda: True
    for _ in range(4):
        hand_clock.let_pass(minutes=1)
        enrolled.tick()
    assert enrolled.stage is Stage.WORKING
    hand_clock.let_pass(minutes=1)
    enrolled.tick()
    assert enrolled.stage is Stage.LOCKED


def test_a_lock_drops_the_pages_and_keeps_store_and_place(enrolled, front_desk):
    dropped = []
    enrolled.dropping.connect(lambda: dropped.append(enrolled.stage))
    enrolled.go(Destination(page=Page.CONFLICTS))
    enrolled.lock()
    assert dropped == [Stage.WORKING]
    assert enrolled.open is not None
    assert not front_desk.exchange.left
    enrolled.unlocked()
    assert (enrolled.stage, enrolled.here.page) == (Stage.WORKING, Page.CONFLICTS)


def logged(session) -> list[AccessAction]:
    """What the access log says was done, in its order."""
    seen = session.open.opened.store.read(lambda reading: reading.all_of(AccessEvent))
    return [one.action for one in sorted(seen, key=lambda one: (one.recorded_at.utc_ms, one.id))]


def test_who_comes_locks_and_comes_back_is_in_the_access_log(qtbot, enrolled, hand_clock):
    done = [AccessAction.SIGNED_IN]
    steps = (
        (enrolled.lock, AccessAction.LOCKED),
        (enrolled.unlocked, AccessAction.UNLOCKED),
        (enrolled.switch_person, AccessAction.LOCKED),
    )
    for act, action in steps:
        qtbot.waitUntil(lambda: logged(enrolled) == done)
        hand_clock.let_pass(seconds=1)
        act()
        done.append(action)
    qtbot.waitUntil(lambda: logged(enrolled) == done)


def test_a_pin_refused_at_the_lock_is_in_the_access_log(qtbot, enrolled, hand_clock):
    enrolled.lock()
    qtbot.waitUntil(lambda: len(logged(enrolled)) == 2)
    hand_clock.let_pass(seconds=1)
    LockModel(enrolled).enter("846209")
    qtbot.waitUntil(lambda: logged(enrolled)[2:] == [AccessAction.SIGN_IN_REFUSED])


def refusals(session) -> list[tuple[str | None, str, int]]:
    """Whom the access log says to have been refused: person, name typed, when."""
    seen = session.open.opened.store.read(lambda reading: reading.all_of(AccessEvent))
    return sorted(
        (one.user, one.typed, one.recorded_at.utc_ms)
        for one in seen
        if one.action is AccessAction.SIGN_IN_REFUSED
    )


def test_somebody_of_whom_this_pc_keeps_no_lease_is_in_the_access_log_too(
    qtbot, enrolled, hand_clock
):
    enrolled.refused_here(LENA.user)
    qtbot.waitUntil(lambda: refusals(enrolled) == [(LENA.user, "", hand_clock.now_ms())])


def test_who_was_refused_while_the_store_was_closed_is_written_down_when_it_opens(
    qtbot, enrolled, sessions, hand_clock
):
    enrolled.close()
    session = sessions()
    refused_ms = hand_clock.now_ms()
    model = SignInModel(session)
    model.enter_password("not the one at all")
    qtbot.waitUntil(lambda: not model.is_busy)
    hand_clock.let_pass(minutes=1)
    model.enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: session.open is not None)
    qtbot.waitUntil(lambda: refusals(session) == [(RHONA.user, "", refused_ms)])


def test_a_name_that_the_server_refused_is_in_the_access_log_and_the_password_is_not(
    qtbot, enrolled, front_desk, hand_clock
):
    enrolled.switch_person()
    model = SignInModel(enrolled)
    model.choose_someone_else()
    model.enter_name(" l.marek " + "x" * 90, "velvet kayak thistles")
    qtbot.waitUntil(lambda: not model.is_busy)
    typed = ("l.marek " + "x" * 90)[:80]
    qtbot.waitUntil(lambda: refusals(enrolled) == [(None, typed, hand_clock.now_ms())])
    front_desk.server.is_cut = True
    model.enter_name("lmarek", PASSWORDS["lmarek"])
    qtbot.waitUntil(lambda: not model.is_busy)
    enrolled.background.settle()
    assert len(refusals(enrolled)) == 1, "a server that cannot be reached refused nobody"
    rows = enrolled.open.opened.outbox(50)
    assert "" in {row.author for row in rows if row.kind == "AccessEvent"}


def test_a_sign_out_is_written_down_before_the_key_goes(enrolled, front_desk):
    enrolled.sign_out()
    premises = front_desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    seen = premises.open_store().store.read(lambda reading: reading.all_of(AccessEvent))
    assert AccessAction.SIGNED_OUT in {one.action for one in seen}


def test_the_next_person_begins_at_the_board(enrolled):
    enrolled.go(Destination(page=Page.CONFLICTS))
    enrolled.switch_person()
    assert (enrolled.stage, enrolled.workplace) == (Stage.SIGN_IN, None)
    assert enrolled.here.page is Page.BOARD


def test_with_the_last_sign_out_the_key_goes_and_the_alarms_are_handed_over(
    qtbot, enrolled, front_desk, hand_clock
):
    seed = Seed(desk=enrolled.workplace.desk, clock=hand_clock)
    admitted = seed.admit("M4", "BARROW", "Connor")
    add_task(
        enrolled.workplace.desk,
        admitted.episode,
        NewTask(what="Repeat CIWA-Ar", due_at=seed.moment(-1)),
    )
    qtbot.waitUntil(lambda: len(enrolled.alarms.lines()) == 1)
    enrolled.sign_out()
    assert not enrolled.premises.keys.is_unlocked
    assert front_desk.exchange.left
    handed = front_desk.handed_over[0]
    assert b"BARROW" not in handed
    assert b"CIWA" not in handed
    [alarm] = decode_alarms(handed)
    assert (alarm.cell, alarm.due_ms) == ("M4", hand_clock.now_ms() + 60_000)


def test_the_successor_rings_without_a_key_and_asks_for_the_password(
    sessions, enrolled, front_desk, hand_clock, qtbot
):
    seed = Seed(desk=enrolled.workplace.desk, clock=hand_clock)
    admitted = seed.admit("M4")
    add_task(
        enrolled.workplace.desk,
        admitted.episode,
        NewTask(what="Repeat", due_at=seed.moment(-1)),
    )
    qtbot.waitUntil(lambda: len(enrolled.alarms.lines()) == 1)
    enrolled.lock_vault()
    successor = sessions(inherited=decode_alarms(front_desk.handed_over[0]))
    assert successor.stage is Stage.SIGN_IN
    assert [one.asks for one in successor.premises.keys.known()] == ["password"]
    hand_clock.let_pass(minutes=1)
    successor.alarms.tick()
    assert front_desk.bell.rung == 1
    assert [line.cell for line in successor.alarms.lines()] == ["M4"]


@pytest.mark.parametrize("leave", ["lock", "switch_person"])
def test_half_an_hour_unattended_ends_the_process(enrolled, front_desk, hand_clock, leave):
    getattr(enrolled, leave)()
    for _ in range(29):
        hand_clock.let_pass(minutes=1)
        enrolled.tick()
    assert front_desk.handed_over == []
    hand_clock.let_pass(minutes=1)
    enrolled.tick()
    assert len(front_desk.handed_over) == 1


def test_a_pc_that_slept_forgets_the_key_when_it_wakes(enrolled, front_desk, hand_clock):
    hand_clock.let_pass(minutes=6)
    enrolled.tick()
    assert len(front_desk.handed_over) == 1


def test_after_twelve_hours_of_use_the_key_goes(enrolled, front_desk, hand_clock):
    for _ in range(12 * 60):
        hand_clock.let_pass(minutes=1)
        enrolled.touch()
        enrolled.tick()
    assert len(front_desk.handed_over) == 1


def test_what_is_recorded_is_told_and_sent_at_once(qtbot, enrolled, front_desk, hand_clock):
    told = []
    enrolled.background.changed.connect(told.append)
    woken = front_desk.exchange.woken
    Seed(desk=enrolled.workplace.desk, clock=hand_clock).admit("M4")
    qtbot.waitUntil(lambda: bool(told))
    assert front_desk.exchange.woken == woken + 1
    assert told[0].outbox
    assert told[0] != Changed()


def test_a_person_who_wants_no_pin_is_not_asked_again_at_the_lock(qtbot, enrolled):
    enrolled.premises.keys.forget_pin(enrolled.last_user)
    enrolled.lock()
    enrolled.unlocked()
    assert enrolled.stage is Stage.WORKING
