"""A10: an error in the midst of anything, with a name in its text, leaves no word of it in the log.

Errors are raised in whichever function is called next, on the caller's thread and on the store's
own, while somebody who bears that name is booked in, written about, prescribed for.
"""

from __future__ import annotations

import itertools
import logging
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest
from sqlcipher3 import dbapi2

from sonar_core.board.build import board_row_bytes
from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.note import Note
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.platform.redacting_log import EventLog
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.admit_detainee import Arrival, Person, admit_detainee
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.db.clinic import NURSE, SITE
from tests.db.journalled import ORGANISATION, Pc
from tests.db.test_opened import RECORD, Keys
from tests.security.typing_everywhere import CANARY

ERRORS = 40
ERRORS_IN_SOAK = 2_000
SORTS: list[Callable[[], Exception]] = [
    lambda: ValueError(CANARY),
    lambda: KeyError(CANARY),
    lambda: MemoryError(CANARY),
    lambda: OSError(28, "No space left on device", CANARY),
    lambda: dbapi2.OperationalError(f"near {CANARY}: syntax error"),
    lambda: dbapi2.DatabaseError("database disk image is malformed"),
    lambda: UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
    lambda: msgspec.ValidationError(f"Invalid {CANARY}"),
]
OURS = ("sonar_core", "sonar_desktop")
# Hands work to the store's thread and its answer back: what is raised there is met nowhere.
HANDS_ON = ("writer.py", "redacting_log.py")


class Injector:
    """Raises an error in the nth function called while it is armed."""

    def __init__(self) -> None:
        self._left = 0
        self._error: Exception | None = None
        self.met = 0

    def arm(self, calls: int, error: Exception) -> None:
        self._left, self._error = calls, error

    def disarm(self) -> bool:
        """Return whether the error was raised."""
        was_raised, self._error = self._error is None, None
        return was_raised

    def trace(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or self._error is None:
            return
        path = Path(frame.f_code.co_filename)
        if not any(part in OURS for part in path.parts) or path.name in HANDS_ON:
            return
        self._left -= 1
        if self._left <= 0:
            error, self._error = self._error, None
            self.met += 1
            raise error


class BoardPc(Pc):
    """A PC with the product's own board, clock and ids."""

    def open(self) -> None:
        self.clock = SystemClock()
        self.ids = SystemIds(self.clock)
        self.board_row = board_row_bytes
        super().open()


@pytest.fixture
def log(tmp_path):
    level = logging.getLogger().level
    folder = tmp_path / "log"
    folder.mkdir()
    events = EventLog(folder / "sonar.log")
    yield folder
    events.stop()
    logging.getLogger().setLevel(level)


@pytest.fixture
def injector():
    made = Injector()
    before = threading.gettrace()
    threading.settrace(made.trace)
    yield made
    threading.settrace(before)


@pytest.fixture
def pc(tmp_path, injector, log):
    made = BoardPc(tmp_path / "client.db")
    public = bytes(ORGANISATION.public_key)
    made.opened.enrol(msgspec.structs.replace(RECORD, recovery_public=public), Keys(b"word"))
    yield made
    made.opened.close()


def admission(desk: Desk) -> None:
    person = Person(family=CANARY, given=CANARY, gender=Gender.MALE, birth_date="1989-03-04")
    admit_detainee(
        desk,
        Arrival(
            person=person,
            custody_record_number="NF/3417/26",
            cell="M4",
            arrived_at=now(desk),
            detained_for="Theft",
            requested_at=now(desk),
            requested_by=CANARY,
            reasons=(ReferralReason.INTOXICATION,),
            target_minutes=60,
        ),
    )


def a_note(desk: Desk) -> None:
    signing = Signing(episode=list_board(desk).rows[0].episode, performed_at=now(desk))
    write_note(desk, Noting(signing=signing, text=CANARY))


def an_allergy(desk: Desk) -> None:
    entry = AllergyEntry(
        substance=f"{CANARY} {desk.ids.new()}",
        reaction=CANARY,
        severity=AllergySeverity.LIFE_THREATENING,
    )
    record_allergy(desk, list_board(desk).rows[0].patient, entry)


def notes_in(pc: Pc, episode: str) -> int:
    return len(pc.store.read(lambda look: look.of_episode(episode, [Note.__name__])))


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param(ERRORS, id="forty"),
        pytest.param(ERRORS_IN_SOAK, id="two thousand", marks=pytest.mark.soak),
    ],
)
def test_a10_no_injected_error_writes_what_was_typed(pc, injector, log, errors, expect_log, capfd):
    expect_log("error.uncaught")
    desk = Desk(actor=NURSE, store=pc.store, clock=pc.clock, ids=pc.ids, site=SITE)
    admission(desk)
    episode = list_board(desk).rows[0].episode
    chance = random.Random(3)
    shown: list[str] = []
    saved = 0
    acts = itertools.cycle((a_note, an_allergy, a_note, admission))
    while injector.met < errors:
        act = next(acts)
        injector.arm(int(chance.expovariate(1 / 300)) + 1, chance.choice(SORTS)())
        sys.settrace(injector.trace)
        try:
            act(desk)
            saved += act is a_note
        except KnownError as refusal:
            shown.append(f"{refusal} {refusal!r}")
        except Exception:  # noqa: BLE001 as the program: whatever it is goes to the hook
            sys.excepthook(*sys.exc_info())
        finally:
            sys.settrace(None)
            injector.disarm()
    written = "".join(path.read_text() for path in log.iterdir())
    printed = "".join(capfd.readouterr())
    assert written.count("error.uncaught") > errors // 4
    assert [text for text in (written, printed, *shown) if CANARY in text] == []
    # Nothing is half there, and the store takes entries as before.
    assert notes_in(pc, episode) >= saved
    a_note(desk)
