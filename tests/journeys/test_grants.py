"""A scope is revoked from a PC and granted again: nothing entered is lost, nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sonar_core.records.kinds import ScopeKind
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_core.sync.grants import CopyState
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.keep_draft import discard_draft, keep_draft, my_drafts
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_server import administration, granting
from sonar_server.central import Central, open_central
from sonar_server.store.database import Database
from tests.journeys.conftest import Centre
from tests.journeys.rig import Room, furnish
from tests.journeys.test_server_put_back import Backup, notes_seen
from tests.journeys.test_two_rooms import admit, agree

Say = Callable[..., None]


@contextmanager
def central_of(centre: Centre) -> Iterator[Central]:
    database = Database(centre.url)
    try:
        yield open_central(database, centre.organisation.keys)
    finally:
        database.close()


@pytest.fixture
def say(centre: Centre) -> Say:
    """An administrator grants or revokes, of one room or of the whole suite."""

    def speak(room: Room | None, kind: ScopeKind, *, is_granted: bool) -> None:
        with central_of(centre) as central:
            if room is None:
                site = administration.site_named(central, "Northfield")
                granting.say_of_site(central, site, kind, is_granted=is_granted)
            else:
                device = granting.device_named(central, room.pc.device)
                granting.say_of_device(central, device, kind, is_granted=is_granted)

    return speak


def note(room: Room, episode: str, text: str) -> None:
    signing = Signing(episode=episode, performed_at=now(room.desk))
    write_note(room.desk, Noting(signing=signing, text=text))


def order(room: Room, episode: str, medicine: str = "Paracetamol") -> str:
    ordering = Ordering(
        episode=episode,
        medicine=medicine,
        ingredients=(medicine,),
        dose="1000",
        unit="mg",
        route="oral",
        authority=SupplyRoute.PSD,
        authorised_by="Dr Lane",
        as_needed=True,
    )
    return order_medicine(room.desk, ordering)[0].id


def state(room: Room, kind: ScopeKind) -> CopyState | None:
    return room.opened.sync.revoked().get(f"{room.pc.site}/{kind}")


def held(room: Room) -> dict[str, int]:
    """How many rows of each kind of scope are on the disk."""
    return {scope.rpartition("/")[2]: len(rows) for scope, rows in room.rows().items()}


def exchange(*rooms: Room) -> None:
    for room in rooms:
        room.exchange()


def everything_gone(room: Room, kind: ScopeKind) -> None:
    """Nothing of a scope is in any table of records, shown or waiting."""
    assert state(room, kind) is CopyState.GONE
    assert kind.value not in held(room)
    assert f"{room.pc.site}/{kind}" not in room.opened.sync.granted()
    for table in ("pending", "op_effect", "board_row", "dispute"):
        count = room.opened._database.read(
            lambda connection, table=table: connection.exec_driver_sql(
                f"SELECT count(*) FROM {table}"  # noqa: S608
            ).scalar()
        )
        assert count == 0 or kind is ScopeKind.MEDICINES, table


def equal(*rooms: Room) -> None:
    for room in rooms:
        for scope in room.opened.sync.granted():
            assert room.opened.sync.digest(scope) == room.opened.sync.recomputed_digest(scope)


def test_medicines_leave_a_pc_and_come_back_whole_while_the_rest_goes_on(centre, rooms, say):
    a, b = rooms
    stay = admit(a).episode
    first = order(a, stay)
    exchange(a, b)
    say(b, ScopeKind.MEDICINES, is_granted=False)
    note(a, stay, "after the word")
    exchange(a, b)
    everything_gone(b, ScopeKind.MEDICINES)
    assert set(notes_seen(b, stay)) == {"after the word"}
    (row,) = list_board(b.desk).rows
    assert row.revoked == ("medicines",)
    assert list_board(a.desk).rows[0].revoked == ()

    second = order(a, stay, "Ibuprofen")
    note(b, stay, "of B")
    exchange(a, b, a)
    assert "medicines" not in held(b)
    say(b, ScopeKind.MEDICINES, is_granted=True)
    exchange(b)
    assert state(b, ScopeKind.MEDICINES) is None
    note(b, stay, "while it is fetched")
    exchange(b, a)
    agree(centre, a, b)
    equal(a, b)
    for one in (first, second):
        assert b.opened.store.read(lambda look, one=one: look.get(MedicationRequest, one))
    assert list_board(b.desk).rows == list_board(a.desk).rows


def test_what_was_entered_offline_is_taken_before_the_copy_goes(centre, rooms, say):
    a, b = rooms
    stay = admit(a).episode
    exchange(a, b)
    say(b, ScopeKind.CLINICAL, is_granted=False)
    note(b, stay, "written offline")
    mine = order(b, stay)
    exchange(b)
    assert b.opened.sync.waiting().operations == 0
    everything_gone(b, ScopeKind.CLINICAL)
    assert list_board(b.desk).rows == ()
    exchange(a)
    assert notes_seen(a, stay) == {"written offline": Standing.CENTRAL}
    assert a.opened.store.read(lambda look: look.get(MedicationRequest, mine))
    assert not b.opened.sync.unfinished()


def test_a_draft_keeps_its_person_until_its_author_is_done_and_what_is_signed_is_sent(rooms, say):
    a, b = rooms
    stay, other = admit(a).episode, admit(a).episode
    exchange(a, b)
    keep_draft(b.desk, record=b.desk.ids.new(), form="note", episode=stay, body=b"{}", place="")
    say(b, ScopeKind.CLINICAL, is_granted=False)
    exchange(b, b)
    assert state(b, ScopeKind.CLINICAL) is CopyState.GOING
    assert [row.episode for row in list_board(b.desk).rows] == [stay]
    assert other != stay
    note(b, stay, "signed after all")
    (draft,) = my_drafts(b.desk)
    discard_draft(b.desk, draft.record)
    b.restart()
    assert set(notes_seen(b, stay)) == {"signed after all"}
    exchange(b)
    everything_gone(b, ScopeKind.CLINICAL)
    exchange(a)
    assert set(notes_seen(a, stay)) == {"signed after all"}


def test_granted_again_while_a_draft_holds_it_up_it_comes_back_whole(centre, rooms, say):
    a, b = rooms
    stay, _ = admit(a).episode, admit(a)
    exchange(a, b)
    keep_draft(b.desk, record=b.desk.ids.new(), form="note", episode=stay, body=b"{}", place="")
    say(b, ScopeKind.CLINICAL, is_granted=False)
    exchange(b, b)
    note(a, stay, "meanwhile")
    exchange(a)
    note(b, stay, "of B meanwhile")
    say(b, ScopeKind.CLINICAL, is_granted=True)
    exchange(b, b, b, a)
    assert state(b, ScopeKind.CLINICAL) is None
    assert set(notes_seen(b, stay)) == {"meanwhile", "of B meanwhile"}
    assert my_drafts(b.desk)
    agree(centre, a, b)
    equal(a, b)


def test_of_a_suite_whose_pcs_hold_no_medicines_one_does(centre, rooms, say, tmp_path):
    a, b = rooms
    stay = admit(a).episode
    order(a, stay)
    exchange(a, b)
    say(None, ScopeKind.MEDICINES, is_granted=False)
    say(a, ScopeKind.MEDICINES, is_granted=True)
    exchange(a, b, a, b)
    assert "medicines" in held(a)
    everything_gone(b, ScopeKind.MEDICINES)
    new = furnish(tmp_path / "new", centre.address, centre.code(), a.actor, a.clock)
    try:
        exchange(new, new)
        assert "medicines" not in held(new)
        assert len(list_board(new.desk).rows) == 1
    finally:
        new.close()


@pytest.mark.parametrize("kind", [ScopeKind.CLINICAL, ScopeKind.MEDICINES])
def test_a_pc_that_has_fetched_nothing_yet_learns_it_too(centre, say, rooms, tmp_path, kind):
    a, _ = rooms
    order(a, admit(a).episode)
    exchange(a)
    new = furnish(tmp_path / "new", centre.address, centre.code(), a.actor, a.clock)
    try:
        say(new, kind, is_granted=False)
        exchange(new, new)
        everything_gone(new, kind)
    finally:
        new.close()


def test_a_server_put_back_to_before_the_word_is_followed(centre, rooms, say):
    a, b = rooms
    stay = admit(a).episode
    exchange(a, b)
    backup = Backup(centre)
    say(b, ScopeKind.CLINICAL, is_granted=False)
    note(b, stay, "of B")
    exchange(b, b, b)
    everything_gone(b, ScopeKind.CLINICAL)
    backup.put_back_and_tell()
    exchange(b, a)
    assert state(b, ScopeKind.CLINICAL) is None
    exchange(b, a, b)
    assert notes_seen(a, stay) == notes_seen(b, stay) == {"of B": Standing.CENTRAL}
    agree(centre, a, b)
    equal(a, b)


def test_revoked_after_a_restore_it_goes_all_the_same(centre, rooms, say):
    a, b = rooms
    stay = admit(a).episode
    exchange(a, b)
    backup = Backup(centre)
    note(b, stay, "lost and given back")
    exchange(b)
    backup.put_back_and_tell()
    say(b, ScopeKind.CLINICAL, is_granted=False)
    exchange(b, b, b)
    everything_gone(b, ScopeKind.CLINICAL)
    exchange(a)
    assert set(notes_seen(a, stay)) == {"lost and given back"}
