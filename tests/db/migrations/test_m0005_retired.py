from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrations import (
    m0001_first,
    m0002_unheld,
    m0003_incarnation,
    m0004_incidents,
)
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, Desk, HeldKey


def test_a_store_of_version_four_knows_where_it_stood(tmp_path):
    path = tmp_path / "client.db"
    before = (m0001_first, m0002_unheld, m0003_incarnation, m0004_incidents)
    raw = open_database(path, HeldKey(), before)
    at = Centre().head
    raw.write(
        2,
        lambda connection: connection.exec_driver_sql(
            "INSERT INTO cursor VALUES (?, 1, 7, 3, ?, ?)", (CLINICAL, b"\x09" * 32, bytes(16))
        ).close(),
    )
    raw.close()
    desk = Desk(path)
    desk.enrol()
    known = desk.sync.places().scopes[0]
    assert [(one.commit_no, one.seq) for one in known] == [(0, at.seq), (3, 7)]
    assert not desk.sync.position().is_leaving
    desk.database.close()
