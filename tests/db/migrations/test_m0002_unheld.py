from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrations import m0001_first
from tests.db.clinic import CLINICAL, Desk, HeldKey, board_of


def test_a_store_of_version_one_goes_on_with_all_that_it_held(tmp_path, monkeypatch):
    path = tmp_path / "client.db"
    open_database(path, HeldKey(), (m0001_first,)).close()
    desk = Desk(path)
    desk.enrol()
    desk.arrival(family="Marsh")
    assert len(board_of(desk.store)) == 1
    assert desk.sync.horizon() == {}
    assert desk.sync.places().scopes[0][0].scope == CLINICAL
    desk.database.close()
