from __future__ import annotations

import pytest

from sonar_core.sync.messages import Receipt, Verdict
from sonar_core.sync.operations import FIRST_PREV_HASH, header_of
from sonar_desktop.db import schema, unheld
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.sync_ports import Resumption
from tests.db.centre import Centre
from tests.db.clinic import standing


@pytest.mark.parametrize("statement", ["DELETE FROM unheld", "UPDATE unheld SET body = x'00'"])
def test_what_was_put_aside_is_never_changed_and_goes_only_when_it_is_back(desk, statement):
    centre = Centre()
    patient, _ = desk.arrival()
    centre.exchange(desk)

    def put_aside(connection):
        rows = connection.execute(schema.record.select()).all()
        unheld.keep(connection, rows)
        unheld.keep(connection, rows)
        assert len(unheld.newest(connection, [patient])) == 1

    desk.database.write(Priority.SYNC, put_aside)
    with pytest.raises(BugError):
        desk.database.write(
            Priority.SYNC, lambda connection: connection.exec_driver_sql(statement).close()
        )


def test_an_own_entry_on_top_of_what_the_server_lost_is_not_said_to_make_it_held(desk, other_desk):
    # Between the verdict and the rows a stop may last for hours.
    centre = Centre()
    _, episode = desk.arrival(cell="M1")
    centre.exchange(desk)
    kept = centre.head
    desk.move(episode, "M2")
    centre.exchange(desk)
    centre.pull(other_desk)
    other_desk.sync.go_back(Resumption(common=(kept,), op_seq=0, header_hash=FIRST_PREV_HASH))
    assert standing(other_desk, "CustodyEpisode", episode) is Standing.UNHELD
    assert (other_desk.sync.healing.unheld(), desk.sync.healing.unheld()) == (1, 0)

    other_desk.move(episode, "M3")
    assert standing(other_desk, "CustodyEpisode", episode) is Standing.LOCAL
    (operation,) = other_desk.sync.outgoing(500, 1 << 20).operations
    op_id = header_of(operation).op_id
    taken = Receipt(op_id=op_id, op_seq=1, verdict=Verdict.APPLIED, version=2)
    other_desk.sync.settle((taken,))
    assert standing(other_desk, "CustodyEpisode", episode) is Standing.UNHELD


def test_what_this_pc_has_given_back_is_held_as_soon_as_the_server_says_so(desk):
    centre = Centre()
    _, episode = desk.arrival(cell="M1")
    receipts = centre.push(desk)
    kept = centre.head
    desk.move(episode, "M2")
    receipts += centre.take(desk.sync.outgoing(500, 1 << 20, 2).operations)
    desk.sync.settle(receipts)
    centre.pull(desk)
    desk.sync.go_back(Resumption(common=(kept,), op_seq=0, header_hash=FIRST_PREV_HASH))
    assert standing(desk, "CustodyEpisode", episode) is Standing.LOCAL
    desk.sync.settle(receipts)
    assert standing(desk, "CustodyEpisode", episode) is Standing.CENTRAL
