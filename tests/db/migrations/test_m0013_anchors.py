from __future__ import annotations

from sonar_desktop.db import anchors
from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrate import MIGRATIONS
from tests.db.clinic import Desk, HeldKey


def test_a_pc_of_an_older_program_holds_no_countersignature_yet(tmp_path):
    path = tmp_path / "client.db"
    open_database(path, HeldKey(), MIGRATIONS[:12]).close()
    desk = Desk(path)
    desk.enrol()
    assert desk.database.read(lambda connection: anchors.last(connection, 1)) is None
    desk.database.close()
