"""Programs of four versions at one server, of each of the four: nothing is lost between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sonar_core import bodies
from sonar_core.ids import from_bytes
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.patient import Patient
from sonar_core.sync.versions import Terms, terms_with
from sonar_desktop.db.schema import OpState
from sonar_desktop.sync.errors import OldProtocolError, OldServerError
from sonar_desktop.usecases.acting import now
from sonar_desktop.usecases.ports import Actor, Writing
from sonar_server.central import wall_clock_ms
from tests.journeys import generations
from tests.journeys.conftest import Centre
from tests.journeys.generations import GENERATIONS, LEFT_BEHIND, acting_as, knows
from tests.journeys.rig import HandClock, Room, furnish

NURSE = Actor(
    user="0192d3a4-0000-7000-8000-00000000000a",
    name="Rhona Okafor",
    initials="RO",
    role="nurse",
    lease_id=None,
)


@dataclass
class Program:
    """A PC with a program of one version, and what was entered on it."""

    generation: str
    room: Room
    patients: dict[str, str] = field(default_factory=dict)

    def exchange(self) -> None:
        with acting_as(self.generation):
            self.room.exchange()

    def write(self, *records: Any) -> None:
        def put(writing: Writing) -> None:
            for record in records:
                writing.record(record)

        with acting_as(self.generation):
            self.room.desk.store.write(NURSE, "test", put)

    def edit(self, patient: str, **changes: Any) -> None:
        with acting_as(self.generation):
            self.room.desk.store.write(
                NURSE, "test", lambda writing: writing.edit(Patient, patient, changes)
            )

    def told(self) -> list[tuple[str, str, str, str, bytes]]:
        """(kind, state, verdict, reason, payload) of each operation, in the order written."""
        query = "SELECT kind, state, verdict, reason, payload FROM own_op ORDER BY op_seq"
        database = self.room.opened._database
        return [tuple(row) for row in database.read(lambda c: c.exec_driver_sql(query).all())]


def new_id(program: Program) -> str:
    return program.room.desk.ids.new()


def everything(program: Program) -> list[Any]:
    """One of each thing that this version of the program can write, and whom it is of."""
    desk, version = program.room.desk, program.generation
    known: dict[str, Any] = {"family": "TESTER", "given": version}
    type_: Any = Patient
    if knows(version, "N-1"):
        known["preferred_name"] = f"Pref {version}"
        type_ = generations.NamedPatient
    if knows(version, "N"):
        known["email"] = f"{version}@example.org"
        type_ = generations.IrisPatient
    patient = type_(id=new_id(program), **known)
    program.patients["plain"] = patient.id
    stay = CustodyEpisode(
        id=new_id(program),
        patient=patient.id,
        site=desk.site,
        custody_record_number="NF/1",
        arrived_at=now(desk),
    )
    fact: dict[str, Any] = {
        "patient": patient.id,
        "episode": stay.id,
        "performed_at": now(desk),
        "recorded_at": now(desk),
        "recorded_by": NURSE.user,
        "performed_by": NURSE.user,
    }
    made = [patient, stay]
    made.append(Note(id=new_id(program), category=NoteCategory.CLINICAL, text="Well", **fact))
    if knows(version, "N"):
        dictated = generations._Category["DICTATED"]
        made.append(
            generations.DictatedNote(id=new_id(program), category=dictated, text="Said", **fact)
        )
        made.append(generations.BodyMap(id=new_id(program), marks=("arm", "lip"), **fact))
        known["identity_confidence"] = generations._Confidence["IRIS"]
        seen = type_(id=new_id(program), **known)
        program.patients["iris"] = seen.id
        made.append(seen)
    if knows(version, "N+1"):
        made.append(
            generations.Belongings(id=new_id(program), patient=patient.id, bag="B 7", seal="0417")
        )
    return made


NEEDS = {"BodyMap": "N", "Belongings": "N+1"}
"""What a server must be to read a kind; for values see `can_read`."""


def can_read(server: str, kind: str, payload: bytes) -> bool:
    """Whether a server of that version can read an operation."""
    if kind in NEEDS:
        return knows(server, NEEDS[kind])
    is_new = b'"dictated"' in payload or b'"iris"' in payload
    return knows(server, "N") or not is_new


@pytest.fixture
def programs(centre: Centre, tmp_path: Path) -> Iterator[dict[str, Program]]:
    """One PC of each version, enrolled at a server as old as the oldest."""
    made = {}
    for generation in (*GENERATIONS, LEFT_BEHIND):
        clock = HandClock(wall_clock_ms())
        room = furnish(tmp_path / generation, centre.address, centre.code(), NURSE, clock)
        made[generation] = Program(generation, room)
    yield made
    for program in made.values():
        program.room.close()


def serve(centre: Centre, generation: str) -> None:
    centre.kill()
    centre.start("tests.journeys.generation_server", generation)


def terms_of(program: Program, centre: Centre) -> Terms:
    with acting_as(program.generation), program.room.exchanging(centre.address) as exchange:
        return terms_with(exchange.port.hello())


def both_speak(server: str, program: Program) -> int:
    """The newest protocol that both know: each version brought one more."""
    return min(GENERATIONS.index(server), GENERATIONS.index(program.generation)) + 1


def bodies_of(rows: dict[str, list[tuple[Any, ...]]]) -> dict[tuple[str, int], bytes]:
    """Every version of every record, by id and number."""
    return {
        (identifier if isinstance(identifier, str) else from_bytes(bytes(identifier)), version): (
            bytes(body)
        )
        for scope in rows.values()
        for _, _, identifier, version, body, _ in scope
    }


def clinical(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    return {scope: found for scope, found in rows.items() if scope.endswith("clinical")}


@pytest.mark.parametrize("server", GENERATIONS)
def test_what_a_newer_program_wrote_passes_through_older_ones_unchanged(centre, programs, server):
    serve(centre, server)
    four = [programs[generation] for generation in GENERATIONS]
    for program in four:
        assert terms_of(program, centre) == (both_speak(server, program), True, True, False)
        program.write(*everything(program))
        program.exchange()
    for program in four:
        program.exchange()
        for kind, state, verdict, reason, payload in program.told():
            if can_read(server, kind, payload):
                assert (state, verdict, reason) == (OpState.ACKED, "applied", ""), kind
            else:
                held = (OpState.HELD, "quarantined", "newer_schema")
                assert (state, verdict, reason) == held, kind

    central = bodies_of(clinical(centre.rows()))
    for program in four:
        assert bodies_of(clinical(program.room.rows())) == central
        for kind, _, _, _, payload in program.told():
            assert (payload in central.values()) == can_read(server, kind, payload)

    _edit_other_groups(centre, four, central)

    serve(centre, "N+1")
    for _ in range(2):
        for program in four:
            program.exchange()
    final = bodies_of(clinical(centre.rows()))
    assert central.items() <= final.items(), "nothing that stood was written anew"
    for program in four:
        assert bodies_of(clinical(program.room.rows())) == final
        for kind, state, verdict, _, payload in program.told():
            assert (state, verdict) in {(OpState.ACKED, "applied"), (OpState.ACKED, "merged")}
            assert payload in final.values() or kind == "Patient"


def _edit_other_groups(
    centre: Centre, four: list[Program], before: dict[tuple[str, int], bytes]
) -> None:
    """Everybody changes the telephone of everybody's patient; all other fields stay as they are."""
    held = {identifier for identifier, _ in before}
    for number, program in enumerate(four):
        for other in four:
            for patient in other.patients.values():
                if patient in held:
                    program.edit(patient, phone=f"0{number} of {other.generation}")
        program.exchange()
        for other in four:
            other.exchange()
    now_there = clinical(centre.rows())
    newest = {}
    for (identifier, _), body in sorted(bodies_of(now_there).items()):
        newest[identifier] = bodies.fields_of(body)
    for program in four:
        for patient in program.patients.values():
            if patient not in held:
                continue
            first = bodies.fields_of(before[patient, 1])
            assert newest[patient].pop("phone") == f"03 of {program.generation}"
            first.pop("phone")
            assert newest[patient] == first
        assert bodies_of(clinical(program.room.rows())) == bodies_of(now_there)


def test_a_program_that_is_left_behind_still_sends_and_says_who_must_be_updated(centre, programs):
    serve(centre, LEFT_BEHIND)
    old = programs["N-2"]
    old.write(*everything(old))
    with pytest.raises(OldProtocolError) as told:
        old.exchange()
    assert "your entries are sent to the server" in told.value.user_message
    assert {state for _, state, _, _, _ in old.told()} == {OpState.ACKED}
    sent = {payload for _, _, _, _, payload in old.told()}
    assert sent <= set(bodies_of(clinical(centre.rows())).values())
    programs["N-1"].exchange()


def test_a_program_too_new_for_the_server_keeps_its_entries_until_that_is_updated(centre, programs):
    new = programs[LEFT_BEHIND]
    new.write(*everything(new))
    with pytest.raises(OldServerError):
        new.exchange()
    assert {state for _, state, _, _, _ in new.told()} == {OpState.WAITING}
    serve(centre, "N+1")
    new.exchange()
    assert {verdict for _, _, verdict, _, _ in new.told()} == {"applied"}
