from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.location import Location
from sonar_core.records.note import Note
from sonar_core.records.patient import Patient
from sonar_core.records.practitioner import Practitioner, PractitionerRole
from sonar_core.records.site_move import SiteMove
from sonar_core.sync.messages import Cursor
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.errors import NewerRecordError
from sonar_desktop.db.reading import Look
from sonar_desktop.usecases.errors import NotHereError
from sonar_desktop.usecases.ports import Standing
from tests.db.centre import Centre, taken
from tests.db.clinic import CLINICAL, NURSE, START_MS, board_of


def texts(seen):
    return [one.record.text for one in seen]


def test_records_of_an_episode_come_newest_first_by_when_they_were_done(desk):
    patient, episode = desk.arrival()
    other_patient, other_episode = desk.arrival()
    desk.note(patient, episode, "second", START_MS + 20)
    desk.note(patient, episode, "first", START_MS + 10)
    desk.note(patient, episode, "third", START_MS + 30)
    desk.note(other_patient, other_episode, "another person's", START_MS + 15)

    look = desk.store.read
    assert texts(look(lambda r: r.of_episode(episode, ["Note"]))) == ["third", "second", "first"]
    assert texts(look(lambda r: r.of_patient(patient, ["Note"]))) == ["third", "second", "first"]
    kinds = {type(seen.record) for seen in look(lambda r: r.of_episode(episode))}
    assert kinds == {CustodyEpisode, Note}
    kinds = {type(seen.record) for seen in look(lambda r: r.of_patient(patient))}
    assert kinds == {Patient, CustodyEpisode, Note}
    assert look(lambda r: r.of_episode(patient)) == []


def test_of_two_done_at_the_same_time_the_later_written_comes_first(desk):
    patient, episode = desk.arrival()
    for number in range(4):
        desk.note(patient, episode, str(number))
    centre = Centre()
    centre.exchange(desk)
    for number in range(4, 6):
        desk.note(patient, episode, str(number))
    notes = desk.store.read(lambda look: look.of_episode(episode, ["Note"]))
    assert texts(notes) == ["5", "4", "3", "2", "1", "0"]
    assert [seen.standing for seen in notes[:3]] == [
        Standing.LOCAL,
        Standing.LOCAL,
        Standing.CENTRAL,
    ]


def test_the_history_goes_on_with_what_is_not_confirmed_yet(desk):
    _, episode = desk.arrival(cell="M1")
    Centre().exchange(desk)
    desk.move(episode, "M2")
    desk.move(episode, "M3")

    past = desk.store.read(lambda look: look.history("CustodyEpisode", episode))

    assert [(one.version, one.record.cell) for one in past] == [(1, "M1"), (0, "M2"), (0, "M3")]
    assert [one.groups for one in past] == [("custody", "cell"), ("cell",), ("cell",)]
    assert {one.author for one in past} == {NURSE.user}
    assert desk.store.read(lambda look: look.history("Note", episode)) == []


def test_a_new_record_has_a_history_of_one(desk):
    patient, _ = desk.arrival(family="Marsh")
    (only,) = desk.store.read(lambda look: look.history("Patient", patient))
    assert (only.version, only.record.family) == (0, "Marsh")
    assert "identity" in only.groups


def test_what_is_not_there_is_none(desk):
    patient, _ = desk.arrival()
    look = desk.store.read
    assert look(lambda r: r.get(Note, patient)) is None
    assert look(lambda r: r.get(Note, NURSE.user)) is None
    assert look(lambda r: r.seen("Note", patient)) is None
    assert look(lambda r: r.seen("Note", NURSE.user)) is None
    assert look(lambda r: r.setting("theme")) is None
    assert look(lambda r: r.all_of(Note)) == []


def from_a_newer_program(desk, **changed):
    """One detainee, and then a row at the centre that is changed as given."""
    centre = Centre()
    patient, episode = desk.arrival()
    note = desk.note(patient, episode, "settled")
    centre.push(desk)
    rows = [*centre.rows[:2], msgspec.structs.replace(centre.rows[2], **changed)]
    other = type(desk)(desk.path.parent / "other.db")
    other.enrol()
    (before,) = other.sync.cursors()
    after = Cursor(scope=CLINICAL, epoch=0, seq=3, commit_no=2, chain=before.chain)
    other.sync.take_tail(taken(rows), before, after)
    return other, episode, note


def test_a_record_that_only_a_newer_program_can_read_is_kept_and_said_to_be_so(desk):
    body = bodies.encode({"id": "x", "category": "a category to come"})
    other, episode, note = from_a_newer_program(desk, body=body)
    try:
        with pytest.raises(NewerRecordError):
            other.store.read(lambda look: look.of_episode(episode, ["Note"]))
        with pytest.raises(NewerRecordError):
            other.store.read(lambda look: look.get(Note, note))
        (stay,) = other.store.read(lambda look: look.of_episode(episode))
        assert isinstance(stay.record, CustodyEpisode), "a note hides nothing else"
        assert other.sync.digest(CLINICAL) == other.sync.recomputed_digest(CLINICAL)
    finally:
        other.database.close()


def test_a_board_row_with_a_record_that_cannot_be_read_is_marked_incomplete(desk):
    body = bodies.encode({"id": "x", "status": "a status to come"})
    other, _, _ = from_a_newer_program(desk, kind="CareLevel", body=body)
    try:
        assert [row["is_complete"] for row in board_of(other.store)] == [False]
    finally:
        other.database.close()


def test_a_kind_that_only_a_newer_program_knows_is_kept_and_not_shown(desk):
    other, episode, _ = from_a_newer_program(desk, kind="BodyMap")
    try:
        seen = other.store.read(lambda look: look.of_episode(episode))
        assert [type(one.record) for one in seen] == [CustodyEpisode]
        assert other.sync.digest(CLINICAL) == other.sync.recomputed_digest(CLINICAL)
    finally:
        other.database.close()


def test_no_look_at_one_person_reads_through_all_records(desk):
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")
    Centre().exchange(desk)
    desk.note(patient, episode, "waiting")
    statements = []

    def look(connection):
        reading = Look(connection, ())
        raw = driver_connection(connection)
        raw.set_trace_callback(statements.append)
        try:
            reading.get(Patient, patient)
            reading.seen("Note", episode)
            reading.of_episode(episode, ["Note"])
            reading.of_patient(patient)
            reading.history("CustodyEpisode", episode)
            for kind in (
                CustodyEpisode,
                Location,
                Patient,
                Practitioner,
                PractitionerRole,
                SiteMove,
            ):
                reading.all_of(kind)
            reading.conflicts()
            reading.drafts(NURSE.user)
        finally:
            raw.set_trace_callback(None)
        return [
            step[3]
            for statement in statements
            for step in raw.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]

    steps = desk.database.read(look)
    assert len(statements) > 8
    assert [step for step in steps if step.startswith("SEARCH record")]
    through = [step for step in steps if step.startswith("SCAN")]
    assert not [step for step in through if step.split()[1] in {"record", "version", "own_op"}]


@pytest.mark.parametrize("whose", ["", "no id at all", "0192d3a4-0000-7000-8000-00000000000"])
def test_what_a_spoilt_row_names_is_said_not_to_be_here(desk, whose):
    desk.arrival()
    for look in (
        lambda reading: reading.of_patient(whose),
        lambda reading: reading.of_episode(whose),
        lambda reading: reading.readable_of_patient(whose),
    ):
        with pytest.raises(NotHereError) as said:
            desk.store.read(look)
        assert "Nothing was saved" in said.value.user_message
