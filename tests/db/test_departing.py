from __future__ import annotations

import pytest

from sonar_core.sync.breaker import MOST_ROWS
from sonar_desktop.db import retiring
from tests.db.clinic import CLINICAL
from tests.db.test_retiring import EVERYWHERE, Stay


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


def test_a_removal_that_takes_too_much_freezes_all_and_entry_and_sync_go_on(stay, monkeypatch):
    """As if the statement had forgotten whose rows it is about."""
    right = retiring._OF_STAY
    monkeypatch.setattr(retiring, "_OF_STAY", "scope = ? AND (1 OR episode = ? OR patient = ?)")
    stay.desk.sync.settle((), {CLINICAL: 1000})
    departed = stay.desk.sync.let_go(EVERYWHERE)
    assert (departed.stays, departed.is_frozen) == (0, True)
    assert stay.rows() == stay.held
    monkeypatch.setattr(retiring, "_OF_STAY", right)

    stay.desk.reopen()
    assert stay.desk.sync.let_go(EVERYWHERE).is_frozen, "until somebody has looked"
    assert stay.rows() == stay.held
    kinds = stay.desk.database.read(
        lambda connection: connection.exec_driver_sql("SELECT kinds FROM removal_freeze").scalar()
    )
    assert kinds == "Note"
    stay.desk.note(*stay.other, "one more")
    stay.centre.exchange(stay.desk)
    assert stay.desk.sync.waiting().operations == 0
    stay.agree()
