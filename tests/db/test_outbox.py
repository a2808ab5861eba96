from __future__ import annotations

import msgspec

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.practitioner import Practitioner
from sonar_core.sync.messages import Reason
from sonar_desktop.db.outbox import outbox, waiting
from tests.db.centre import Centre
from tests.db.clinic import NURSE, START_MS, moment


def listed(desk, most=10):
    return desk.database.read(lambda connection: outbox(connection, most))


def test_what_waits_is_listed_newest_first_with_its_author_and_its_stay(desk):
    person = Practitioner(id=NURSE.user, name="Jo Adeyemi", initials="JA")
    desk.store.write(NURSE, "name", lambda write: write.record(person))
    centre = Centre()
    centre.exchange(desk)
    assert listed(desk) == ()
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")

    entries = listed(desk)

    assert [entry.kind for entry in entries] == ["Note", "CustodyEpisode", "Patient"]
    assert [entry.number for entry in entries] == [4, 3, 2]
    assert [entry.episode for entry in entries] == [episode, episode, None]
    assert {entry.author for entry in entries} == {"Adeyemi"}
    assert [entry.number for entry in listed(desk, 2)] == [4, 3]


def test_what_is_held_back_comes_first_with_its_reason(desk):
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")
    desk.note(patient, episode, "later")
    operations = desk.sync.outgoing(500, 1 << 20).operations
    desk.sync.settle(Centre().take(operations[2:3]))

    entries = listed(desk)

    assert [(entry.number, entry.is_held) for entry in entries] == [
        (3, True),
        (4, False),
        (2, False),
        (1, False),
    ]
    assert entries[0].reason is Reason.MISSING_PARENT
    assert [entry.reason for entry in entries[1:]] == [Reason.NONE] * 3
    assert {entry.author for entry in entries} == {""}, "nobody is named who is not known here"
    assert msgspec.structs.asdict(entries[0])["kind"] == "Note"


def test_the_access_log_is_counted_apart_and_listed_last(desk):
    def look(write) -> None:
        event = AccessEvent(
            id=desk.ids.new(),
            action=AccessAction.SIGNED_IN,
            recorded_at=moment(START_MS),
            user=NURSE.user,
        )
        write.record(event)

    desk.store.write(NURSE, "signed_in", look)
    alone = desk.database.read(waiting)
    assert (alone.operations, alone.access_lines, alone.entries) == (1, 1, 0)
    assert alone.oldest_ms is None, "no entry of a person waits"
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")
    desk.store.write(NURSE, "signed_in", look)
    both = desk.database.read(waiting)
    assert (both.operations, both.access_lines, both.entries) == (5, 2, 3)
    assert [entry.kind for entry in listed(desk)] == [
        "Note",
        "CustodyEpisode",
        "Patient",
        "AccessEvent",
        "AccessEvent",
    ]
