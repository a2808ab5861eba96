from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.migrate import MIGRATIONS
from sonar_desktop.db.migrations import m0015_visitors
from tests.db.clinic import Desk, HeldKey


def test_a_store_of_version_fourteen_finds_visitors_by_the_index_of_few_kinds(tmp_path):
    path = tmp_path / "client.db"
    open_database(path, HeldKey(), MIGRATIONS[: MIGRATIONS.index(m0015_visitors)]).close()
    desk = Desk(path)
    plans = desk.database.read(
        lambda connection: [
            driver_connection(connection)
            .execute(f"EXPLAIN QUERY PLAN SELECT id FROM record WHERE kind = '{kind}'")  # noqa: S608
            .fetchone()[3]
            for kind in ("UnconfirmedPractitioner", "Location", "Patient")
        ]
    )
    assert {plan.partition(" (")[0] for plan in plans} == {"SEARCH record USING INDEX record_kind"}
    desk.database.close()
