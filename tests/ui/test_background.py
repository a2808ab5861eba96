from __future__ import annotations

import gc
import sys
import threading

import pytest
from PySide6.QtCore import QEventLoop

from sonar_desktop.ui.background import SWITCH_SECONDS, Background
from sonar_desktop.usecases.errors import FaultError, KnownError
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()


def test_work_runs_off_the_gui_thread_and_is_answered_on_it(background, qtbot):
    seen = []
    background.act(threading.get_ident, lambda worker: seen.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    worker, answered = seen[0]
    assert worker != threading.get_ident()
    assert answered == threading.get_ident()


@pytest.mark.parametrize("way", ["act", "look", "aside"])
@pytest.mark.parametrize("fails", [False, True], ids=["answered", "failed"])
def test_what_the_work_knows_of_ends_on_the_gui_thread(background, qtbot, way, fails):
    ended = []

    class Owner:
        def __del__(self) -> None:
            ended.append(threading.get_ident())

    def ask_and_wait() -> None:
        owner, waiting = Owner(), QEventLoop()

        def work() -> None:
            assert owner
            if fails:
                raise KnownError("The disk is full.")

        def told(_: object) -> None:
            assert owner
            waiting.quit()

        getattr(background, way)(work, told, told)
        # Not waitUntil(), which looks every ten milliseconds.
        waiting.exec()

    # The race that this forbids was lost about once in forty times.
    for _ in range(200):
        ask_and_wait()
    gc.collect()
    assert ended == [threading.get_ident()] * 200


def test_answers_come_in_the_order_the_work_was_given(background, qtbot):
    seen = []
    for number in range(50):
        background.act(lambda number=number: number, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == list(range(50))


def test_a_known_error_reaches_whoever_asked(background, qtbot):
    def fail() -> None:
        raise KnownError("The disk is full.")

    seen = []
    background.act(fail, seen.append, lambda error: seen.append(error.user_message))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["The disk is full."]


def test_a_known_error_nobody_asked_for_is_broadcast(background, qtbot):
    def fail() -> None:
        raise KnownError("The disk is full.")

    with qtbot.waitSignal(background.trouble) as caught:
        background.look(fail, lambda _: None)
    assert caught.args[0].user_message == "The disk is full."


def test_our_own_fault_is_not_swallowed(background, qtbot):
    def fail() -> None:
        raise ZeroDivisionError

    told = []
    with qtbot.captureExceptions() as caught:
        background.look(fail, lambda _: None, told.append)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError
    assert [type(error) for error in told] == [FaultError]
    assert "still here" in told[0].user_message


def test_news_from_another_thread_arrives_on_the_gui_thread(background, qtbot):
    seen = []
    background.changed.connect(lambda changed: seen.append((changed, threading.get_ident())))
    news = Changed(episodes=frozenset({"one"}))
    thread = threading.Thread(target=background.tell_changed, args=(news,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(news, threading.get_ident())]


def test_slow_work_beside_the_store_does_not_hold_up_an_entry(background, qtbot):
    gate = threading.Event()
    seen = []
    background.aside(gate.wait, lambda _: seen.append("password checked"))
    background.act(lambda: "written", seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["written"]
    gate.set()
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == ["written", "password checked"]


def test_a_wrong_password_beside_the_store_is_told_to_whoever_asked(background, qtbot):
    def fail() -> None:
        raise KnownError("Wrong password.")

    seen = []
    background.aside(fail, seen.append, lambda error: seen.append(error.user_message))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["Wrong password."]


def test_a_view_that_opens_later_learns_how_the_exchange_stands(background, qtbot):
    assert background.latest_status is None
    waiting = Waiting(operations=3, actions=2, held_back=0, oldest_ms=5)
    status = SyncStatus(state=SyncState.OFFLINE, waiting=waiting)
    background.tell_sync_status(status)
    qtbot.waitUntil(lambda: background.latest_status is not None)
    assert background.latest_status == status


def test_news_that_arrives_while_the_program_closes_is_not_looked_up(qtbot):
    closing = Background()
    looked = []
    closing.changed.connect(lambda _: closing.look(lambda: looked.append("rows"), looked.append))
    closing.close()
    closing.tell_changed(Changed(drafts=True))
    with pytest.raises(RuntimeError):
        closing.act(lambda: looked.append("an entry"), looked.append)
    assert looked == []


def test_a_key_waits_a_millisecond_at_most_for_a_thread_that_computes(background):
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)


def status_of(state):
    waits = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
    return SyncStatus(state=state, waiting=waits, last_contact_ms=None)


def test_what_a_first_sync_brings_is_told_together(background, qtbot):
    told = []
    background.changed.connect(told.append)
    background.tell_sync_status(status_of(SyncState.FIRST_SYNC))
    for patient in "abc":
        background.tell_changed(Changed(patients=frozenset(patient)))
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    assert told == [Changed(patients=frozenset("abc"))]
    background.tell_changed(Changed(patients=frozenset("d")))
    qtbot.waitUntil(lambda: len(told) == 2)


def test_an_entry_during_a_first_sync_and_its_end_are_told_at_once(background):
    told = []
    background.changed.connect(told.append)
    background.tell_sync_status(status_of(SyncState.FIRST_SYNC))
    background.tell_changed(Changed(patients=frozenset("a")))
    entry = Changed(episodes=frozenset("e"), outbox=True)
    background.tell_changed(entry)
    assert told == [entry]
    background.tell_sync_status(status_of(SyncState.UP_TO_DATE))
    assert told == [entry, Changed(patients=frozenset("a"))]
    background.tell_changed(Changed(patients=frozenset("b")))
    assert told[2:] == [Changed(patients=frozenset("b"))]
