from __future__ import annotations

from dataclasses import replace

import pytest

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.sync.looked import Looked, LookedLine
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.inputs import RoleError
from sonar_desktop.usecases.log_access import disclose_text
from sonar_desktop.usecases.open_record import open_record
from sonar_desktop.usecases.who_looked import Source, ask_who_looked, who_looked
from tests.usecases.clinic import admitted
from tests.usecases.fakes import AUDITOR, NURSE, clock_of, make_desk

AWAY = KnownError("The server cannot be reached.")


class Door:
    """A server that knows who looked, or does not answer."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def hello(self):
        if isinstance(self.answer, KnownError):
            raise self.answer

    def looked(self, patient, user, lease_id):
        self.asked.append((patient, user, lease_id))
        return self.answer


def line(identifier: str, at, **more) -> LookedLine:
    fields = {
        "id": identifier,
        "action": "opened_record",
        "user": "u",
        "name": "Sam Bright",
        "role": "nurse",
        "pc": "B",
        "at": at,
        "received_ms": 5,
    }
    return LookedLine(**(fields | more))


@pytest.fixture
def seen():
    """The auditor's desk on a PC where a nurse looked at somebody, and disclosed text of them."""
    nurse = make_desk(actor=NURSE)
    stay, other = admitted(nurse), admitted(nurse)
    open_record(nurse, other.episode)
    opened, _ = open_record(nurse, stay.episode)
    clock_of(nurse).forward(1)
    told, _ = disclose_text(nurse, stay.episode)
    return replace(nurse, actor=AUDITOR), stay, [told.id, opened]


def test_offline_this_pc_s_own_lines_are_said_to_be_its_own_alone(seen):
    desk, stay, ids = seen
    found = who_looked(desk, stay.patient, "MED-01", AWAY)
    assert [line.id for line in found.lines] == ids
    assert {(line.user, line.pc) for line in found.lines} == {(NURSE.user, "MED-01")}
    assert (found.source, found.unsent) == (Source.THIS_PC, 0)
    assert found.as_of_ms == clock_of(desk).latest_ms()
    assert found.why == "The server cannot be reached."


def test_online_the_server_s_lines_stand_with_what_this_pc_has_not_sent(seen):
    desk, stay, (told, opened) = seen
    early, late = clock_of(desk).moment(5), clock_of(desk).in_minutes(5)
    known = (line("z", late), line(opened, clock_of(desk).moment(1)), line("a", early))

    found = who_looked(
        desk, stay.patient, "MED-01", Looked(lines=known, server_ms=77, has_more=True)
    )
    assert [line.id for line in found.lines] == ["z", told, opened, "a"]
    assert (found.source, found.unsent, found.as_of_ms) == (Source.SERVER, 1, 77)
    assert (found.has_more, found.why) == (True, "")
    assert found.lines[2].name == "Sam Bright", "the server's word on what it has"


def test_who_is_asked_about_is_not_who_may_ask(seen):
    desk, stay, _ = seen
    with pytest.raises(RoleError):
        who_looked(replace(desk, actor=NURSE), stay.patient, "MED-01", AWAY)


def test_the_server_is_asked_under_the_lease_of_whoever_asks():
    heard = Looked(lines=(), server_ms=1)
    door = Door(heard)
    assert ask_who_looked(door, "patient", AUDITOR) is heard
    assert door.asked == [("patient", AUDITOR.user, AUDITOR.lease_id or "")]


def test_a_server_that_does_not_answer_is_an_answer_too():
    door = Door(AWAY)
    assert ask_who_looked(door, "patient", AUDITOR) is AWAY
    assert door.asked == []


def test_without_a_person_it_is_asked_who_began_emergency_access(seen):
    desk, _, _ = seen
    event = AccessEvent(
        id=desk.ids.new(),
        action=AccessAction.EMERGENCY_ACCESS,
        recorded_at=clock_of(desk).moment(0),
        user=NURSE.user,
        reason="Network down, three people to see",
    )
    desk.store.write(NURSE, "emergency_access", lambda writing: writing.record(event))
    found = who_looked(desk, "", "MED-01", AWAY)
    assert [(line.id, line.reason) for line in found.lines] == [(event.id, event.reason)]
