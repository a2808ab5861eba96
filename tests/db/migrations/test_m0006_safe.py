from __future__ import annotations

from sonar_core.moments import HOUR_MS
from sonar_core.sync.keeping import KEEP_DAYS
from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrate import MIGRATIONS
from tests.db.clinic import START_MS, Desk, HeldKey


def test_a_store_of_version_five_goes_on_and_nothing_of_it_goes_by_itself(tmp_path):
    path = tmp_path / "client.db"
    open_database(path, HeldKey(), MIGRATIONS[:5]).close()
    desk = Desk(path)
    desk.enrol()
    desk.sync.purge(START_MS)
    desk.clock.ms += KEEP_DAYS * 24 * HOUR_MS
    desk.sync.purge(START_MS + KEEP_DAYS * 24 * HOUR_MS)
    assert desk.sync.position().last_seq == 0
    desk.arrival()
    assert desk.sync.outgoing(500, 1 << 20).numbers == (1, 2)
    desk.database.close()
