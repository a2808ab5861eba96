"""What no key brings about: entries that break a rule, spoilt bytes, a person who was moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from PySide6.QtCore import Qt
from sqlalchemy import Connection

from sonar_core.ids import to_bytes
from sonar_core.moments import MINUTE_MS, moment_at
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.note import Note
from sonar_core.records.practitioner import Practitioner
from sonar_desktop.db.database import Database
from sonar_desktop.db.writer import Priority
from sonar_desktop.ui.viewmodels.workplace import Page, Tab
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.ports import Desk, Reading
from sonar_desktop.usecases.sync_ports import Waiting
from sonar_desktop.usecases.write_note import Noting, write_note
from tools.relay import order
from tools.tour.stops import CTRL, Tour

_NEWER: Final = "UPDATE record SET kind = 'Dictation' WHERE kind = 'Note' AND episode = ?"
_SPOIL: Final = (
    "UPDATE own_op SET payload = CAST(replace(CAST(payload AS TEXT), 'asleep', 'as1eep') AS BLOB) "
    "WHERE state = 'waiting' AND kind = 'Note'"
)


def mishaps(tour: Tour) -> None:
    """Take a broken rule, what is held back, its correction, an unknown kind and a move."""
    camera = tour.camera
    doses = _read(tour, lambda reading: reading.all_of(MedicationAdministration))
    given = max((one for one in doses if one.dose), key=lambda one: one.performed_at.utc_ms)
    _act(tour, lambda desk: _write_again(desk, given))
    camera.shoot("32-broken-rule", tour.at(Page.RECORD, given.episode))
    camera.shoot("33-broken-rule-chart", tour.at(Page.RECORD, given.episode, Tab.MEDICINES))
    notes = _read(tour, lambda reading: reading.all_of(Note))
    noted, moved = [stay for stay in _stays(notes) if stay != tour.worst()][:2]
    _hold_back(tour, noted)
    camera.shoot("34-held-back", tour.sync)
    camera.shoot("35-correct", lambda: _correct(tour))
    camera.keys("Held back. Two letters were wrong")
    camera.keys(Qt.Key.Key_Return, held=CTRL)
    _wait(tour, lambda waiting: not waiting.held_back)
    camera.shoot("36-corrected", tour.at(Page.RECORD, noted))
    camera.shoot("37-corrected-list", tour.sync)
    _behind_its_back(tour, _NEWER, moved)
    camera.shoot("38-newer-entry", tour.at(Page.RECORD, moved))
    _act(tour, lambda desk: move_suite(desk, moved, tour.way.site))
    _wait(tour, lambda waiting: not waiting.operations)
    camera.shoot("39-moved", tour.at(Page.RECORD, moved))


def _stays(notes: list[Note]) -> list[str]:
    return sorted({one.episode for one in notes if one.episode is not None})


def _write_again(desk: Desk, dose: MedicationAdministration) -> object:
    """Write a dose as another nurse's PC would that did not know of it, some minutes later."""
    others = desk.store.read(lambda reading: reading.all_of(Practitioner))
    other = next(one.id for one in others if one.id != dose.recorded_by)
    at = moment_at(dose.performed_at.utc_ms + 8 * MINUTE_MS, desk.clock.zone())
    again = msgspec.structs.replace(
        dose,
        id=desk.ids.new(),
        performed_at=at,
        recorded_at=at,
        recorded_by=other,
        performed_by=other,
    )
    return desk.store.write(desk.actor, "give_medicine", lambda writing: writing.record(again))


def _hold_back(tour: Tour, episode: str) -> None:
    """Write a note whose bytes are spoilt on the disk before the server has them."""
    order("cut", tour.way.orders)
    tour.session.try_now()
    tour.wait_in_contact(wanted=False)

    def write(desk: Desk) -> object:
        at = moment_at(desk.clock.now_ms(), desk.clock.zone())
        noting = Noting(signing=Signing(episode=episode, performed_at=at), text="Fell asleep.")
        return write_note(desk, noting)

    _act(tour, write)
    _behind_its_back(tour, _SPOIL)
    order("restore", tour.way.orders)
    tour.session.try_now()
    tour.wait_in_contact(wanted=True)
    _wait(tour, lambda waiting: waiting.held_back == 1)


def _correct(tour: Tour) -> None:
    """Press "Correct and send again" in the list; the form stands at its first field."""
    tour.sync()
    tour.camera.keys(Qt.Key.Key_Space)
    tour.camera.rest()


def _wait(tour: Tour, until: Callable[[Waiting], bool]) -> None:
    background = tour.session.background

    def is_so() -> bool:
        status = background.latest_status
        return status is not None and until(status.waiting)

    tour.session.try_now()
    tour.camera.wait(is_so)
    tour.camera.rest()


def _act(tour: Tour, work: Callable[[Desk], object]) -> None:
    done: list[object] = []
    desk = _desk(tour)
    tour.session.background.act(lambda: work(desk), done.append)
    tour.camera.wait(lambda: bool(done))
    tour.camera.rest()


def _read(tour: Tour, look: Callable[[Reading], Any]) -> Any:
    return _desk(tour).store.read(look)


def _desk(tour: Tour) -> Desk:
    if tour.session.workplace is None:
        raise SystemExit("nobody is signed in")
    return tour.session.workplace.desk


def _behind_its_back(tour: Tour, statement: str, *stays: str) -> None:
    """Change the store's file as a fault of the disk would; no trigger stands in the way."""

    def work(connection: Connection) -> None:
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(statement, tuple(map(to_bytes, stays)))
        for _, made_by in triggers:
            connection.exec_driver_sql(made_by)

    opened: Any = tour.session.open
    database: Database = opened.opened._database  # noqa: SLF001 as a fault would
    database.write(Priority.USER, work)
