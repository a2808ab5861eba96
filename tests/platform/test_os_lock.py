"""The operating system's lock and sleep, over a real message bus."""

from __future__ import annotations

import pytest
from PySide6.QtDBus import QDBusConnection

from sonar_desktop.platform.os_lock import OsLock
from tests.platform.buses import Logind, bus_of_its_own, connected
from tests.platform.test_redacting_log import log

__all__ = ["log"]


@pytest.fixture
def address():
    with bus_of_its_own() as made:
        yield made


@pytest.fixture
def logind(address):
    made = Logind(address)
    yield made
    made.end()


@pytest.fixture
def watch(qapp, address, logind, monkeypatch):
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    with connected(address) as bus:
        made = OsLock(bus)
        logind.hears("held")
        yield made
        made.deleteLater()


@pytest.mark.parametrize("told", ["lock", "LockedHint yes", "Active no"])
def test_a_session_that_is_locked_or_gives_up_the_screen_is_told_of(qtbot, watch, logind, told):
    with qtbot.waitSignal(watch.locked):
        logind.tell(told)


def test_a_session_that_is_unlocked_or_comes_back_is_no_lock(qtbot, watch, logind):
    locked = []
    watch.locked.connect(lambda: locked.append("locked"))
    logind.tell("LockedHint no")
    logind.tell("Active yes")
    with qtbot.waitSignal(watch.locked):
        logind.tell("lock")
    assert locked == ["locked"]


def test_the_pc_sleeps_only_once_everybody_who_was_told_has_returned(qtbot, watch, logind):
    held = []
    watch.falls_asleep.connect(lambda: held.append(watch.holds_sleep_back))
    with qtbot.waitSignal(watch.falls_asleep):
        logind.tell("sleep yes")
    logind.hears("let_go")
    assert (held, watch.holds_sleep_back) == ([True], False)
    logind.tell("sleep no")
    qtbot.waitUntil(lambda: watch.holds_sleep_back)
    logind.hears("held")
    with qtbot.waitSignal(watch.falls_asleep):
        logind.tell("sleep yes")
    logind.hears("let_go")


def test_the_session_is_found_by_its_name_where_the_program_was_started_with_it(
    qtbot, address, logind, monkeypatch
):
    monkeypatch.setenv("XDG_SESSION_ID", "1")
    with connected(address) as bus:
        watch = OsLock(bus)
        assert (watch.watches_lock, watch.watches_sleep) == (True, True)
        with qtbot.waitSignal(watch.locked):
            logind.tell("lock")


def test_outside_of_any_session_its_sleep_is_watched_alone(qapp, address, logind, monkeypatch):
    monkeypatch.setenv("XDG_SESSION_ID", "another")
    with connected(address) as bus:
        watch = OsLock(bus)
        assert (watch.watches_lock, watch.watches_sleep) == (False, True)
        assert watch.holds_sleep_back


def test_without_logind_nobody_waits_for_it(qapp, address, monkeypatch):
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    with connected(address) as bus:
        watch = OsLock(bus)
        assert (watch.watches_lock, watch.holds_sleep_back) == (False, False)


def test_the_log_says_whether_lock_and_sleep_are_watched(qapp, log, address, logind, monkeypatch):
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    with connected(address) as bus:
        watch = OsLock(bus)
        assert watch.holds_sleep_back
    first, second = log.text().splitlines()[-2:]
    assert first.endswith("os_lock.watched state=True")
    assert second.endswith("os_lock.sleep_held_back state=True")


def test_without_a_bus_nothing_is_watched_and_nothing_fails(qapp):
    watch = OsLock(QDBusConnection("no such bus"))
    assert (watch.watches_lock, watch.watches_sleep) == (False, False)
    assert not watch.holds_sleep_back
