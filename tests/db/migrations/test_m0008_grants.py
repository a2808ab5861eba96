from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrations import (
    m0001_first,
    m0002_unheld,
    m0003_incarnation,
    m0004_incidents,
    m0005_retired,
    m0006_safe,
    m0007_lifted,
)
from tests.db.clinic import CLINICAL, Desk, HeldKey


def test_to_a_store_of_version_seven_nothing_was_revoked(tmp_path):
    path = tmp_path / "client.db"
    before = (
        m0001_first,
        m0002_unheld,
        m0003_incarnation,
        m0004_incidents,
        m0005_retired,
        m0006_safe,
        m0007_lifted,
    )
    open_database(path, HeldKey(), before).close()
    desk = Desk(path)
    desk.enrol()
    assert desk.sync.revoked() == {}
    assert desk.sync.granted() == (CLINICAL,)
    desk.database.close()
