from __future__ import annotations

import pytest
from sqlalchemy.exc import DatabaseError

from sonar_core.sync.breaker import MOST_ROWS
from sonar_desktop.db.errors import MassRemovalError
from sonar_desktop.db.removing import removing
from sonar_desktop.db.writer import Priority
from tests.db.test_retiring import Stay


@pytest.fixture
def stay(desk) -> Stay:
    """A stay that is leaving, among many notes of somebody who is in custody."""
    made = Stay(desk)
    made.other = desk.arrival(family="Other")
    for number in range(2 * MOST_ROWS):
        desk.note(*made.other, f"note {number}")
    made.centre.exchange(desk)
    made.leaves()
    made.held = made.rows()
    return made


def drop(desk, count: int) -> None:
    """Take so many notes out that no word of any log lets go."""

    def work(connection):
        with removing(connection, "test"):
            connection.exec_driver_sql(
                "DELETE FROM record WHERE kind = 'Note' AND rowid IN (SELECT rowid FROM record "
                "WHERE kind = 'Note' ORDER BY rowid DESC LIMIT ?)",
                (count,),
            )

    desk.database.write(Priority.SYNC, work)


def test_what_the_log_lets_go_is_not_counted(stay):
    assert stay.let_go() == 1


def test_some_rows_without_a_word_of_the_log_may_go(stay):
    drop(stay.desk, MOST_ROWS)
    assert len(stay.rows()) == len(stay.held) - MOST_ROWS


def test_more_than_that_trips_and_nothing_goes(stay):
    with pytest.raises(MassRemovalError) as raised:
        drop(stay.desk, MOST_ROWS + 1)
    assert raised.value.kinds == ("Note",)
    assert stay.rows() == stay.held


def test_without_the_door_nothing_goes_at_all(stay):
    with pytest.raises(Exception) as raised:
        stay.desk.database.write(
            Priority.SYNC,
            lambda connection: connection.exec_driver_sql("DELETE FROM record").close(),
        )
    assert not isinstance(raised.value, DatabaseError)
    assert stay.rows() == stay.held
