"""A program in whose every form somebody types a name that exists nowhere else.

Run as `python -m tests.security.typing_everywhere FOLDER`; the folder holds `data`. It says `typed
FIELDS DRAFTS NOTES` once everything is on disk and the store has refused some of it, then waits for
the end of its standard input and closes as a person closes it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from sonar_core.records.note import Note
from sonar_core.records.patient import Patient
from sonar_desktop.db.writer import Priority
from sonar_desktop.platform.redacting_log import EventLog
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.session import SessionModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.journeys.locking_client import make_app, premises_of, wait_until, work_as_rhona
from tests.ui.conftest import Seed

CANARY = "Zyxquillenby"
OPENERS = ("Write", "Add", "New", "Record", "Change", "Set", "Order", "Decide", "Tell")
PLACES = [
    Destination(page=Page.REFERRALS),
    *(Destination(page=Page.RECORD, tab=tab) for tab in Tab),
]


def settle(session: SessionModel) -> None:
    """Wait until the store's threads have done what they were given."""
    answered: list[object] = []
    for _ in range(3):
        session.background.act(lambda: None, answered.append)
        session.background.look(lambda: None, answered.append)
        wanted = len(answered) + 2
        wait_until(lambda wanted=wanted: len(answered) >= wanted)


def shown(widget: QWidget, kinds: type | tuple[type, ...]) -> list:
    return [
        one
        for one in widget.findChildren(QWidget)
        if isinstance(one, kinds) and one.isVisible() and one.isEnabled()
    ]


def type_everywhere(session: SessionModel, window: MainWindow, seen: set[str]) -> int:
    """Open every form on the page and type into every field of it."""
    typed = 0
    for opener in shown(window.face, QAbstractButton):
        words = opener.accessibleName() or opener.text()
        if words in seen or not words.startswith(OPENERS) or not opener.isVisible():
            continue
        seen.add(words)
        opener.click()
        settle(session)
        typed += type_into_fields(window)
        settle(session)
    return typed + type_into_fields(window)


def type_into_fields(window: MainWindow) -> int:
    typed = 0
    for field in shown(window.face, (QLineEdit, QPlainTextEdit)):
        text = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
        if CANARY in text or field.isReadOnly():
            continue
        field.setFocus()
        QTest.keyClicks(field, CANARY)
        typed += 1
    return typed


def refuse_more(session: SessionModel, full: bool) -> None:
    """Let the store be as full as it is, or have room again."""

    def limit(connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages if full else 1_000_000}")

    session.open.opened._database.write(Priority.USER, limit)


def run_into_faults(session: SessionModel, episode: str) -> None:
    """Have the store refuse words: no room, a record that is there already, a bug of ours."""
    desk = session.workplace.desk
    when = Seed(desk=desk, clock=session.premises.clock).moment()
    failed: list[object] = []

    def act(work: Callable[[], object]) -> None:
        wanted = len(failed) + 1
        session.background.act(work, lambda _: failed.append("written"), failed.append)
        wait_until(lambda: len(failed) >= wanted)

    def write(text: str) -> None:
        signing = Signing(episode=episode, performed_at=when)
        act(lambda: write_note(desk, Noting(signing=signing, text=text)))

    refuse_more(session, full=True)
    write(CANARY * 4000)
    refuse_more(session, full=False)
    write(CANARY)
    notes = desk.store.read(lambda reading: reading.all_of(Note))
    act(lambda: desk.store.write(desk.actor, "write_note", lambda to: to.record(notes[0])))
    write(CANARY * 30_000)

    def fault() -> None:
        raise ValueError(f"{CANARY} is not a number")

    session.background.act(fault, failed.append, failed.append)
    wait_until(lambda: len(failed) >= 5)
    print("refused", *(type(one).__name__ for one in failed), flush=True)


def main() -> None:
    folder = Path(sys.argv[1])
    app = make_app()
    (folder / "data" / "log").mkdir(mode=0o700)
    EventLog(folder / "data" / "log" / "sonar.log")
    session = SessionModel(premises_of(folder), Background())
    work_as_rhona(session)
    desk = session.workplace.desk
    stay = Seed(desk=desk, clock=session.premises.clock).admit("M4", CANARY, CANARY)
    front = FrontModel(session, site_name="Northfield", pc_name="A", version="0", zone="UTC")
    window = MainWindow(session, front, app)
    window.resize(1440, 900)
    window.show()
    fields = 0
    seen: set[str] = set()
    for place in PLACES:
        record = place.page is Page.RECORD
        session.go(
            Destination(page=place.page, episode=stay.episode, tab=place.tab) if record else place
        )
        settle(session)
        fields += type_everywhere(session, window, seen)
        QTest.keyClick(window, Qt.Key.Key_Escape)
    session.dropping.emit()
    settle(session)
    run_into_faults(session, stay.episode)
    drafts = [one for one in my_drafts(desk) if CANARY.encode() in one.body]
    people = desk.store.read(lambda look: look.all_of(Patient))
    notes = desk.store.read(lambda look: look.all_of(Note))
    assert [one for one in people if CANARY in repr(one)]
    assert [one for one in notes if CANARY in one.text]
    print(
        "typed", fields, len(drafts), len(notes), *sorted({one.form for one in drafts}), flush=True
    )
    sys.stdin.read()
    window.close()
    session.close()


if __name__ == "__main__":
    main()
