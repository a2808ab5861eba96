"""A PC's disk is cloned, or put back to last week's: both go on, and nothing is lost or doubled."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from sonar_core.records.care_level import CareLevel
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.registry import care_level_id
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.read_conflicts import read_conflicts
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict
from sonar_server import cli
from sonar_server.store import incidents
from sonar_server.store.database import Database
from tests.journeys.rig import Room
from tests.journeys.test_server_put_back import exchange, note, notes_held, notes_seen
from tests.journeys.test_two_rooms import admit, agree, set_level
from tests.postgres import for_superuser

CENTRAL = Standing.CENTRAL


def image(room: Room, to: Path) -> Path:
    """The disk of a PC while its program does not run."""
    room.opened.close()
    shutil.copytree(room.folder, to)
    room.open()
    return to


def put_back(room: Room, kept: Path) -> None:
    room.opened.close()
    shutil.rmtree(room.folder)
    shutil.copytree(kept, room.folder)
    room.open()


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Callable[[Room], Room]]:
    made = []

    def cloned(room: Room) -> Room:
        folder = image(room, tmp_path / "clone")
        made.append(replace(room, folder=folder))
        return made[-1]

    yield cloned
    for room in made:
        room.opened.close()


def pc_of(room: Room) -> PcRecord:
    found = room.opened.pc()
    assert found is not None
    return found


def happened(centre) -> list[str]:
    database = Database(centre.url)
    try:
        return [one.detail for one in database.run(incidents.incidents)]
    finally:
        database.close()


def verdicts(centre) -> list[tuple[int, str]]:
    with psycopg.connect(for_superuser(centre.url)) as connection:
        return connection.execute(
            "SELECT incarnation, verdict FROM op ORDER BY incarnation, op_seq"
        ).fetchall()


def test_two_living_copies_of_a_disk_both_keep_what_is_written_at_them(centre, rooms, clone):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    note(a, episode, "before the copy, not sent yet")
    copy = clone(a)
    note(a, episode, "at the first")
    note(copy, episode, "at the copy")
    exchange(a, copy, b, a, copy)
    texts = ("before the copy, not sent yet", "at the first", "at the copy")
    written = dict.fromkeys(texts, CENTRAL)
    for room in (a, copy, b):
        assert notes_seen(room, episode) == written
    assert notes_held(centre) == 3, "what both had is one fact"
    assert (pc_of(a).incarnation, pc_of(copy).incarnation) == (1, 2)
    assert (2, "duplicate") in verdicts(centre)
    agree(centre, a, b)
    agree(centre, copy, b)

    for number in range(3):
        note(a, episode, f"first {number}")
        note(copy, episode, f"copy {number}")
        exchange(copy, a, copy)
    assert notes_held(centre) == 9
    agree(centre, a, copy)
    assert (pc_of(a).incarnation, pc_of(copy).incarnation) == (1, 2)
    (told,) = happened(centre)
    assert "incarnation 2 instead of 1" in told


def test_a_disk_put_back_to_last_weeks_gets_back_what_it_had_sent_and_keeps_what_it_wrote_since(
    centre, rooms, tmp_path
):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    kept = image(a, tmp_path / "last week")
    note(a, episode, "sent after the image")
    exchange(a, b)
    put_back(a, kept)
    assert notes_seen(a, episode) == {}
    note(a, episode, "written since")
    a.exchange()
    both = {"sent after the image": CENTRAL, "written since": CENTRAL}
    assert notes_seen(a, episode) == both
    b.exchange()
    assert notes_seen(b, episode) == both
    assert notes_held(centre) == 2
    agree(centre, a, b)
    assert pc_of(a).incarnation == 2
    assert [row.episode for row in list_board(a.desk).rows] == [episode]


def test_a_disk_put_back_is_noticed_before_anything_is_written_on_it(centre, rooms, tmp_path):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    kept = image(a, tmp_path / "last week")
    note(a, episode, "sent after the image")
    exchange(a, b)
    put_back(a, kept)
    a.exchange()
    assert pc_of(a).incarnation == 2
    assert notes_seen(a, episode) == {"sent after the image": CENTRAL}
    note(a, episode, "written since")
    a.exchange()
    assert notes_held(centre) == 2
    assert pc_of(a).incarnation == 2
    assert len(happened(centre)) == 1


def test_what_two_copies_decide_apart_stands_side_by_side(centre, rooms, clone):
    a, b = rooms
    episode = admit(a).episode
    set_level(a, episode, 2)
    exchange(a, b)
    copy = clone(a)
    set_level(a, episode, 4)
    set_level(copy, episode, 1)
    exchange(a, copy, a, b)
    for room in (a, copy, b):
        (found,) = read_conflicts(room.desk)
        assert {side.values["level"] for side in found.conflict.alternatives} == {4, 1}
    agree(centre, a, copy)


def test_ones_own_two_entries_do_not_conflict_because_the_disk_was_copied_between(
    centre, rooms, clone
):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    set_level(a, episode, 2)
    with a.exchanging(a.address) as sending:
        sending.push(500, 1 << 20)
    copy = clone(a)
    note(a, episode, "at the first")
    set_level(copy, episode, 3)
    exchange(a, copy, a, b)
    for room in (a, copy, b):
        assert read_conflicts(room.desk) == ()
    agree(centre, a, copy)


def test_an_operator_sees_that_a_disk_was_copied(centre, rooms, clone, capsys):
    a, _ = rooms
    admit(a)
    a.exchange()
    copy = clone(a)
    admit(copy)
    admit(a)
    exchange(a, copy)
    asked = ["incidents", "--data", str(centre.data), "--database-url", centre.url]
    assert cli.main(asked) == 0
    told = capsys.readouterr().out
    assert re.search(rf"new_incarnation: device {pc_of(a).device} \(A\)", told)
    assert "was copied or put back to an earlier state" in told


def about_nobody(room: Room) -> None:
    """An entry whose detainee never came to the server: it is held back."""
    desk = room.desk
    note = Note(
        id=desk.ids.new(),
        patient=desk.ids.new(),
        episode=desk.ids.new(),
        performed_at=room.clock.moment(),
        recorded_at=room.clock.moment(),
        recorded_by=room.actor.user,
        performed_by=room.actor.user,
        category=NoteCategory.CLINICAL,
        text="of somebody else",
    )
    desk.store.write(desk.actor, "write_note", lambda write: write.record(note))


def level_seen(room: Room, episode: str) -> tuple[int, Standing]:
    kind, identifier = CareLevel.__name__, care_level_id(episode)
    seen = room.opened.store.read(lambda look: look.seen(kind, identifier))
    return seen.record.level, seen.standing


def test_a_copy_that_sends_a_decided_conflict_again_shows_it_as_decided(centre, rooms, clone):
    """What it sends again from an entry held back on is judged again, and no row of it comes."""
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    about_nobody(a)
    set_level(b, episode, 2)
    set_level(a, episode, 3)
    exchange(b, a, b)
    (waiting,) = read_conflicts(b.desk)
    seen = tuple(side.operation for side in waiting.conflict.alternatives)
    resolve_conflict(
        b.desk, Choice(conflict=waiting.conflict.id, seen=seen, reason="Asked the sergeant", side=0)
    )
    exchange(b, a)
    copy = clone(a)
    note(a, episode, "at the first")
    exchange(a, copy)
    assert (pc_of(a).incarnation, pc_of(copy).incarnation) == (1, 2)
    assert (2, "conflict") in verdicts(centre), "it was sent again"
    for room in (a, b, copy):
        assert level_seen(room, episode) == (2, CENTRAL)
        assert read_conflicts(room.desk) == ()
    set_level(copy, episode, 1)
    exchange(copy, a, copy)
    assert level_seen(a, episode) == level_seen(copy, episode) == (1, CENTRAL)
