"""Somebody in custody is moved to another suite: its PCs have everything, the first suite's let go,
and nothing that anyone entered anywhere is lost.
"""

from __future__ import annotations

import pytest

from sonar_core.board.suite_change import SuiteChange
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Patient
from sonar_core.records.site_move import SiteMove
from sonar_desktop.usecases.acting import now
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.due_now import alarms_now
from sonar_desktop.usecases.errors import MovedError
from sonar_desktop.usecases.find_person import find_person
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.list_suites import list_suites
from sonar_desktop.usecases.move_cell import move_cell
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.read_conflicts import read_conflicts
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict
from tests.journeys.conftest import Centre
from tests.journeys.rig import HandClock, Room, furnish
from tests.journeys.test_server_put_back import Backup, notes_seen
from tests.journeys.test_stay_leaves import equal, note, rows_of_stays, send_alone
from tests.journeys.test_two_rooms import admit, set_level


@pytest.fixture
def there(centre: Centre, rooms, tmp_path):
    """A room of another suite, in which nurse B of the first works too."""
    centre.add_suite("Southfield")
    code = centre.code("Southfield")
    clock = HandClock(rooms[0].clock.wall_ms)
    made = furnish(tmp_path / "there", centre.address, code, rooms[1].actor, clock)
    yield made
    made.close()


@pytest.fixture
def admitted(rooms):
    """Somebody in custody, known to both rooms of the first suite."""
    a, b = rooms
    found = admit(a)
    note(a, found.episode, "of A")
    a.exchange()
    b.exchange()
    return found


def on_board(room: Room) -> list[str]:
    return [row.episode for row in list_board(room.desk).rows]


def choice(conflict: Conflict, side: int = 0) -> Choice:
    """One whole side stands, decided on with all of them on the screen."""
    return Choice(
        conflict=conflict.id,
        seen=tuple(one.operation for one in conflict.alternatives),
        reason="Asked the custody sergeant",
        side=side,
    )


def settled(centre: Centre, *rooms: Room) -> None:
    """Everybody has sent, fetched and let go of everything."""
    for _ in range(3):
        for room in rooms:
            room.exchange()
    equal(centre, *rooms)
    assert all(room.opened.sync.waiting().operations == 0 for room in rooms)


def test_the_second_suite_has_everything_and_the_first_says_where_they_are(
    centre, rooms, there, admitted
):
    a, b = rooms
    named = {suite.name: suite.id for suite in list_suites(a.desk, admitted.episode)}
    assert named["Southfield"] == there.pc.site
    move_suite(a.desk, admitted.episode, named["Southfield"])
    assert on_board(a) == [admitted.episode], "nobody there knows of it before it is sent"
    assert list_board(a.desk).changes == {admitted.episode: SuiteChange(suite="Southfield")}
    assert read_record(a.desk, admitted.episode).is_leaving
    there.exchange()
    assert on_board(there) == []
    a.exchange()
    assert on_board(a) == []
    head = read_record(a.desk, admitted.episode)
    assert head.move is not None
    assert [suite.name for suite in head.move.suites] == ["Southfield"]
    there.exchange()
    assert on_board(there) == [admitted.episode]
    assert notes_seen(there, admitted.episode) == {"of A": Standing.CENTRAL}
    board = list_board(there.desk)
    assert board.rows[0].cell == "", "nobody has said yet which cell they have"
    came = SuiteChange(suite="Northfield", came_at=head.move.moved_at)
    assert board.changes == {admitted.episode: came}
    assert read_record(there.desk, admitted.episode).change == came
    settled(centre, a, b, there)
    assert rows_of_stays(a) == rows_of_stays(b) == 0
    for room in rooms:
        with pytest.raises(MovedError) as said:
            read_record(room.desk, admitted.episode)
        assert said.value.user_message.startswith("Moved to Southfield, ")
        (found,) = find_person(room.desk, "barrow")
        assert (found.episode, found.moved_to) == (admitted.episode, "Southfield")
        assert room.opened.store.read(lambda look: look.get(Patient, admitted.patient))
    assert there.opened.store.read(lambda look: look.all_of(SiteMove))


def test_a_pc_that_was_offline_sends_what_it_wrote_and_both_sides_can_decide(
    centre, rooms, there, admitted
):
    a, b = rooms
    note(b, admitted.episode, "written offline")
    set_level(b, admitted.episode, 4)
    move_suite(a.desk, admitted.episode, there.pc.site)
    a.exchange()
    there.exchange()
    set_level(there, admitted.episode, 2)
    note(there, admitted.episode, "in the second suite")
    there.exchange()
    assert set(notes_seen(b, admitted.episode)) == {"of A", "written offline"}
    b.exchange()
    there.exchange()
    everything = {"of A", "written offline", "in the second suite"}
    assert set(notes_seen(there, admitted.episode)) == everything
    assert set(notes_seen(b, admitted.episode)) == everything, "whole while it is in dispute"
    assert on_board(b) == []
    for room in (b, there):
        assert [one.conflict.entity_kind for one in read_conflicts(room.desk)] == ["CareLevel"]
    (waiting,) = read_conflicts(b.desk)
    resolve_conflict(b.desk, choice(waiting.conflict))
    settled(centre, a, b, there)
    assert rows_of_stays(a) == rows_of_stays(b) == 0
    assert read_conflicts(there.desk) == ()
    assert set(notes_seen(there, admitted.episode)) == everything


def test_what_is_due_rings_where_the_person_is(centre, rooms, there, admitted):
    a, _ = rooms
    task = NewTask(what="Repeat CIWA-Ar", due_at=now(a.desk))
    add_task(a.desk, admitted.episode, task)
    a.exchange()
    assert alarms_now(a.desk)
    move_suite(a.desk, admitted.episode, there.pc.site)
    a.exchange()
    there.exchange()
    assert alarms_now(a.desk) == ()
    assert alarms_now(there.desk)


def test_there_and_back_with_a_first_sync_in_between(centre, rooms, there, admitted, tmp_path):
    a, b = rooms
    move_suite(a.desk, admitted.episode, there.pc.site)
    settled(centre, a, b, there)
    for name, suite, lines in (("n", "Northfield", []), ("s", "Southfield", [admitted.episode])):
        new = furnish(tmp_path / name, centre.address, centre.code(suite), a.actor, a.clock)
        try:
            equal(centre, new)
            assert on_board(new) == lines
            assert new.opened.store.read(lambda look: look.all_of(SiteMove))
        finally:
            new.close()
    note(there, admitted.episode, "in the second suite")
    move_suite(there.desk, admitted.episode, a.pc.site)
    settled(centre, there, a, b)
    assert rows_of_stays(there) == 0
    assert on_board(there) == []
    for room in rooms:
        assert on_board(room) == [admitted.episode]
        assert set(notes_seen(room, admitted.episode)) == {"of A", "in the second suite"}
        head = read_record(room.desk, admitted.episode)
        assert head.move is None
        assert head.change is not None
        assert head.change.suite == "Southfield"


def test_a_server_killed_in_between_changes_nothing(centre, rooms, there, admitted):
    a, b = rooms
    note(b, admitted.episode, "written offline")
    move_suite(a.desk, admitted.episode, there.pc.site)
    a.exchange()
    centre.kill()
    centre.start()
    there.exchange()
    note(there, admitted.episode, "in the second suite")
    b.exchange()
    centre.kill()
    centre.start()
    settled(centre, b, there, a)
    assert set(notes_seen(there, admitted.episode)) == {
        "of A", "written offline", "in the second suite",
    }  # fmt: skip
    assert rows_of_stays(a) == rows_of_stays(b) == 0


@pytest.mark.parametrize("first", [0, 1])
def test_a_server_that_lost_the_move_is_given_back_everything(
    centre, rooms, there, admitted, first
):
    """Whoever comes first: the second suite gives back what it wrote of somebody unknown there."""
    a, b = rooms
    backup = Backup(centre)
    move_suite(a.desk, admitted.episode, there.pc.site)
    settled(centre, a, b, there)
    note(there, admitted.episode, "in the second suite")
    settled(centre, there, a, b)
    assert rows_of_stays(a) == 0
    backup.put_back_and_tell()
    order = ((there, a, b), (a, b, there))[first]
    order[0].exchange()
    held = there.opened.store.read(lambda look: look.get(CustodyEpisode, admitted.episode))
    assert held is not None
    settled(centre, *order)
    assert set(notes_seen(there, admitted.episode)) == {"of A", "in the second suite"}
    assert set(notes_seen(there, admitted.episode).values()) == {Standing.CENTRAL}
    assert on_board(there) == [admitted.episode]
    assert on_board(a) == on_board(b) == []
    assert rows_of_stays(a) == rows_of_stays(b) == 0


def test_two_rooms_that_move_somebody_to_different_suites_leave_it_to_a_person(
    centre, rooms, there, admitted, tmp_path
):
    a, b = rooms
    centre.add_suite("Eastfield")
    code = centre.code("Eastfield")
    east = furnish(tmp_path / "east", centre.address, code, a.actor, HandClock(a.clock.wall_ms))
    try:
        move_suite(a.desk, admitted.episode, there.pc.site)
        move_suite(b.desk, admitted.episode, east.pc.site)
        for room in (a, b, there, east, a):
            room.exchange()
        assert on_board(there) == on_board(east) == [admitted.episode]
        move_cell(east.desk, admitted.episode, "E1")
        assert list_board(east.desk).changes == {}, "it is in dispute, nobody here sent them on"
        assert not read_record(east.desk, admitted.episode).is_leaving
        assert on_board(a) == on_board(b) == []
        head = read_record(a.desk, admitted.episode)
        assert head.move is not None
        assert {suite.name for suite in head.move.suites} == {"Southfield", "Eastfield"}
        (waiting,) = read_conflicts(b.desk)
        mine = next(
            number
            for number, side in enumerate(waiting.conflict.alternatives)
            if side.values["site"] == east.pc.site
        )
        resolve_conflict(b.desk, choice(waiting.conflict, mine))
        settled(centre, b, a, there, east)
        assert on_board(east) == [admitted.episode]
        came = read_record(east.desk, admitted.episode).change
        assert came is not None
        assert came.suite == "Northfield", "nobody was ever at the suite that was not meant"
        assert on_board(there) == on_board(a) == on_board(b) == []
        assert rows_of_stays(there) == rows_of_stays(a) == 0
    finally:
        east.close()


def test_whom_a_new_pc_booked_in_and_who_was_moved_before_its_first_sync_is_not_here(
    centre, rooms, there, tmp_path
):
    a, _ = rooms
    new = furnish(tmp_path / "new", centre.address, centre.code(), a.actor, a.clock)
    try:
        admitted = admit(new)
        note(new, admitted.episode, "of the new PC")
        send_alone(new)
        a.exchange()
        move_suite(a.desk, admitted.episode, there.pc.site)
        a.exchange()
        assert on_board(new) == [admitted.episode]
        new.exchange()
        assert on_board(new) == []
        with pytest.raises(MovedError) as said:
            read_record(new.desk, admitted.episode)
        assert said.value.user_message.startswith("Moved to Southfield, ")
        settled(centre, new, a, there)
        assert set(notes_seen(there, admitted.episode)) == {"of the new PC"}
    finally:
        new.close()
