from __future__ import annotations

import pytest
from sqlcipher3 import dbapi2

from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from tests.db.centre import Centre


@pytest.fixture
def full(desk):
    """A PC with one detainee confirmed, one version superseded, and one entry waiting."""
    centre = Centre()
    patient, episode = desk.arrival(cell="M1")
    desk.move(episode, "M2")
    centre.exchange(desk)
    desk.note(patient, episode, "waiting")
    return desk


def run(desk, *statements):
    """Run statements in one transaction on the writer."""

    def work(connection):
        raw = driver_connection(connection)
        return [raw.execute(statement).rowcount for statement in statements]

    return desk.database.write(Priority.USER, work)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE record SET body = x'00'", "never changed"),
        ("UPDATE record SET version = version + 1", "never changed"),
        ("UPDATE record SET id = x'00', version = version + 1", "never changed"),
        ("DELETE FROM record", "never deleted"),
        ("UPDATE version SET body = x'00'", "never changed"),
        ("DELETE FROM version", "never deleted"),
        ("UPDATE own_op SET payload = x'00'", "never changed"),
        ("UPDATE own_op SET signature = x'00'", "never changed"),
        ("DELETE FROM own_op", "never deleted"),
        ("DELETE FROM own_op WHERE state = 'acked'", "never deleted"),
        ("UPDATE own_op SET state = 'acked' WHERE state = 'waiting'", "by its verdict"),
    ],
)
def test_what_was_written_is_neither_changed_nor_deleted(full, monkeypatch, statement, words):
    seen = []

    def work(connection):
        with pytest.raises(dbapi2.IntegrityError) as caught:
            driver_connection(connection).execute(statement)
        seen.append(str(caught.value))

    full.database.write(Priority.USER, work)
    assert words in seen[0]


def test_an_operation_without_a_verdict_outlives_even_a_purge(full):
    def work(connection):
        raw = driver_connection(connection)
        raw.execute("INSERT INTO purge (name) VALUES ('test')")
        gone = raw.execute("DELETE FROM own_op WHERE state = 'acked'").rowcount
        with pytest.raises(dbapi2.IntegrityError):
            raw.execute("DELETE FROM own_op")
        raw.execute("DELETE FROM purge")
        return gone

    assert full.database.write(Priority.USER, work) == 3
    assert full.sync.waiting().operations == 1


def test_an_operation_is_waiting_held_or_acknowledged_and_nothing_else(full):
    with pytest.raises(BugError, match="SQLITE_CONSTRAINT"):
        run(full, "UPDATE own_op SET state = 'lost', verdict = 'applied', settled_ms = 1")
