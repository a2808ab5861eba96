from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.migrate import MIGRATIONS
from sonar_desktop.db.migrations import m0011_few
from tests.db.centre import Centre
from tests.db.clinic import Desk, HeldKey, board_of

FEW = (
    "Conflict", "CustodyEpisode", "Patient", "Practitioner", "PractitionerRole", "ScopeGrant",
    "SiteMove",
)  # fmt: skip


def test_a_store_of_version_ten_finds_its_conflicts_by_an_index_of_few_kinds(tmp_path):
    path = tmp_path / "client.db"
    open_database(path, HeldKey(), MIGRATIONS[: MIGRATIONS.index(m0011_few)]).close()
    desk = Desk(path)
    desk.enrol()
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")
    Centre().exchange(desk)

    plans = desk.database.read(
        lambda connection: [
            driver_connection(connection)
            .execute(f"EXPLAIN QUERY PLAN SELECT id FROM record WHERE kind = '{kind}'")  # noqa: S608
            .fetchone()[3]
            for kind in FEW
        ]
    )
    assert {plan.partition(" (")[0] for plan in plans} == {"SEARCH record USING INDEX record_kind"}
    assert len(board_of(desk.store)) == 1
    desk.database.close()
