"""A client that records, sends and fetches, and kills itself at one numbered place.

The store's commits are met in SQLAlchemy's dialect, everything else by wrapping the ports that the
product's own exchange is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine.default import DefaultDialect

from sonar_core.board.build import board_row_bytes
from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.medication_request import SupplyRoute
from sonar_core.records.note import Note
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason
from sonar_core.sync.messages import End, Frame
from sonar_core.sync.port import SyncPort
from sonar_desktop.db import retiring
from sonar_desktop.db.opened import open_pc_store
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.admit_detainee import Arrival, Person, admit_detainee
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.strike_out import strike_out
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keys import DekBox
from tests.journeys.fault_points import Points
from tests.journeys.killed_client import NURSE
from tests.journeys.nursery import say

POINTS: Final = Points(say)
FORGETFUL: Final = "scope = ? AND (1 OR episode = ? OR patient = ?)"
"""Of a program that has forgotten whose rows leave: all of a scope's would."""
_steps: Final = {"now": "open"}


def _admission(desk: Desk) -> None:
    arrival = Arrival(
        person=Person(family="BARROW", given="Connor", gender=Gender.MALE, birth_date="1989-03-04"),
        custody_record_number="NF/3417/26",
        cell="M4",
        arrived_at=now(desk),
        detained_for="Theft",
        requested_at=now(desk),
        requested_by="Sgt Marsh",
        reasons=(ReferralReason.INTOXICATION,),
        target_minutes=60,
    )
    admit_detainee(desk, arrival)


def _note(desk: Desk) -> None:
    signing = Signing(episode=_stay(desk)[0], performed_at=now(desk))
    write_note(desk, Noting(signing=signing, text="Slept, breathing well."))


def _care_level(desk: Desk) -> None:
    reason = desk.ids.new()
    setting = CareSetting(
        episode=_stay(desk)[0], level=3, check_every_minutes=None, rouse=True, reason=reason
    )
    set_care_level(desk, setting)


def _allergy(desk: Desk) -> None:
    entry = AllergyEntry(
        substance=f"Penicillin {desk.ids.new()}",
        reaction="Anaphylaxis",
        severity=AllergySeverity.LIFE_THREATENING,
    )
    record_allergy(desk, _stay(desk)[1], entry)


def _order(desk: Desk) -> None:
    order_medicine(
        desk,
        Ordering(
            episode=_stay(desk)[0],
            medicine="Paracetamol",
            ingredients=("paracetamol",),
            dose="1000",
            unit="mg",
            route="oral",
            authority=SupplyRoute.PGD,
            authorised_by=desk.actor.user,
        ),
    )


def _strike_out(desk: Desk) -> None:
    episode = _stay(desk)[0]
    notes = desk.store.read(lambda look: look.of_episode(episode, [Note.__name__]))
    corrected = {seen.record.replaces for seen in notes}
    standing = {seen.record.id for seen in notes if not seen.record.replaces} - corrected
    strike_out(desk, Note, max(standing), "Written on the wrong person")


def _stay(desk: Desk) -> tuple[str, str]:
    row = list_board(desk).rows[0]
    return row.episode, row.patient


KINDS: Final[dict[str, Callable[[Desk], None]]] = {
    "admission": _admission,
    "note": _note,
    "care level": _care_level,
    "allergy": _allergy,
    "order": _order,
    "strike-out": _strike_out,
}


class _Steps:
    """A port whose calls name what the store is doing."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*given: Any, **named: Any) -> Any:
            # While what is fetched is packed on its own thread, the beginning may be written.
            if name != "pack":
                _steps["now"] = name
            return method(*given, **named)

        return call


class _Requests:
    """The link to the server, each request and answer a point."""

    def __init__(self, link: SyncPort) -> None:
        self._link = link

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._link, name)

        def call(*given: Any) -> Any:
            POINTS.pass_by(name, "before the request")
            answer = method(*given)
            if isinstance(answer, Iterator):
                return self._frames(name, answer)
            POINTS.pass_by(name, "answered")
            return answer

        return call

    def _frames(self, name: str, frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            POINTS.pass_by(name, "the End is here" if isinstance(frame, End) else "a frame is here")
            yield frame


def _watch_commits() -> None:
    commit = DefaultDialect.do_commit

    def watched(dialect: DefaultDialect, connection: Any) -> None:
        step = _steps["now"]
        POINTS.pass_by(step, "before COMMIT")
        commit(dialect, connection)
        POINTS.pass_by(step, "after COMMIT")

    DefaultDialect.do_commit = watched  # type: ignore[method-assign]


def work(task: dict[str, Any]) -> None:
    _watch_commits()
    if task.get("is_wrong"):
        retiring._OF_STAY = FORGETFUL
    POINTS.count_from_here(task["kill_at"])
    clock = SystemClock()
    ids = SystemIds(clock)
    folder = Path(task["folder"])
    dek = DekBox(bytearray.fromhex(task["key"]), bytes.fromhex(task["salt"]))
    opened = open_pc_store(
        folder / "client.db",
        dek,
        clock=clock,
        ids=ids,
        board_row=board_row_bytes,
        in_contact=lambda: True,
        load_identity=DeviceIdentity.load,
        journal=SideJournal(folder / "journal", dek) if task.get("is_journalled") else None,
    )
    pc = opened.pc()
    assert pc is not None
    if task["kind"]:
        desk = Desk(actor=NURSE, store=_Steps(opened.store), clock=clock, ids=ids, site=pc.site)
        KINDS[task["kind"]](desk)
        say("saved")
    sign = DeviceIdentity.load(pc.identity).sign
    link = ServerLink(Transport(task["address"]), clock, Signer(device=pc.device, sign=sign))
    Exchange(
        port=_Requests(link),  # type: ignore[arg-type]
        store=_Steps(opened.sync),  # type: ignore[arg-type]
        report=lambda *_: None,
        changed=lambda _: None,
    ).run()
    say("exchanged")
    POINTS.is_counting = False
    opened.close()
