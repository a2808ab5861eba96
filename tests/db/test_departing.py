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
    assert (departed.stays, [one.kinds for one in departed.freezes]) == (0, ["Note"])
    assert stay.desk.sync.position().is_removal_frozen
    assert stay.rows() == stay.held
    monkeypatch.setattr(retiring, "_OF_STAY", right)

    stay.desk.reopen()
    assert stay.desk.sync.let_go(EVERYWHERE).freezes == departed.freezes, "until somebody looked"
    assert stay.rows() == stay.held
    stay.desk.note(*stay.other, "one more")
    stay.centre.exchange(stay.desk)
    assert stay.desk.sync.waiting().operations == 0
    stay.agree()


def lines(desk) -> list[tuple[object, ...]]:
    """What this PC has written down of its freezes."""
    query = "SELECT at_ms, kinds, lifted_ms IS NOT NULL FROM removal_freeze ORDER BY at_ms"
    return desk.database.read(lambda connection: connection.exec_driver_sql(query).all())


def test_a_freeze_that_is_lifted_lets_go_by_the_same_rules_and_stays_written_down(
    stay, monkeypatch
):
    stay.desk.sync.settle((), {CLINICAL: 1000})
    found = []
    for _ in range(2):
        with monkeypatch.context() as wrong:
            wrong.setattr(retiring, "_OF_STAY", "scope = ? AND (1 OR episode = ? OR patient = ?)")
            found += stay.desk.sync.let_go(EVERYWHERE).freezes
            stay.desk.sync.lift([1, 2])
            assert stay.desk.sync.let_go(EVERYWHERE).freezes, "another was lifted"
            stay.desk.sync.lift([found[-1].at_ms])
            stay.desk.reopen()
    assert stay.rows() == stay.held, "what is still wrong trips it again"
    assert stay.desk.sync.let_go(EVERYWHERE).stays == 1
    assert not stay.desk.sync.position().is_leaving
    assert lines(stay.desk) == [(one.at_ms, "Note", 1) for one in found]
    assert len(found) == 2
    stay.agree()
