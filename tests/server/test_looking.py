from __future__ import annotations

import msgspec
import pytest

from sonar_core.ids import to_bytes
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.practitioner import Role
from sonar_core.sync.lease import Lease
from sonar_core.sync.looked import AskLooked
from sonar_core.sync.messages import PROTOCOL
from sonar_server import administration, looking
from sonar_server.errors import RefusedError
from sonar_server.gate import LEASE_MS, Gate
from sonar_server.looking import who_looked
from sonar_server.store import people, places
from sonar_server.store.people import Person
from tests.core.records.test_unconfirmed_practitioner import SAM
from tests.server.pc import NOW, moment, new_id


@pytest.fixture
def device_of(central):
    """Returns a function: a PC as the gate has authenticated it."""
    return lambda pc: central.database.run(
        lambda t: places.find_device(t, to_bytes(pc.territory.device))
    )


@pytest.fixture
def lent(central, site, password_hash, device_of):
    """Returns a function: an account of a role, with a lease on a PC."""

    def make(pc, role=Role.MANAGER, sites=None, now_ms=NOW, **changes) -> Lease:
        user = new_id()
        person = Person(
            user=user,
            username=f"{role.value}-{user}",
            name="Ada Reid",
            password_hash=password_hash,
            role=role.value,
            sites=(site.id,) if sites is None else sites,
            cred_gen=1,
            is_active=changes.get("is_active", True),
        )
        organisation = to_bytes(central.organisation.id)
        central.database.run(lambda t: people.add_person(t, organisation, person))
        signed = Gate(central).lend(person, device_of(pc), now_ms)
        return msgspec.json.decode(signed.lease, type=Lease)

    return make


def looked_at(pc, episode, minutes, user=None) -> AccessEvent:
    return AccessEvent(
        id=new_id(),
        action=AccessAction.OPENED_RECORD,
        recorded_at=moment(minutes),
        user=user or pc.user,
        patient=episode.patient,
        episode=episode.id,
    )


def question(lease, patient, **changes) -> AskLooked:
    asked = AskLooked(protocol=PROTOCOL, patient=patient, user=lease.user, lease_id=lease.lease_id)
    return msgspec.structs.replace(asked, **changes)


def test_every_pc_of_the_suite_is_in_the_answer_newest_first(
    central, pc, new_pc, episode, lent, device_of, person
):
    other, (_, another) = new_pc(), pc.admitted()
    first, second = looked_at(pc, episode, -5), looked_at(other, episode, -3, new_id())
    pc.push(*pc.wrote(first))
    other.push(*other.wrote(second))
    pc.push(*pc.wrote(looked_at(pc, another, -1)))
    told = who_looked(central, question(lent(pc), episode.patient), device_of(pc))
    assert [line.id for line in told.lines] == [second.id, first.id]
    assert [line.name for line in told.lines] == ["", person.name]
    assert [line.role for line in told.lines] == ["", "nurse"]
    assert {line.action for line in told.lines} == {"opened_record"}
    assert told.lines[1].at == first.recorded_at
    assert told.lines[1].pc == device_of(pc).name
    assert NOW <= told.lines[1].received_ms <= told.server_ms
    assert not told.has_more


def test_the_newest_lines_are_sent_and_it_is_said_that_there_are_more(
    central, pc, episode, lent, device_of, monkeypatch
):
    monkeypatch.setattr(looking, "MOST_LINES", 2)
    events = [looked_at(pc, episode, minute) for minute in (-3, -2, -1)]
    pc.push(*pc.wrote(*events))
    told = who_looked(central, question(lent(pc), episode.patient), device_of(pc))
    assert [line.id for line in told.lines] == [events[2].id, events[1].id]
    assert told.has_more


@pytest.mark.parametrize("role", list(Role))
def test_only_a_manager_and_an_auditor_are_answered(central, pc, episode, lent, device_of, role):
    asked = question(lent(pc, role), episode.patient)
    if role in {Role.MANAGER, Role.AUDITOR}:
        assert who_looked(central, asked, device_of(pc)).lines == ()
    else:
        with pytest.raises(RefusedError) as refused:
            who_looked(central, asked, device_of(pc))
        assert (refused.value.status, refused.value.code) == (403, "role_not_allowed")


def test_a_lease_that_is_not_theirs_here_and_now_opens_nothing(
    central, pc, new_pc, episode, lent, device_of
):
    patient, device = episode.patient, device_of(pc)
    good = lent(pc)
    nurse = lent(pc, Role.NURSE)
    refused = [
        question(good, patient, lease_id=new_id()),
        question(good, patient, lease_id=""),
        question(good, patient, lease_id=nurse.lease_id),
        question(nurse, patient, lease_id=good.lease_id),
        question(good, patient, user=new_id()),
        question(lent(new_pc()), patient),
        question(lent(pc, now_ms=NOW - LEASE_MS - 60_000), patient),
        question(lent(pc, is_active=False), patient),
        question(lent(pc, sites=()), patient),
    ]
    for asked in refused:
        with pytest.raises(RefusedError, match="does not let them see"):
            who_looked(central, asked, device)
    assert who_looked(central, question(good, patient), device).lines == ()


def test_another_suite_s_lines_are_not_answered(central, pc, new_pc, episode, lent, device_of):
    pc.push(*pc.wrote(looked_at(pc, episode, -1)))
    elsewhere = administration.add_site(central, f"Suite {new_id()}")
    there = new_pc(elsewhere)
    lease = lent(there, sites=(elsewhere.id,))
    assert who_looked(central, question(lease, episode.patient), device_of(there)).lines == ()


def begun(pc, minutes, reason) -> AccessEvent:
    return AccessEvent(
        id=new_id(),
        action=AccessAction.EMERGENCY_ACCESS,
        recorded_at=moment(minutes),
        user=pc.user,
        reason=reason,
    )


def test_who_went_on_under_emergency_access_is_told_of_this_suite_alone(
    central, new_pc, lent, device_of
):
    suite, other = (administration.add_site(central, f"Suite {new_id()}") for _ in range(2))
    a, b, elsewhere = new_pc(suite), new_pc(suite), new_pc(other)
    first, second = begun(a, -90, "Network down"), begun(b, -10, "Still down")
    signed_in = AccessEvent(
        id=new_id(), action=AccessAction.SIGNED_IN, recorded_at=moment(-1), user=a.user
    )
    a.push(*a.wrote(first, signed_in))
    b.push(*b.wrote(second))
    elsewhere.push(*elsewhere.wrote(begun(elsewhere, -5, "Elsewhere")))
    told = who_looked(central, question(lent(a, sites=(suite.id,)), ""), device_of(a))
    assert [(line.id, line.reason) for line in told.lines] == [
        (second.id, "Still down"),
        (first.id, "Network down"),
    ]


def test_who_went_on_is_no_line_of_a_record(central, pc, episode, lent, device_of):
    pc.push(*pc.wrote(begun(pc, -1, "Network down"), looked_at(pc, episode, -2)))
    told = who_looked(central, question(lent(pc), episode.patient), device_of(pc))
    assert [line.action for line in told.lines] == ["opened_record"]


def test_whom_an_envelope_let_in_is_told_with_what_they_said(central, new_pc, lent, device_of):
    suite, other = (administration.add_site(central, f"Suite {new_id()}") for _ in range(2))
    pc, elsewhere = new_pc(suite), new_pc(other)
    sam = msgspec.structs.replace(SAM, id=new_id())
    opened = AccessEvent(
        id=new_id(),
        action=AccessAction.ENVELOPE_OPENED,
        recorded_at=moment(-5),
        user=sam.id,
        reason="Agency shift",
    )
    made = AccessEvent(
        id=new_id(), action=AccessAction.ENVELOPES_MADE, recorded_at=moment(-60), user=pc.user
    )
    pc.push(*pc.wrote(sam, opened, made))
    lease = lent(pc, sites=(suite.id,))
    told = who_looked(central, question(lease, ""), device_of(pc)).lines
    assert [line.action for line in told] == ["envelope_opened", "envelopes_made"]
    line = told[0]
    assert (line.name, line.role) == ("Sam Reed (not confirmed)", "paramedic")
    assert (line.registration, line.witness, line.reason) == ("PA12345", "Sgt Hale", "Agency shift")
    there = lent(elsewhere, sites=(other.id,))
    assert who_looked(central, question(there, ""), device_of(elsewhere)).lines == ()


def test_what_is_no_id_is_no_question(central, pc, lent, device_of):
    lease = lent(pc)
    for asked in (question(lease, "p"), question(lease, new_id(), user="u")):
        with pytest.raises(RefusedError, match="no id"):
            who_looked(central, asked, device_of(pc))
    with pytest.raises(RefusedError, match="speaks protocols"):
        who_looked(central, question(lease, new_id(), protocol=99), device_of(pc))


def test_a_user_that_is_no_id_is_told_as_it_came(central, pc, episode, lent, device_of):
    pc.push(*pc.wrote(looked_at(pc, episode, -1, "whoever")))
    (line,) = who_looked(central, question(lent(pc), episode.patient), device_of(pc)).lines
    assert (line.user, line.name) == ("whoever", "")
