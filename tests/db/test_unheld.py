from __future__ import annotations

import pytest

from sonar_desktop.db import schema, unheld
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from tests.db.centre import Centre


@pytest.mark.parametrize("statement", ["DELETE FROM unheld", "UPDATE unheld SET body = x'00'"])
def test_what_was_put_aside_is_never_changed_and_goes_only_when_it_is_back(desk, statement):
    centre = Centre()
    patient, _ = desk.arrival()
    centre.exchange(desk)

    def put_aside(connection):
        rows = connection.execute(schema.record.select()).all()
        unheld.keep(connection, rows)
        unheld.keep(connection, rows)
        assert unheld.among(connection, [patient]) == {patient}
        assert len(unheld.newest(connection, [patient])) == 1

    desk.database.write(Priority.SYNC, put_aside)
    with pytest.raises(BugError):
        desk.database.write(
            Priority.SYNC, lambda connection: connection.exec_driver_sql(statement).close()
        )
