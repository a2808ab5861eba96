from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrate import MIGRATIONS
from tests.db.clinic import Desk, HeldKey
from tests.db.test_retiring import EVERYWHERE


def test_a_store_of_version_six_that_is_frozen_stays_so(tmp_path):
    path = tmp_path / "client.db"
    raw = open_database(path, HeldKey(), MIGRATIONS[:6])
    freeze = "INSERT INTO removal_freeze (at_ms, kinds) VALUES (7, 'Note')"
    raw.write(2, lambda connection: connection.exec_driver_sql(freeze).close())
    raw.close()
    desk = Desk(path)
    desk.enrol()
    assert [one.at_ms for one in desk.sync.let_go(EVERYWHERE).freezes] == [7]
    desk.sync.lift([7])
    assert desk.sync.let_go(EVERYWHERE).freezes == ()
    desk.database.close()
