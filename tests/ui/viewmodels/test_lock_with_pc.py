"""The screen locks with the operating system, and what was typed is written before it sleeps."""

from __future__ import annotations

import pytest

from sonar_desktop.bootstrap import watch_os
from sonar_desktop.ui.viewmodels.lock import LockModel
from sonar_desktop.ui.viewmodels.session import Stage
from tests.platform.buses import Logind, bus_of_its_own, connected


@pytest.fixture
def logind(enrolled, monkeypatch):
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    with bus_of_its_own() as address:
        made = Logind(address)
        with connected(address) as bus:
            made.watch = watch_os(enrolled, bus)
            made.hears("held")
            yield made
            made.watch.deleteLater()
        made.end()


def test_it_locks_with_the_pc_and_says_so(qtbot, enrolled, logind):
    logind.tell("LockedHint yes")
    qtbot.waitUntil(lambda: enrolled.stage is Stage.LOCKED)
    assert LockModel(enrolled).when == "Locked at 14:32 with the PC"
    assert enrolled.premises.keys.is_unlocked, "the exchange goes on"


def test_what_was_typed_is_written_before_the_pc_may_sleep(qtbot, enrolled, logind):
    order = []

    def write():
        order.append(("written", logind.watch.holds_sleep_back))

    def drop():
        order.append(("dropping", logind.watch.holds_sleep_back))
        enrolled.background.act(write, lambda _: None)

    enrolled.dropping.connect(drop)
    with qtbot.waitSignal(logind.watch.falls_asleep):
        logind.tell("sleep yes")
    assert order[:2] == [("dropping", True), ("written", True)]
    assert enrolled.stage is Stage.LOCKED
    logind.hears("let_go")


def test_at_the_sign_in_page_it_is_nothing(qtbot, enrolled, logind):
    enrolled.switch_person()
    with qtbot.waitSignal(logind.watch.locked):
        logind.tell("lock")
    assert enrolled.stage is Stage.SIGN_IN
