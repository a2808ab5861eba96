from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrate import MIGRATIONS
from tests.db.clinic import CLINICAL, Desk, HeldKey
from tests.db.test_retiring import EVERYWHERE


def test_a_stay_that_had_left_a_store_of_version_eight_left_because_it_was_over(tmp_path):
    path = tmp_path / "client.db"
    raw = open_database(path, HeldKey(), MIGRATIONS[:8])
    left = "INSERT INTO retired (scope, episode, patient, seq, is_gone) VALUES (?, ?, ?, 0, 0)"
    values = (CLINICAL, bytes(16), bytes(16))
    raw.write(2, lambda connection: connection.exec_driver_sql(left, values).close())
    raw.close()
    desk = Desk(path)
    desk.enrol()
    moved = "SELECT is_moved FROM retired"
    assert desk.database.read(lambda link: link.exec_driver_sql(moved).all()) == [(0,)]
    assert desk.sync.let_go(EVERYWHERE).stays == 1
    desk.database.close()
