"""A row on a PC's disk is not what the server sent: the PC finds it, puts it right and says so."""

from __future__ import annotations

import pytest

from sonar_core.sync.healing import FoundBy
from sonar_desktop.sync.errors import DivergedError
from sonar_desktop.sync.self_check import CHECK_HOURS, SelfCheck
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Standing
from sonar_server import copies
from sonar_server.central import open_central
from sonar_server.store import incidents
from sonar_server.store.database import Database
from tests.db.spoiling import behind_its_back
from tests.journeys.test_server_put_back import exchange, note, notes_seen
from tests.journeys.test_two_rooms import admit, agree, set_level
from tests.postgres import for_superuser

SPOIL = (
    "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), 'naloxone', 'nalorone') AS BLOB) "
    "WHERE kind = 'Note' AND instr(body, 'naloxone')"
)


def look_over(room) -> SelfCheck:
    """Let a day pass, and the rows be looked over as while the PC is idle."""
    check = SelfCheck(store=room.opened.sync, clock=room.clock)
    assert check.go_on() is None
    room.clock.pass_minutes(CHECK_HOURS * 60)
    while check.go_on() is not None:
        pass
    return check


def told_to(centre) -> list[tuple[str, str]]:
    database = Database(centre.url)
    try:
        made = open_central(database, centre.organisation.keys)
        return [(one.kind, one.detail) for one in made.database.run(incidents.incidents)]
    finally:
        database.close()


@pytest.fixture
def spoilt(centre, rooms):
    """Both rooms know a stay and a note of A's; B's disk has one letter of the note wrong."""
    a, b = rooms
    episode = admit(a).episode
    set_level(a, episode, 2)
    note(a, episode, "gave naloxone 400 micrograms")
    exchange(a, b)
    set_level(a, episode, 3)
    exchange(a, b)
    behind_its_back(b.opened._database, SPOIL)
    assert notes_seen(b, episode) == {"gave nalorone 400 micrograms": Standing.CENTRAL}
    return episode


TRUE = {"gave naloxone 400 micrograms": Standing.CENTRAL}


def test_a_letter_that_changed_on_the_disk_is_found_put_right_and_told(centre, rooms, spoilt):
    a, b = rooms
    b.exchange()
    assert notes_seen(b, spoilt) != TRUE, "the digest that is kept cannot see it"
    check = look_over(b)
    assert check.has_found
    a.clock.wall_ms = b.clock.wall_ms
    waiting = note(b, spoilt, "of B, written meanwhile")
    b.exchange()
    exchange(a, b)
    mine = {"of B, written meanwhile": Standing.CENTRAL}
    assert notes_seen(b, spoilt) == notes_seen(a, spoilt) == TRUE | mine
    agree(centre, a, b)
    assert waiting
    assert [row.family for row in list_board(b.desk).rows] == ["BARROW"]
    incident = b.opened.sync.healing.last_incident()
    assert incident is not None
    assert (incident.found_by, incident.records) == (FoundBy.SELF_CHECK, 1)
    assert incident.healed_ms is not None
    ((kind, detail),) = told_to(centre)
    assert kind == copies.HEALED
    assert b.pc.device in detail
    assert "1 records put right" in detail
    assert not look_over(b).has_found


def test_a_row_that_was_lost_with_its_digest_known_is_found_at_the_next_exchange(
    centre, rooms, spoilt
):
    _, b = rooms
    behind_its_back(b.opened._database, SPOIL.replace("naloxone", "nalorone"))
    behind_its_back(b.opened._database, "DELETE FROM record WHERE kind = 'Note'")
    behind_its_back(b.opened._database, "UPDATE cursor SET digest = zeroblob(16)")
    b.exchange()
    assert notes_seen(b, spoilt) == TRUE
    agree(centre, *rooms)
    assert {kind for kind, _ in told_to(centre)} == {copies.HEALED}


def test_a_stop_between_repair_and_its_end_is_made_up_for(centre, rooms, spoilt, monkeypatch):
    _, b = rooms
    look_over(b)
    store = type(b.opened.sync.healing)
    with monkeypatch.context() as context:
        context.setattr(store, "healed", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            b.exchange()
    b.restart()
    assert notes_seen(b, spoilt) == TRUE
    assert b.opened.sync.position().suspicions
    b.exchange()
    assert not b.opened.sync.position().suspicions
    agree(centre, *rooms)
    (found, (kind, detail)) = sorted(told_to(centre))
    assert found[0] == copies.DIFFERS
    assert (kind, "1 records put right" in detail) == (copies.HEALED, True)


def test_a_server_whose_own_row_is_spoilt_is_not_believed_and_the_pc_says_so(centre, rooms, spoilt):
    _, b = rooms
    database = Database(for_superuser(centre.url))
    database.run(
        lambda transaction: transaction.exec_driver_sql(
            "UPDATE record SET body = '{}' WHERE kind = 'Note'"
        )
    )
    database.close()
    look_over(b)
    before = b.rows()
    for _ in range(3):
        with pytest.raises(DivergedError):
            b.exchange()
    assert b.rows() == before, "nothing is taken from it"
    ((kind, detail),) = told_to(centre)
    assert kind == copies.DIFFERS
    assert "not put right yet" in detail
