"""`python -m bench.security`: how long people wait for their keys, and an entry for its journal.

A real server, the program's own premises and windows (offscreen), Argon2id at the cost that this
machine's enrolment finds. Each figure has its limit of the machine beside it: one derivation at the
same cost; one fsync of as many bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bench.centre import PASSWORD, USERNAME, Centre, postgres
from bench.pc import spread, timed
from bench.screen_jobs import Painted
from sonar_core.moments import moment_at
from sonar_core.records.note import Note, NoteCategory
from sonar_core.sync import clock
from sonar_core.sync.authoring import Authorship, DeviceChain, author, record_intent
from sonar_core.sync.operations import FIRST_PREV_HASH, SIGNING_DOMAIN, Operation
from sonar_desktop.bootstrap import Options, make_app, make_premises, make_window
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.platform.paths import Paths, find_paths, prepare
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel, Step
from sonar_desktop.ui.viewmodels.session import SessionModel, Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.usecases.come_in import by_key
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keyholder import Keyholder
from sonar_desktop.vault.keys import DekBox, KdfHeader, new_salt, stretched
from sonar_desktop.vault.policy import read_policy
from sonar_desktop.vault.secret_store import open_secret_store

_PIN: Final = "284915"
_EPISODES: Final = 300
_PATIENCE_S: Final = 60


class _Program:
    """The program on a folder, as a person starts it."""

    def __init__(self, app: QApplication, paths: Paths) -> None:
        self.app = app
        self.instance = SingleInstance(paths.instance_lock)
        self.instance.take()
        background = Background()
        self.session = SessionModel(make_premises(paths, background, self.instance), background)
        self.window = make_window(self.session, paths, app, Options())
        self.window.resize(1440, 900)
        self.window.show()
        self.window.activateWindow()

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            self.app.processEvents()
            if time.monotonic() > end:
                raise SystemExit(f"waited in vain at {self.session.stage}")

    def close(self) -> None:
        self.window.close()
        self.session.close()
        self.instance.release()


def _enrol(program: _Program, address: str, code: str) -> str:
    model = EnrolmentModel(program.session)
    model.ask(address, code, "BENCH")
    program.until(lambda: model.step is Step.COMPARE)
    model.agree()
    program.until(lambda: model.step is Step.SIGN_IN)
    model.sign_in(USERNAME, PASSWORD)
    program.until(lambda: program.session.stage is Stage.SET_PIN)
    program.session.pin_settled()
    program.until(lambda: program.session.stage is Stage.WORKING)
    return program.session.last_user


def _unlocks(premises: Premises, user: str, runs: int) -> list[float]:
    """From the password to a person let in, with the store opened for them each time."""
    spent = []
    for _ in range(runs):
        begun = time.perf_counter()
        came = by_key(premises, None, user, lambda: premises.keys.unlock(user, PASSWORD))
        spent.append(time.perf_counter() - begun)
        came.opened.opened.close()
        premises.keys.lock()
    return spent


def _switches(premises: Premises, user: str, runs: int) -> list[float]:
    """From the PIN to a person let in at a PC whose store is open."""
    opened = by_key(premises, None, user, lambda: premises.keys.unlock(user, PASSWORD)).opened
    premises.keys.set_pin(user, _PIN)
    spent = [
        timed(
            lambda: by_key(
                premises, opened, user, lambda: premises.keys.unlock_with_pin(user, _PIN)
            )
        )
        for _ in range(runs)
    ]
    opened.opened.close()
    premises.keys.lock()
    return spent


def _panics(program: _Program, runs: int) -> list[float]:
    """From Ctrl+L over the board to a painted lock page, with no page of a record left."""
    session = program.session
    model = SignInModel(session)
    model.enter_password(PASSWORD)
    program.until(lambda: session.stage in (Stage.SET_PIN, Stage.WORKING))
    session.pin_settled()
    spent = []
    for _ in range(runs):
        program.until(lambda: session.stage is Stage.WORKING and bool(session.alarms.rows))
        QTest.qWait(50)
        begun = time.perf_counter()
        QTest.keyClick(program.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        painted = Painted(program.window.faces.currentWidget() or program.window)
        program.until(painted.taken)
        spent.append(time.perf_counter() - begun)
        if session.stage is not Stage.LOCKED:
            raise SystemExit("Ctrl+L did not lock the screen")
        session.unlocked()
    return spent


def _journalled(folder: Path, runs: int) -> tuple[list[float], list[float]]:
    """Sign and journal one operation, and write and fsync as many bytes, in turns."""
    identity = DeviceIdentity.generate()
    journal = SideJournal(folder / "journal", DekBox(bytearray(os.urandom(32)), os.urandom(16)))
    public = DeviceIdentity.generate().public.receive
    operation = _written(identity)
    content = operation.header + operation.payload
    ours, limit = [], []
    raw = os.open(folder / "raw", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for _ in range(runs):

        def once() -> None:
            signature = identity.sign(SIGNING_DOMAIN + operation.header)
            signed = Operation(operation.header, operation.payload, signature)
            journal.append([signed], device="bench", sealed_to=public)

        ours.append(timed(once))
        limit.append(timed(lambda: _synced(raw, content)))
    os.close(raw)
    journal.close()
    return ours, limit


def _written(identity: DeviceIdentity) -> Operation:
    """Return a note of some hundred characters as the program writes it."""
    ids, at = SystemIds(SystemClock()), moment_at(1_795_000_000_000, "Europe/London")
    note = Note(
        id=ids.new(),
        patient=ids.new(),
        episode=ids.new(),
        recorded_by=ids.new(),
        performed_at=at,
        category=NoteCategory.CLINICAL,
        text="Settled, talking, ate half of the meal. Asked for a blanket and got one. " * 5,
    )
    chain = DeviceChain(
        device=ids.new(), incarnation=1, next_seq=1, prev_hash=FIRST_PREV_HASH, hlc=clock.ZERO
    )
    by = Authorship(
        user=note.recorded_by,
        lease_id=ids.new(),
        intent="write_note",
        recorded_at=at,
        monotonic_ms=1,
        offline=True,
    )
    made = author(
        chain,
        (record_intent(note, f"{ids.new()}/clinical"),),
        by,
        txn_id=ids.new(),
        op_ids=(ids.new(),),
        sign=identity.sign,
    )
    return made.operations[0]


def _synced(file: int, content: bytes) -> None:
    os.write(file, content)
    os.fsync(file)


def _figures(ours: Sequence[float], limit: Sequence[float] | None = None) -> dict[str, Any]:
    ordered = sorted(ours)
    found: dict[str, Any] = spread(ours)
    found["p95_ms"] = round(ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)] * 1000, 2)
    if limit is not None:
        found["limit"] = spread(limit)
        found["of_limit_p50"] = round(found["p50_ms"] / found["limit"]["p50_ms"], 2)
    return found


def main() -> None:
    """Print one JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.security", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--operations", type=int, default=3000)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = make_app(Options())
    with postgres() as server, tempfile.TemporaryDirectory(prefix="sonar-bench-") as name:
        folder = Path(name)
        centre = Centre(server, folder, "security")
        try:
            records = centre.seed(_EPISODES)
            print(json.dumps(_measured(app, centre, folder / "pc", asked) | {"records": records}))
        finally:
            centre.stop()


def _measured(
    app: QApplication, centre: Centre, folder: Path, asked: argparse.Namespace
) -> dict[str, Any]:
    folder.mkdir()
    (folder / "policy.toml").write_text('device_secret = "file"\n')
    paths = find_paths(folder)
    prepare(paths)
    program = _Program(app, paths)
    user = _enrol(program, centre.address, centre.code())
    program.close()
    background = Background()
    premises = make_premises(paths, background, program.instance)
    # Of the vault's own file: another calibration may come to another cost.
    cost = Keyholder(
        paths.data, open_secret_store(read_policy(paths.policy_files), paths.secrets), SystemClock()
    ).bag.cost
    kdf = KdfHeader(t=cost.t, m=cost.m, p=cost.p, salt=new_salt())
    derive = [timed(lambda: stretched(PASSWORD, kdf).wipe()) for _ in range(asked.runs)]
    unlocks = _unlocks(premises, user, asked.runs)
    switches = _switches(premises, user, asked.runs)
    background.close()
    program = _Program(app, paths)
    panics = _panics(program, asked.runs)
    program.close()
    journal, synced = _journalled(folder, asked.operations)
    return {
        "argon2id": {"t": cost.t, "m_kib": cost.m, "p": cost.p},
        "unlock": _figures(unlocks, derive),
        "pin": _figures(switches, derive),
        "panic": _figures(panics),
        "sign_and_journal": _figures(journal, synced),
    }


if __name__ == "__main__":
    main()
