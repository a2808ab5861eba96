from __future__ import annotations

import pytest

from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.note import Note
from sonar_core.records.patient import Patient
from sonar_core.records.registry import allergy_status_id
from sonar_core.sync.operations import (
    FIRST_PREV_HASH,
    SIGNING_DOMAIN,
    check,
    edit_of,
    header_hash,
    header_of,
)
from sonar_desktop.db.errors import UnwritableError
from sonar_desktop.usecases.errors import BugError, NotHereError
from sonar_desktop.usecases.ports import Standing
from tests.db.clinic import CLINICAL, DEVICE, NURSE, ORGANISATION, SITE, START_MS, Desk, sign


def operations(desk):
    return desk.sync.outgoing(500, 1 << 20).operations


def verify(message, signature):
    assert message.startswith(SIGNING_DOMAIN)
    return sign(message) == signature


def test_the_operations_of_a_pc_form_one_signed_chain_over_restarts(desk):
    patient, episode = desk.arrival()
    desk.reopen()
    desk.is_in_contact = True
    desk.note(patient, episode, "settled")

    previous = FIRST_PREV_HASH
    headers = []
    for operation in operations(desk):
        header = header_of(operation)
        check(operation, header, verify)
        assert header.prev_hash == previous
        previous = header_hash(operation.header)
        headers.append(header)
    assert [header.op_seq for header in headers] == [1, 2, 3]
    assert [header.kind for header in headers] == ["Patient", "CustodyEpisode", "Note"]
    assert [header.intent for header in headers] == ["book_in", "book_in", "write_note"]
    assert {header.scope for header in headers} == {CLINICAL}
    assert {header.device for header in headers} == {DEVICE}
    assert {header.user for header in headers} == {NURSE.user}
    assert [header.offline for header in headers] == [True, True, False]
    assert headers[0].hlc < headers[1].hlc < headers[2].hlc


def test_the_signed_bytes_are_those_that_are_shown(desk):
    patient, _ = desk.arrival(family="Marsh")
    first = operations(desk)[0]
    shown = desk.database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT body FROM pending WHERE kind = 'Patient'"
        ).scalar()
    )
    assert shown == first.payload
    assert header_of(first).entity == patient


def test_an_action_sees_what_it_has_just_written(desk):
    patient, episode = desk.arrival(cell="M1")

    def act(write):
        write.edit(CustodyEpisode, episode, {"cell": "M2"})
        first = write.get(CustodyEpisode, episode).cell
        write.edit(CustodyEpisode, episode, {"cell": "M3"})
        note = desk.a_note(patient, episode, "moved twice")
        write.record(note)
        return first, write.get(CustodyEpisode, episode).cell, write.seen("Note", note.id)

    (first, second, note), changed = desk.store.write(NURSE, "move", act)

    assert (first, second) == ("M2", "M3")
    assert note.standing is Standing.LOCAL
    assert changed.episodes == {episode}
    assert changed.patients == {patient}
    assert {kind for kind, _ in changed.records} == {"CustodyEpisode", "Note"}
    assert (changed.outbox, changed.drafts) == (True, False)


def test_an_edit_carries_what_its_author_saw(desk):
    _, episode = desk.arrival(cell="M1")
    desk.move(episode, "M2")
    desk.move(episode, "M3")
    edits = [edit_of(operation) for operation in operations(desk)[2:]]
    assert [edit.base for edit in edits] == [0, 0]
    assert [edit.groups for edit in edits] == [
        {"cell": {"cell": ("M1", "M2")}},
        {"cell": {"cell": ("M2", "M3")}},
    ]


def test_an_edit_that_changes_nothing_writes_nothing(desk):
    _, episode = desk.arrival(cell="M1")
    answer, changed = desk.store.write(
        NURSE, "move", lambda write: write.edit(CustodyEpisode, episode, {"cell": "M1"})
    )
    assert answer is None
    assert (changed.records, changed.outbox) == (frozenset(), False)
    assert len(operations(desk)) == 2


def test_an_action_that_fails_leaves_nothing_behind(desk):
    patient, episode = desk.arrival(cell="M1")

    def act(write):
        write.record(desk.a_note(patient, episode, "half"))
        write.edit(CustodyEpisode, episode, {"cell": "M9"})
        write.put_setting("theme", "dark")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.store.write(NURSE, "act", act)

    assert len(operations(desk)) == 2
    assert desk.store.read(lambda look: look.get(CustodyEpisode, episode)).cell == "M1"
    assert desk.store.read(lambda look: look.all_of(Note)) == []
    assert desk.store.read(lambda look: look.setting("theme")) is None


def test_the_one_allergy_status_is_written_again_under_the_same_id(desk):
    patient, _ = desk.arrival()
    for status in (AllergyKnowledge.NONE_KNOWN, AllergyKnowledge.KNOWN):
        record = AllergyStatus(id=allergy_status_id(patient), patient=patient, status=status)
        desk.store.write(NURSE, "review", lambda write, new=record: write.record(new))
    (status,) = desk.store.read(lambda look: look.all_of(AllergyStatus))
    assert status.status is AllergyKnowledge.KNOWN
    assert len(operations(desk)) == 4


def test_what_happened_is_neither_edited_nor_recorded_twice(desk):
    patient, episode = desk.arrival()
    note = desk.a_note(patient, episode, "once")
    desk.store.write(NURSE, "note", lambda write: write.record(note))
    for act in (
        lambda write: write.record(note),
        lambda write: write.edit(Note, note.id, {"text": "twice"}),
        lambda write: write.record(
            Conflict(
                id=desk.ids.new(),
                patient=patient,
                episode=episode,
                entity_kind="Note",
                entity=note.id,
                group="x",
                base=0,
                alternatives=(),
            )
        ),
    ):
        with pytest.raises(BugError):
            desk.store.write(NURSE, "act", act)
    for act in (
        lambda write: write.edit(Patient, episode, {"family": "x"}),
        lambda write: write.edit(Patient, desk.ids.new(), {"family": "x"}),
    ):
        with pytest.raises(NotHereError):
            desk.store.write(NURSE, "act", act)
    assert len(operations(desk)) == 3


def test_nobody_acts_on_a_pc_that_is_not_enrolled(new_desk: Desk):
    with pytest.raises(BugError):
        new_desk.arrival()
    assert SITE != ORGANISATION
    assert new_desk.clock.ms > START_MS


@pytest.mark.parametrize("text", ["x" * 300_000, "half a smile \ud83d"])
def test_what_no_record_can_hold_is_said_and_nothing_is_written(desk, text):
    patient, episode = desk.arrival()
    before = operations(desk)
    with pytest.raises(UnwritableError) as caught:
        desk.note(patient, episode, text)
    assert "divide it into two" in caught.value.user_message
    with pytest.raises(UnwritableError):
        desk.move(episode, text)
    assert operations(desk) == before
    desk.note(patient, episode, "settled")
    assert len(operations(desk)) == len(before) + 1
