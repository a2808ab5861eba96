from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrations import m0001_first, m0002_unheld
from tests.db.clinic import Desk, HeldKey, board_of


def test_a_store_of_version_two_goes_on_with_all_that_it_held(tmp_path):
    path = tmp_path / "client.db"
    open_database(path, HeldKey(), (m0001_first, m0002_unheld)).close()
    desk = Desk(path)
    desk.enrol()
    desk.arrival(family="Marsh")
    assert len(board_of(desk.store)) == 1
    assert desk.sync.healing.last_incident() is None
    assert desk.sync.healing.last_check() is None
    desk.database.close()
