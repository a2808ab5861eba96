"""Somebody leaves, and somebody's password is changed, while they work: a real server and program.

The program is the real one with its window, vault, store and exchange; the operator's words are
those of `sonar-server`.
"""

from __future__ import annotations

import io
import sys

import pytest
from PySide6.QtCore import Qt

from sonar_core import bodies
from sonar_core.sync.lease import Lease
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.usecases.sign_in import kept_lease
from sonar_server import cli
from tests.journeys.room_with_a_window import CTRL, SHIFT, Nurse, start_program
from tests.journeys.test_by_keys import ENTER, PASSWORD, PIN, TAB, barrow, room_b, set_up
from tests.ui.conftest import light

__all__ = ["barrow", "light", "room_b"]

WORD = ["--by", "A. Reid", "--why", "left the service"]
ANOTHER = "saddle mirror quartz"


@pytest.fixture
def operate(centre, monkeypatch, capsys):
    """Returns a function: `sonar-server` on the running server's database."""

    def run(*arguments, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed + "\n"))
        place = ["--data", str(centre.data), "--database-url", centre.url]
        assert cli.main([*arguments, *place]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def room(light, centre, tmp_path, monkeypatch):
    made = start_program(tmp_path / "window", light, centre.address, monkeypatch)
    yield made
    made.close()


def a_minute_passes(room):
    room.clock.ahead_ms += 61_000
    room.session.try_now()


def test_a_changed_password_and_a_closed_account_end_a_sign_in_and_lose_no_word(
    qtbot, centre, room, barrow, operate
):
    nurse, session = Nurse(qtbot, room), room.session
    operate(
        *("user", "add", "sbright", "--name", "Sam Bright", "--initials", "SB", "--role", "nurse"),
        *("--site", "Northfield"),
        typed=PASSWORD,
    )
    set_up(nurse, room, centre.code())
    rhona = session.admitted.actor.user

    told = []
    session.trouble.connect(told.append)
    operate("user", "password", "rok", *WORD, typed=ANOTHER)
    a_minute_passes(room)
    nurse.wait(lambda: told != [])
    assert session.stage is Stage.WORKING
    nurse.press(Qt.Key.Key_L, held=CTRL)
    nurse.sees("Your password was changed")
    nurse.wait(lambda: session.stage is Stage.SIGN_IN)
    room.window.face.focus_first()
    nurse.write("rok")
    nurse.press(TAB)
    nurse.enter(ANOTHER)
    nurse.wait(lambda: session.stage is Stage.WORKING)
    kept = kept_lease(session.open.opened, session.admitted.actor.user)
    assert bodies.decode(kept.body, Lease).cred_gen == 2

    nurse.press(Qt.Key.Key_L, held=CTRL | SHIFT)
    nurse.wait(lambda: session.stage is Stage.SIGN_IN)
    room.window.face._someone_else()
    nurse.write("sbright")
    nurse.press(TAB)
    nurse.enter(PASSWORD)
    nurse.wait(lambda: session.stage is Stage.SET_PIN)
    nurse.write(PIN)
    nurse.enter(PIN)
    nurse.wait(lambda: session.stage is Stage.WORKING)
    assert len(session.premises.keys.known()) == 2
    sam, store = session.admitted.actor.user, session.open.opened.store
    nurse.settle()
    nurse.press(ENTER)
    nurse.sees("BARROW, Connor")
    nurse.settle()
    nurse.press(Qt.Key.Key_O)
    nurse.settle()
    nurse.enter("21", "94")
    operate("user", "close", "sbright", *WORD)
    a_minute_passes(room)
    nurse.sees("Your account was closed")
    nurse.wait(lambda: [one.member.user for one in session.premises.keys.known()] == [rhona])
    assert (session.stage, session.workplace) == (Stage.SIGN_IN, None)
    nurse.settle()
    [draft] = store.read(lambda reading: reading.drafts(sam))
    assert draft.episode == barrow.episode
    assert b"94" in draft.body
    nurse.wait(lambda: session.open.opened.sync.waiting().operations == 0)
