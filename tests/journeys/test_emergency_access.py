"""What is recorded under emergency access arrives like any other entry, and says what it was."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.read_timeline import read_timeline
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.journeys.test_two_rooms import admit


def write(desk, episode, text):
    signing = Signing(episode=episode, performed_at=now(desk))
    return write_note(desk, Noting(signing=signing, text=text))[0]


def test_the_entry_reaches_the_other_pc_marked_and_the_line_the_server(centre, rooms):
    a, b = rooms
    found = admit(a)
    a.exchange()
    event = AccessEvent(
        id=a.desk.ids.new(),
        action=AccessAction.EMERGENCY_ACCESS,
        recorded_at=now(a.desk),
        user=a.actor.user,
        reason="Network down, three people to see",
    )
    emergency = msgspec.structs.replace(a.actor, emergency=event.id)
    desk = replace(a.desk, actor=emergency)
    desk.store.write(emergency, event.action.value, lambda writing: writing.record(event))
    before = write(a.desk, found.episode, "Before it")
    meanwhile = write(desk, found.episode, "Meanwhile")
    a.exchange()
    b.exchange()
    marks = {entry.id: entry.marks for entry in read_timeline(b.desk, found.episode)}
    # The rooms' people have no account on this server.
    assert marks[meanwhile.id] == ("unknown_user", "emergency_access")
    assert marks[before.id] == ("unknown_user",)
