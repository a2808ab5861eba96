"""What somebody enters whom an envelope let in arrives with their name, marked, on every PC."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.practitioner import Role
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner
from sonar_desktop.usecases.acting import now
from sonar_desktop.usecases.read_timeline import read_timeline
from tests.core.records.test_unconfirmed_practitioner import SAM
from tests.journeys.test_emergency_access import write
from tests.journeys.test_two_rooms import admit


def test_an_order_of_a_stranger_has_a_name_and_a_mark_in_the_other_room(centre, rooms):
    a, b = rooms
    found = admit(a)
    a.exchange()
    ids = a.desk.ids
    sam = msgspec.structs.replace(SAM, id=ids.new(), role=Role.NURSE)
    line = AccessEvent(
        id=ids.new(),
        action=AccessAction.ENVELOPE_OPENED,
        recorded_at=now(a.desk),
        user=sam.id,
        reason="Agency shift, network down",
    )
    actor = msgspec.structs.replace(
        a.actor, user=sam.id, name=sam.name, lease_id=None, emergency=line.id
    )
    desk = replace(a.desk, actor=actor)

    def keep(writing):
        writing.record(sam)
        writing.record(line)

    desk.store.write(actor, "open_envelope", keep)
    noted = write(desk, found.episode, "Rouse every thirty minutes")
    on_a = {entry.id: entry for entry in read_timeline(a.desk, found.episode)}[noted.id]
    assert on_a.who == "Sam Reed (not confirmed), nurse", "also on this PC, before any contact"
    a.exchange()
    b.exchange()
    on_b = {entry.id: entry for entry in read_timeline(b.desk, found.episode)}[noted.id]
    assert on_b.who == on_a.who
    assert on_b.marks == ("unknown_user", "emergency_access")
    assert b.desk.store.read(lambda reading: reading.all_of(UnconfirmedPractitioner)) == [sam]
