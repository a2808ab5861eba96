"""A program that records a task and locks its vault: it becomes the real program, without a key.

Run as `python -m tests.journeys.locking_client FOLDER SECONDS`; says `due MS KEY`, with the store
key in hexadecimal, and locks once it is told a line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from sonar_core.moments import moment_at
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.successor import restart
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.theme import ThemeName, apply_theme
from sonar_desktop.ui.viewmodels.collecting import CollectHere
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel
from sonar_desktop.ui.viewmodels.session import SessionModel, Stage
from sonar_desktop.usecases.add_task import NewTask, add_task
from tests.ui.conftest import ZONE, Seed
from tests.ui.front_desk import CODE, PASSWORDS, SERVER, FrontDesk
from tests.ui.front_desk import Server as SuiteServer


def wait_until(holds: Callable[[], bool]) -> None:
    """Let the program run until something holds."""
    while not holds():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def make_app() -> QApplication:
    app = QApplication([])
    apply_theme(app, ThemeName.LIGHT, 100)
    CollectHere(app)
    return app


def work_as_rhona(session: SessionModel) -> None:
    """Enrol the PC, sign Rhona in and show her the board."""
    model = EnrolmentModel(session)
    model.ask(SERVER, CODE, "NF-MED-01")
    wait_until(lambda: model.step == "compare")
    model.agree()
    wait_until(lambda: model.step == "sign_in")
    model.sign_in("rokafor", PASSWORDS["rokafor"])
    wait_until(lambda: session.stage is Stage.SET_PIN)
    session.first_sync_usable()
    session.pin_settled()


def premises_of(folder: Path):
    clock = SystemClock()
    return FrontDesk(folder=folder, clock=clock, server=SuiteServer(clock=clock)).premises()


def main() -> None:
    folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
    make_app()
    program = [sys.executable, "-m", "sonar_desktop", "--data-dir", str(folder / "data")]
    premises = replace(premises_of(folder), restart=lambda told: restart(told, program))
    session = SessionModel(premises, Background())
    work_as_rhona(session)
    desk = session.workplace.desk
    admitted = Seed(desk=desk, clock=premises.clock).admit("M4", "QUILLHAVEN", "Oswyth")
    due_ms = premises.clock.now_ms() + seconds * 1000
    add_task(desk, admitted.episode, NewTask(what="Repeat CIWA-Ar", due_at=moment_at(due_ms, ZONE)))
    session.alarms.look()
    wait_until(lambda: bool(session.alarms.lines()))
    print(f"due {due_ms} {premises.keys._vault.dek.exposed().hex()}", flush=True)
    sys.stdin.readline()
    session.lock_vault()


if __name__ == "__main__":
    main()
