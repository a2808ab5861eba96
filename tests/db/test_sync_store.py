from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.operations import header_of
from sonar_desktop.db import outbox
from sonar_desktop.db.errors import SyncHoleError
from tests.db.centre import Centre, taken
from tests.db.clinic import (
    CLINICAL,
    START_MS,
    board_of,
)


def test_a_batch_never_splits_a_user_action(desk):
    for number in range(3):
        desk.arrival(family=f"Marsh{number}")  # two operations each

    sizes = [len(desk.sync.outgoing(most, 1 << 20).operations) for most in (1, 2, 3, 4, 5, 6)]
    assert sizes == [2, 2, 2, 4, 4, 6]
    later = desk.sync.outgoing(2, 1 << 20, after=2)
    assert later.numbers == (3, 4)
    assert desk.database.in_flight.numbers >= {3, 4}
    first = desk.sync.outgoing(500, 1)
    assert desk.database.in_flight.numbers == {1, 2}
    desk.sync.outgoing(2, 1 << 20, after=2)
    assert desk.database.in_flight.numbers == {1, 2, 3, 4}, "the first are in flight still"
    assert len(first.operations) == 2, "a limit below one action sends it alone, whole"
    headers = [header_of(operation) for operation in first.operations]
    assert [(header.txn_index, header.txn_size) for header in headers] == [(0, 2), (1, 2)]
    assert headers[0].txn_id == headers[1].txn_id
    waiting = desk.sync.waiting()
    assert (waiting.operations, waiting.actions) == (6, 3)
    assert waiting.oldest_ms == headers[0].recorded_at.utc_ms


def test_a_tail_that_does_not_follow_is_refused_whole(desk, other_desk):
    centre = Centre()
    desk.arrival()
    centre.exchange(desk)
    (at,) = desk.sync.cursors()
    other_desk.arrival()
    centre.push(other_desk)
    rows = taken(centre.rows[at.seq :])
    wrong = msgspec.structs.replace(at, chain=bytes(32))

    with pytest.raises(SyncHoleError):
        desk.sync.take_tail(rows, wrong, centre.head)
    with pytest.raises(SyncHoleError):
        desk.sync.take_tail(taken(centre.rows[at.seq + 1 :]), at, centre.head)

    assert desk.sync.cursors() == (at,)
    assert desk.sync.digest(CLINICAL) == desk.sync.recomputed_digest(CLINICAL)
    assert len(board_of(desk.store)) == 1


def test_the_last_contact_is_remembered(desk):
    assert desk.sync.last_contact() is None
    desk.sync.note_contact(START_MS + 5)
    first = desk.sync.last_contact()
    assert first == (desk.clock.ms, START_MS + 5)
    desk.clock.ms += 30_000
    desk.sync.note_contact(START_MS + 9)
    assert desk.sync.last_contact() == first, "on disk it may be a minute older"
    desk.clock.ms += 30_000
    desk.sync.note_contact(START_MS + 11)
    assert desk.sync.last_contact() == (desk.clock.ms, START_MS + 11)
    desk.clock.ms -= 3_600_000
    desk.sync.note_contact(START_MS + 13)
    assert desk.sync.last_contact() == (desk.clock.ms, START_MS + 13), "never newer than now"
    assert desk.sync.granted() == (CLINICAL,)


def test_what_waits_is_found_without_walking_over_what_was_sent(desk):
    def plans(connection):
        return [
            connection.exec_driver_sql(
                "EXPLAIN QUERY PLAN "
                + str(query.compile(connection, compile_kwargs={"literal_binds": True}))
            ).all()
            for query in (outbox.OUTGOING.params(after=0), outbox.WAITING, outbox.HELD)
        ]

    for plan in desk.database.read(plans):
        assert any("INDEX own_op_open" in step.detail for step in plan)
