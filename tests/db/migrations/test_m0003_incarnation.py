from __future__ import annotations

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrations import m0001_first, m0002_unheld
from sonar_desktop.db.writer import Priority
from tests.db.clinic import CLINICAL, DEVICE, ORGANISATION, SITE, Desk, HeldKey


def test_a_store_of_version_two_is_in_the_incarnation_it_was_in_from_its_beginning(tmp_path):
    path = tmp_path / "client.db"
    old = open_database(path, HeldKey(), (m0001_first, m0002_unheld))
    columns = (
        "only_one, device, incarnation, site, site_name, organisation, zone, server_id, scopes, "
        "identity, lease_public, recovery_public, next_seq, prev_hash, hlc"
    )
    values = (
        1, DEVICE, 1, SITE, "Longport", ORGANISATION, "Europe/London", "server",
        f'["{CLINICAL}"]'.encode(), b"keys", b"lease", b"recovery", 1, "0" * 64, "0" * 16,
    )  # fmt: skip
    marks = ", ".join("?" * len(values))

    def work(connection):
        connection.exec_driver_sql(f"INSERT INTO device ({columns}) VALUES ({marks})", values)  # noqa: S608

    old.write(Priority.USER, work)
    old.close()
    desk = Desk(path)
    desk.arrival()
    asked = desk.sync.to_begin_anew()
    assert (asked.incarnation, asked.first_seq) == (1, 1)
    assert not desk.sync.outgoing(500, 1 << 20).is_over
    desk.database.close()
