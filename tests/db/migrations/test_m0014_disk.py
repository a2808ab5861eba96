from __future__ import annotations

import pytest
from sqlalchemy import text

from sonar_desktop.db.database import open_database
from sonar_desktop.db.found import findings
from sonar_desktop.db.migrate import MIGRATIONS
from sonar_desktop.db.migrations import m0014_disk
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from tests.db.clinic import Desk, HeldKey


def test_a_store_of_version_thirteen_has_found_nothing_and_keeps_what_it_finds(tmp_path):
    path = tmp_path / "client.db"
    open_database(path, HeldKey(), MIGRATIONS[: MIGRATIONS.index(m0014_disk)]).close()
    desk = Desk(path)
    assert desk.database.read(findings) == ()
    found = text("INSERT INTO disk_finding (found_ms, sort) VALUES (1, 'taken_up')")
    desk.database.write(Priority.USER, lambda connection: connection.execute(found))
    gone = text("DELETE FROM disk_finding")
    with pytest.raises(BugError):
        desk.database.write(Priority.USER, lambda connection: connection.execute(gone))
    assert len(desk.database.read(findings)) == 1
    desk.database.close()
