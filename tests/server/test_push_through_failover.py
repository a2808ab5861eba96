"""A database that is away for a moment must cost an operation nothing but time."""

from __future__ import annotations

import select
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from sqlalchemy import event, text

from sonar_core.sync.messages import Verdict
from sonar_server.store.errors import UnavailableError


@contextmanager
def standby_for(database, transactions):
    """So many transactions find a node that has just become a standby: it only reads."""
    left = count(transactions, -1)

    def begun(connection):
        if next(left) > 0:
            connection.execute(text("SET TRANSACTION READ ONLY"))

    event.listen(database._engine, "begin", begun)
    try:
        yield
    finally:
        event.remove(database._engine, "begin", begun)


def test_a_push_to_a_node_that_became_a_standby_is_to_be_repeated_and_then_applied(
    central, pc, episode
):
    written = pc.wrote(pc.note(episode))
    with standby_for(central.database, 100), pytest.raises(UnavailableError):
        pc.push(*written)
    (receipt,) = pc.push(*written)
    assert receipt.verdict is Verdict.APPLIED


def test_a_push_that_meets_a_standby_and_then_its_successor_is_never_called_damaged(
    central, pc, episode
):
    """The switch happens in the middle of what the server does about the first refusal."""
    written = pc.wrote(pc.note(episode))
    receipts = ()
    with standby_for(central.database, 2):
        while not receipts:
            with suppress(UnavailableError):
                receipts = pc.push(*written)
    assert [receipt.verdict for receipt in receipts] == [Verdict.APPLIED]


def test_a_session_that_was_ended_while_this_program_was_held_up_is_no_fault_of_the_values(central):
    def held_up(transaction):
        transaction.execute(text("SET LOCAL idle_in_transaction_session_timeout = 1"))
        socket = transaction.connection.driver_connection.fileno()
        assert select.select([socket], [], [], 30)[0]
        transaction.execute(text("SELECT 1"))

    with pytest.raises(UnavailableError):
        central.database.run(held_up)
