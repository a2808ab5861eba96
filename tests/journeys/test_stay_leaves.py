"""A released person's stay leaves the PCs days later, comes back at the next arrest, and nothing
that anyone entered goes with it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from sonar_core.moments import HOUR_MS
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Patient
from sonar_core.records.referral import ReferralReason
from sonar_core.sync.keeping import KEEP_DAYS
from sonar_core.sync.messages import MAX_OPERATIONS, MAX_PUSH_BYTES
from sonar_core.sync.retirement import AFTER_HOURS
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.admit_detainee import Arrival, admit_detainee
from sonar_desktop.usecases.find_person import find_person
from sonar_desktop.usecases.keep_draft import discard_draft, keep_draft
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_server.central import open_central, wall_clock_ms
from sonar_server.retiring import retire_due
from sonar_server.store.database import Database
from tests.journeys.conftest import Centre
from tests.journeys.rig import Room, furnish
from tests.journeys.test_server_put_back import Backup, notes_seen
from tests.journeys.test_two_rooms import admit


@pytest.fixture
def days_pass(centre):
    """Let the server's rule look at the stays as it will in some days."""

    def look() -> int:
        database = Database(centre.url)
        later = wall_clock_ms() + AFTER_HOURS * HOUR_MS
        try:
            central = open_central(database, centre.organisation.keys)
            return retire_due(replace(central, now_ms=lambda: later))
        finally:
            database.close()

    return look


def note(room: Room, episode: str, text: str) -> None:
    write_note(
        room.desk, Noting(signing=Signing(episode=episode, performed_at=now(room.desk)), text=text)
    )


def rows_of_stays(room: Room) -> int:
    """How many versions of anything within a stay are on the disk."""
    return room.opened._database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM record WHERE episode IS NOT NULL) "
            "+ (SELECT count(*) FROM version WHERE episode IS NOT NULL)"
        ).scalar()
    )


def equal(centre: Centre, *rooms: Room) -> None:
    """What a room holds is what the server's digest is over: each exchange compares them."""
    for room in rooms:
        room.exchange()
        for cursor in room.opened.sync.cursors():
            stored = room.opened.sync.digest(cursor.scope)
            assert stored == room.opened.sync.recomputed_digest(cursor.scope)


@pytest.fixture
def released(rooms):
    """A stay with a note of each room, over, known to both."""
    a, b = rooms
    admitted = admit(a)
    note(a, admitted.episode, "of A")
    a.exchange()
    b.exchange()
    note(b, admitted.episode, "of B")
    b.exchange()
    release_detainee(a.desk, admitted.episode, "home")
    a.exchange()
    b.exchange()
    return admitted


def test_it_leaves_every_pc_and_comes_back_with_the_next_arrest(
    centre, rooms, released, days_pass, tmp_path
):
    a, b = rooms
    before = rows_of_stays(a)
    central = centre.rows()
    assert days_pass() == 1
    for room in rooms:
        room.exchange()
        assert rows_of_stays(room) == before, "compared first, let go at the next exchange"
        room.exchange()
        assert rows_of_stays(room) == 0
    equal(centre, a, b)
    for room in rooms:
        (found,) = find_person(room.desk, "barrow connor")
        assert (found.patient, found.episode) == (released.patient, None)
    kept = centre.rows()
    assert all(set(rows) <= set(kept[scope]) for scope, rows in central.items())

    new = furnish(tmp_path / "new", centre.address, centre.code(), a.actor, a.clock)
    try:
        equal(centre, new)
        assert rows_of_stays(new) == 0
    finally:
        new.close()

    again = admit_detainee(
        b.desk,
        Arrival(
            person=None,
            known_patient=released.patient,
            custody_record_number="NF/2",
            cell="M1",
            arrived_at=now(b.desk),
            requested_at=now(b.desk),
            requested_by="Sgt Marsh",
            reasons=(ReferralReason.INTOXICATION,),
        ),
    )[0]
    b.exchange()
    a.exchange()
    for room in rooms:
        assert notes_seen(room, released.episode) == {
            "of A": Standing.CENTRAL,
            "of B": Standing.CENTRAL,
        }
        assert [row.episode for row in list_board(room.desk).rows] == [again.episode]
        stays = [one.episode for one in find_person(room.desk, "barrow")]
        assert stays == [again.episode, released.episode]
    equal(centre, a, b)
    assert days_pass() == 0, "as long as the person is in custody"


def test_a_pc_with_something_unsent_keeps_it_and_the_entry_brings_it_back(
    centre, rooms, released, days_pass
):
    a, b = rooms
    note(b, released.episode, "written offline")
    held = rows_of_stays(b)
    assert days_pass() == 1
    a.exchange()
    a.exchange()
    assert rows_of_stays(a) == 0
    b.exchange()
    b.exchange()
    assert rows_of_stays(b) == held + 1
    assert set(notes_seen(b, released.episode)) == {"of A", "of B", "written offline"}
    a.exchange()
    assert notes_seen(a, released.episode) == notes_seen(b, released.episode)
    equal(centre, a, b)


def test_a_server_that_lost_the_word_of_it_is_given_back_the_stay(
    centre, rooms, released, days_pass
):
    a, b = rooms
    held = rows_of_stays(a)
    backup = Backup(centre)
    assert days_pass() == 1
    a.exchange()
    a.exchange()
    assert rows_of_stays(a) == 0
    backup.put_back_and_tell()
    a.exchange()
    assert rows_of_stays(a) == held
    assert a.opened.store.read(lambda look: look.get(CustodyEpisode, released.episode)) is not None
    equal(centre, a, b)


def test_a_server_put_back_after_it_left_changes_nothing(centre, rooms, released, days_pass):
    a, b = rooms
    assert days_pass() == 1
    for room in (a, b, a, b):
        room.exchange()
    backup = Backup(centre)
    admit(b)
    b.exchange()
    a.exchange()
    backup.put_back_and_tell()
    equal(centre, b, a, b)
    assert notes_seen(a, released.episode) == {}
    assert len(list_board(a.desk).rows) == 1
    for room in rooms:
        assert room.opened.sync.waiting().operations == 0


@pytest.fixture
def newcomer(centre, rooms, tmp_path):
    """A PC at which people work before it has fetched anything."""
    clock = rooms[0].clock
    made = furnish(tmp_path / "newcomer", centre.address, centre.code(), rooms[0].actor, clock)
    yield made
    made.close()


def send_alone(room: Room) -> None:
    """The line goes after the push: nothing is fetched."""
    with room.exchanging(room.address) as exchange:
        exchange.push(MAX_OPERATIONS, MAX_PUSH_BYTES)


def shown(room: Room) -> int:
    """How much is shown on top of what has come."""
    return room.opened._database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM pending) + (SELECT count(*) FROM op_effect) "
            "+ (SELECT count(*) FROM board_row)"
        ).scalar()
    )


def test_what_was_sent_of_a_stay_that_left_before_the_first_sync_is_sent_and_over(
    centre, rooms, newcomer, days_pass
):
    a, _ = rooms
    admitted = admit(newcomer)
    note(newcomer, admitted.episode, "of the newcomer")
    send_alone(newcomer)
    a.exchange()
    release_detainee(a.desk, admitted.episode, "home")
    a.exchange()
    assert days_pass() == 1
    newcomer.restart()
    assert notes_seen(newcomer, admitted.episode) == {"of the newcomer": Standing.CENTRAL}

    newcomer.exchange()
    assert list_board(newcomer.desk).rows == ()
    assert notes_seen(newcomer, admitted.episode) == {}
    assert shown(newcomer) == 0
    assert newcomer.opened.store.read(lambda look: look.get(Patient, admitted.patient))
    assert own_operations(newcomer) > 0
    clock = newcomer.clock
    for days in (1, KEEP_DAYS + 1):
        clock.pass_minutes(days * 24 * 60)
        newcomer.opened.sync.purge(clock.now_ms())
    assert own_operations(newcomer) == 0
    equal(centre, newcomer, a)


def own_operations(room: Room) -> int:
    return room.opened._database.read(
        lambda connection: connection.exec_driver_sql("SELECT count(*) FROM own_op").scalar()
    )


def test_what_is_still_to_be_said_of_it_keeps_all_in_sight_and_brings_it_back(
    centre, rooms, newcomer, days_pass
):
    a, _ = rooms
    admitted = admit(newcomer)
    note(newcomer, admitted.episode, "sent")
    send_alone(newcomer)
    a.exchange()
    release_detainee(a.desk, admitted.episode, "home")
    a.exchange()
    assert days_pass() == 1
    desk = newcomer.desk
    record = desk.ids.new()
    keep_draft(desk, record=record, form="note", episode=admitted.episode, body=b"{}", place="")
    newcomer.exchange()
    newcomer.exchange()
    assert notes_seen(newcomer, admitted.episode) == {"sent": Standing.CENTRAL}
    note(newcomer, admitted.episode, "signed at last")
    discard_draft(desk, record)
    newcomer.exchange()
    both = {"sent": Standing.CENTRAL, "signed at last": Standing.CENTRAL}
    assert notes_seen(newcomer, admitted.episode) == both
    assert list_board(newcomer.desk).rows == (), "released, as the server has it"
    equal(centre, newcomer, a)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_server_that_lost_what_was_sent_before_the_first_sync_is_given_it_again(
    centre, rooms, newcomer, is_told
):
    """Nothing was fetched, so no place in a log could tell; the numbers of operations do."""
    a, _ = rooms
    backup = Backup(centre)
    admitted = admit(newcomer)
    send_alone(newcomer)
    if is_told:
        backup.put_back_and_tell()
    else:
        backup.put_back()
    newcomer.exchange()
    assert [row.episode for row in list_board(newcomer.desk).rows] == [admitted.episode]
    newcomer.exchange()
    a.exchange()
    assert [row.episode for row in list_board(a.desk).rows] == [admitted.episode]
    equal(centre, newcomer, a)
    assert shown(newcomer) == 1
