"""The server loses its newest commits: every PC notices by itself and gives back what it has."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import make_url

from sonar_core.sync.keeping import KEEP_DAYS
from sonar_core.sync.messages import MAX_OPERATIONS, MAX_PUSH_BYTES, SnapshotStart
from sonar_desktop.sync.errors import UnknownDeviceError
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_server import epochs
from sonar_server.central import open_central
from sonar_server.store.database import Database
from tests.journeys.conftest import Centre
from tests.journeys.rig import furnish
from tests.journeys.test_two_rooms import admit, agree, set_level


class Backup:
    """A copy of the server's database; made and put back while the server goes on."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._name = make_url(centre.url).database
        self._run(f"CREATE DATABASE {self._name}_backup TEMPLATE {self._name}")

    def put_back(self) -> None:
        """As a disk is put back under a database: nobody tells the server."""
        self._run(f"DROP DATABASE {self._name}")
        self._run(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_backup")

    def put_back_and_tell(self) -> None:
        """As an operator does, who says so with `sonar-server epoch new`."""
        self.put_back()
        database = Database(self._centre.url)
        try:
            epochs.begin(open_central(database, self._centre.organisation.keys))
        finally:
            database.close()

    def _run(self, statement: str) -> None:
        url = self._centre.organisation.postgres.url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (self._name,),
            )
            connection.execute(statement.encode())


@pytest.fixture
def back_up(centre):
    return lambda: Backup(centre)


def note(room, episode: str, text: str) -> str:
    signing = Signing(episode=episode, performed_at=room.clock.moment())
    return write_note(room.desk, Noting(signing=signing, text=text))[0]


def notes_seen(room, episode: str) -> dict[str, Standing]:
    seen = room.opened.store.read(lambda look: look.of_episode(episode, ("Note",)))
    return {one.record.text: one.standing for one in seen}


def notes_held(centre) -> int:
    return sum(row[1] == "Note" for rows in centre.rows().values() for row in rows)


def exchange(*rooms) -> None:
    for room in rooms:
        room.exchange()


@pytest.mark.parametrize("is_noticed", [False, True])
def test_what_the_server_lost_is_given_back_by_who_wrote_it(centre, rooms, back_up, is_noticed):
    a, b = rooms
    episode = admit(a).episode
    set_level(a, episode, 2)
    exchange(a, b)
    backup = back_up()
    set_level(a, episode, 3)
    note(a, episode, "of A")
    exchange(a, b)
    note(b, episode, "of B")
    set_level(b, episode, 1)
    exchange(b, a, b)
    before = {"of A": Standing.CENTRAL, "of B": Standing.CENTRAL}
    assert notes_seen(a, episode) == notes_seen(b, episode) == before

    backup.put_back()
    if is_noticed:
        centre.kill()
        centre.start()
    assert notes_held(centre) == 0
    b.exchange()
    assert notes_seen(b, episode) == {"of A": Standing.UNHELD, "of B": Standing.CENTRAL}
    b.restart()
    assert notes_seen(b, episode) == {"of A": Standing.UNHELD, "of B": Standing.CENTRAL}
    assert [row.episode for row in list_board(b.desk).rows] == [episode]
    exchange(a, b, a)

    assert notes_seen(a, episode) == notes_seen(b, episode) == before
    assert notes_held(centre) == 2
    agree(centre, a, b)
    for room in rooms:
        assert room.opened.sync.waiting().operations == 0


def test_while_it_is_not_given_back_an_own_entry_is_only_saved_on_this_pc(rooms, back_up, centre):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    backup = back_up()
    note(a, episode, "lost")
    a.exchange()
    assert notes_seen(a, episode) == {"lost": Standing.CENTRAL}
    backup.put_back_and_tell()

    reported = []
    with a.exchanging(a.address) as exchange_of_a:
        exchange_of_a.report = lambda state, *_: reported.append(state)
        exchange_of_a.reconcile()
        assert notes_seen(a, episode) == {"lost": Standing.LOCAL}
        assert exchange_of_a.given_back == 1
        assert a.opened.sync.waiting().operations == 1
        exchange_of_a.push(MAX_OPERATIONS, MAX_PUSH_BYTES)
    exchange(a, b)
    assert notes_seen(b, episode) == {"lost": Standing.CENTRAL}
    agree(centre, a, b)
    assert reported[0] == "reconciling"


def test_what_was_sent_and_never_fetched_is_missed_too(centre, rooms, back_up):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    backup = back_up()
    note(a, episode, "sent, not fetched")
    with a.exchanging(a.address) as exchange_of_a:
        exchange_of_a.push(MAX_OPERATIONS, MAX_PUSH_BYTES)
    backup.put_back_and_tell()
    exchange(a, b)
    assert notes_seen(b, episode) == {"sent, not fetched": Standing.CENTRAL}
    agree(centre, a, b)


def test_an_entry_made_after_the_restore_finds_the_earlier_ones_sent_first(centre, rooms, back_up):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    backup = back_up()
    note(a, episode, "before")
    a.exchange()
    backup.put_back()
    note(a, episode, "after")
    note(b, episode, "of B")
    exchange(b, a, b)
    assert set(notes_seen(b, episode)) == {"before", "after", "of B"}
    agree(centre, a, b)


def test_what_nobody_can_give_back_stays_where_it_is_and_says_so(centre, rooms, back_up, tmp_path):
    a, b = rooms
    backup = back_up()
    episode = admit(a).episode
    note(a, episode, "of a PC that burnt")
    exchange(a, b)
    backup.put_back()
    note(b, episode, "about somebody the server does not know")
    exchange(b, b)
    b.restart()
    b.exchange()
    seen = notes_seen(b, episode)
    assert seen["of a PC that burnt"] is Standing.UNHELD
    assert seen["about somebody the server does not know"] is Standing.HELD
    assert [row.family for row in list_board(b.desk).rows] == ["BARROW"]
    assert b.opened.sync.waiting().held_back == 1

    a.exchange()
    exchange(b, a)
    assert set(notes_seen(b, episode).values()) == {Standing.CENTRAL}
    assert notes_held(centre) == 2
    agree(centre, a, b)


def test_a_first_sync_that_met_the_restore_half_way_begins_anew(centre, rooms, back_up, tmp_path):
    a, b = rooms
    episode = admit(a).episode
    a.exchange()
    backup = back_up()
    note(a, episode, "lost and given back")
    a.exchange()
    with b.exchanging(b.address) as exchange_of_b:
        for cursor in b.opened.sync.cursors():
            start = SnapshotStart(protocol=1, scopes=(cursor.scope,))
            b.opened.sync.begin_snapshots(exchange_of_b.port.snapshot_start(start).manifests)
    backup.put_back_and_tell()
    exchange(a, b)
    assert notes_seen(b, episode) == {"lost and given back": Standing.CENTRAL}
    agree(centre, a, b)


def test_a_second_restore_is_met_as_the_first_was(centre, rooms, back_up):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    backup = back_up()
    note(a, episode, "one")
    exchange(a, b)
    backup.put_back()
    exchange(b, a, b)
    note(b, episode, "two")
    exchange(b, a)
    backup.put_back()
    exchange(a, b, a)
    assert notes_seen(a, episode) == {"one": Standing.CENTRAL, "two": Standing.CENTRAL}
    agree(centre, a, b)


def test_a_server_put_back_to_before_what_pcs_still_keep_loses_nothing_out_of_sight(
    centre, rooms, back_up
):
    a, b = rooms
    episode = admit(a).episode
    exchange(a, b)
    backup = back_up()
    note(a, episode, "acknowledged long ago")
    exchange(a, b)
    for days in (1, KEEP_DAYS):
        a.clock.pass_minutes(days * 24 * 60 + 1)
        a.opened.sync.purge(a.clock.wall_ms)
    note(a, episode, "of today")
    exchange(a, b)
    backup.put_back_and_tell()
    note(b, episode, "after the restore")
    exchange(a, b, a)
    assert (
        notes_seen(a, episode)
        == notes_seen(b, episode)
        == {
            "acknowledged long ago": Standing.UNHELD,
            "of today": Standing.CENTRAL,
            "after the restore": Standing.CENTRAL,
        }
    )
    assert a.opened.sync.waiting().operations == a.opened.sync.waiting().held_back == 0
    agree(centre, a, b)
    note(a, episode, "and on")
    exchange(a, b)
    agree(centre, a, b)


def test_a_pc_furnished_after_the_backup_is_unknown_and_says_so(centre, rooms, back_up, tmp_path):
    a, _ = rooms
    backup = back_up()
    late = furnish(tmp_path / "late", centre.address, centre.code(), a.actor, a.clock)
    late.exchange()
    backup.put_back()
    try:
        with pytest.raises(UnknownDeviceError):
            late.exchange()
    finally:
        late.close()
