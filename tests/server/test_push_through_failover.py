"""A database that is away for a moment must cost an operation nothing but time."""

from __future__ import annotations

import select
from contextlib import contextmanager, suppress
from itertools import count

import psycopg
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


class EndsSession:
    """Has PostgreSQL end the session just before one of the statements of a push."""

    def __init__(self, monkeypatch, url):
        self._url = url
        self._left = 0
        for method in ("execute", "copy"):
            original = getattr(psycopg.Cursor, method)
            monkeypatch.setattr(psycopg.Cursor, method, self._counted(original))

    def before(self, number):
        self._left = number

    @property
    def is_over(self):
        """The push had fewer statements than that."""
        return self._left > 0

    def _counted(self, original):
        def call(cursor, *given, **named):
            self._left -= 1
            if self._left == 0:
                self._end(cursor.connection.info.backend_pid)
            return original(cursor, *given, **named)

        return call

    def _end(self, pid):
        with psycopg.connect(self._url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])


def test_a_session_ended_before_any_statement_of_a_push_costs_a_repetition(
    monkeypatch, central, pc, episode
):
    ending = EndsSession(monkeypatch, central.database.url)
    for number in count(1):
        written = pc.wrote(pc.note(episode))
        ending.before(number)
        try:
            receipts = pc.push(*written)
        except UnavailableError:
            receipts = pc.push(*written)
        assert [receipt.verdict for receipt in receipts] == [Verdict.APPLIED]
        if ending.is_over:
            break
    ending.before(0)  # nor any statement of what follows
    assert number > 10
    assert [row.kind for row in pc.copy().rows].count("Note") == number
