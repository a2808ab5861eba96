from __future__ import annotations

from sonar_core.ids import to_bytes
from sonar_desktop.db import drafted
from sonar_desktop.db.engine import driver_connection


def asked(desk, question):
    return desk.database.read(lambda connection: question(driver_connection(connection)))


def test_nobody_drafts_of_anybody_at_first(desk):
    patient, episode = map(to_bytes, desk.arrival())
    assert asked(desk, drafted.stays) == asked(desk, drafted.people) == set()
    assert not asked(desk, lambda raw: drafted.keeps(raw)(patient, episode))


def test_a_draft_keeps_its_stay_and_what_is_of_its_person_alone(desk):
    patient, episode = desk.arrival()
    desk.draft_in(episode)
    desk.draft_in("no id")
    of, stay, other = to_bytes(patient), to_bytes(episode), to_bytes(desk.ids.new())
    assert asked(desk, drafted.stays) == {stay}
    assert asked(desk, drafted.people) == {of}
    kept = [(of, stay), (of, None), (of, other), (other, None), (None, None)]
    assert asked(desk, lambda raw: [drafted.keeps(raw)(*one) for one in kept]) == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_the_person_is_found_by_any_record_of_the_stay_that_is_here(desk):
    patient, episode = desk.arrival()
    elsewhere = desk.ids.new()
    desk.note(patient, elsewhere, "of a stay that is not here")
    desk.draft_in(elsewhere)
    assert asked(desk, drafted.people) == {to_bytes(patient)}
    assert asked(desk, drafted.stays) == {to_bytes(elsewhere)} != {to_bytes(episode)}
