from __future__ import annotations

import pytest

from sonar_core.records.registry import REGISTRY
from sonar_core.sync import clock
from sonar_core.sync.operations import FIRST_PREV_HASH
from sonar_desktop.db.identity import (
    chain_of,
    enrol,
    enrolled_device,
    keep_chain,
    must_be_enrolled,
    scope_of,
    see_stamp,
)
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, DEVICE, ORGANISATION, SITE, START_MS


def test_a_new_store_belongs_to_no_pc(new_desk):
    assert enrolled_device(new_desk.database) is None
    with pytest.raises(BugError):
        new_desk.database.read(must_be_enrolled)
    with pytest.raises(BugError):
        new_desk.sync.cursors()


def test_a_pc_is_enrolled_once_and_known_after_a_restart(desk):
    desk.reopen()
    stored = enrolled_device(desk.database)
    assert (stored.device, stored.site, stored.incarnation) == (DEVICE, SITE, 1)
    assert (stored.scopes, stored.identity) == ((CLINICAL,), b"keys")
    assert "keys" not in repr(stored)
    with pytest.raises(BugError):
        enrol(desk.database, stored)
    chain = desk.database.read(chain_of)
    assert (chain.next_seq, chain.prev_hash, chain.hlc) == (1, FIRST_PREV_HASH, clock.ZERO)


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        ("Note", f"{SITE}/clinical"),
        ("MedicationRequest", f"{SITE}/medicines"),
        ("MedicationAdministration", f"{SITE}/medicines"),
        ("Practitioner", f"{ORGANISATION}/reference"),
        ("AccessEvent", f"{DEVICE}/device"),
    ],
)
def test_each_kind_goes_into_its_scope(desk, kind, scope):
    assert scope_of(REGISTRY[kind], enrolled_device(desk.database)) == scope


def test_the_chain_goes_on_where_it_was(desk):
    desk.arrival()
    before = desk.database.read(chain_of)
    desk.reopen()
    assert desk.database.read(chain_of) == before
    assert before.next_seq == 3
    desk.database.write(Priority.USER, lambda connection: keep_chain(connection, before))
    assert desk.database.read(chain_of) == before


def stamp(milliseconds):
    return clock.tick(clock.ZERO, milliseconds)


def test_an_entry_follows_what_was_seen_from_a_pc_whose_clock_is_ahead(desk, other_desk):
    centre = Centre()
    other_desk.clock.ms += 200_000
    patient, episode = other_desk.arrival()
    other_desk.note(patient, episode, "seen by the other PC")
    centre.exchange(other_desk)
    centre.exchange(desk)
    desk.note(patient, episode, "answered here")
    notes = desk.store.read(lambda look: look.of_episode(episode, ["Note"]))
    assert [seen.record.text for seen in notes] == ["answered here", "seen by the other PC"]


def test_a_stamp_from_a_wildly_wrong_clock_moves_nothing(desk):
    far = stamp(START_MS + 10**11)
    near = stamp(START_MS + 1000)

    def work(connection):
        see_stamp(connection, far, START_MS)
        first = chain_of(connection).hlc
        see_stamp(connection, near, START_MS)
        return first, chain_of(connection).hlc

    assert desk.database.write(Priority.SYNC, work) == (clock.ZERO, near)


def test_a_stamp_seen_before_enrolment_is_not_kept(new_desk):
    new_desk.database.write(
        Priority.SYNC, lambda connection: see_stamp(connection, stamp(START_MS), START_MS)
    )
    assert enrolled_device(new_desk.database) is None
