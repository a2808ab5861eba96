from __future__ import annotations

import pytest

from sonar_desktop.db.database import open_database
from sonar_desktop.db.migrate import MIGRATIONS
from sonar_desktop.usecases.errors import BugError
from tests.db.clinic import Desk, HeldKey

WRITTEN = (
    "INSERT INTO own_op (op_seq, op_id, txn_id, kind, entity, header, payload, signature, "
    "written_ms, state) VALUES (1, 'o', 't', 'Note', ?, X'7B', X'7B', X'00', 5, 'waiting')"
)


def test_what_an_older_program_wrote_follows_nothing_and_stays_final(tmp_path):
    path = tmp_path / "client.db"
    raw = open_database(path, HeldKey(), MIGRATIONS[:9])
    raw.write(2, lambda link: link.exec_driver_sql(WRITTEN, (bytes(16),)).close())
    raw.close()
    desk = Desk(path)
    desk.enrol()
    found = desk.database.read(
        lambda link: link.exec_driver_sql("SELECT kind, follows FROM own_op").all()
    )
    assert found == [("Note", None)]
    with pytest.raises(BugError):
        desk.database.write(
            2, lambda link: link.exec_driver_sql("UPDATE own_op SET follows = X'00'").close()
        )
    desk.database.close()
