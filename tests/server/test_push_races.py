"""Several PCs in one moment: what is decided on, what is locked when, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from sonar_core import bodies
from sonar_core.records.conflict import Conflict
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.kinds import ScopeKind
from sonar_core.sync.messages import Verdict
from sonar_server import lanes
from sonar_server.store import ledgers, log
from sonar_server.store.database import Database
from tests.server.orders import an_order
from tests.server.pc import Pc
from tests.server.test_push import care_level, fitness

PUSHERS = 8
ROUNDS = 4


@pytest.fixture
def before_the_lock(monkeypatch) -> Callable[[Callable[[], Any]], None]:
    """Has something done once, after a push was decided and before its scopes are locked."""

    def set_up(act: Callable[[], Any]) -> None:
        heads, waiting = log.heads, [act]

        def interrupted(transaction, keys, *, lock=False):
            if lock and waiting:
                waiting.pop()()
            return heads(transaction, keys, lock=lock)

        monkeypatch.setattr(log, "heads", interrupted)

    return set_up


def conflicts(pc: Pc) -> list[Conflict]:
    newest = {row.id: row for row in pc.copy().rows if row.kind == Conflict.__name__}
    return [bodies.decode(row.body, Conflict) for row in newest.values()]


def test_a_first_decision_that_came_before_the_lock_makes_the_second_a_conflict(
    new_pc, pc, episode, before_the_lock
):
    other = new_pc()
    theirs = other.wrote(fitness(episode, Fitness.NOT_FIT, other.user))
    before_the_lock(lambda: other.push(*theirs))
    (receipt,) = pc.push(*pc.wrote(fitness(episode, Fitness.FIT, pc.user)))
    assert receipt.verdict is Verdict.CONFLICT
    assert [len(each.alternatives) for each in conflicts(pc)] == [2]


def test_a_version_that_came_before_the_lock_stands_in_the_conflict_too(
    new_pc, pc, episode, before_the_lock
):
    level = care_level(episode, 2, pc.user)
    pc.push(*pc.wrote(level))
    other, third = new_pc(), new_pc()
    pc.push(*pc.edited(level, 1, level=3))
    theirs = third.edited(level, 1, level=4)
    before_the_lock(lambda: third.push(*theirs))
    (receipt,) = other.push(*other.edited(level, 1, level=1))
    assert receipt.verdict is Verdict.CONFLICT
    assert [len(each.alternatives) for each in conflicts(pc)] == [3]


def test_a_detainee_who_came_before_the_lock_is_not_waited_for(new_pc, pc, before_the_lock):
    other = new_pc()
    patient, episode = other.admitted()
    theirs = other.wrote(patient, episode)
    before_the_lock(lambda: other.push(*theirs))
    (receipt,) = pc.push(*pc.wrote(pc.note(episode)))
    assert receipt.verdict is Verdict.APPLIED


def test_what_came_before_the_lock_about_somebody_else_costs_no_second_decision(
    new_pc, pc, episode, before_the_lock, monkeypatch
):
    other, loads, load = new_pc(), [], ledgers.load
    theirs = other.wrote(*other.admitted())
    before_the_lock(lambda: other.push(*theirs))
    monkeypatch.setattr(ledgers, "load", lambda *asked: loads.append(asked) or load(*asked))
    pc.push(*pc.wrote(pc.note(episode)))
    assert len(loads) == 2, "one for each of the two pushes"


@contextmanager
def statements(monkeypatch) -> Iterator[list[str]]:
    """Every statement sent to PostgreSQL by this process, in order."""
    said: list[str] = []
    with monkeypatch.context() as patched:
        for method in ("execute", "executemany", "copy"):
            original = getattr(psycopg.Cursor, method)

            def told(cursor, query, *given, _original=original, **named):
                said.append(query if isinstance(query, str) else query.decode())
                return _original(cursor, query, *given, **named)

            patched.setattr(psycopg.Cursor, method, told)
        yield said


def test_a_scope_is_locked_only_when_all_is_decided_whatever_the_batch_holds(
    pc, episode, monkeypatch
):
    under_lock = []
    for size in (1, 40):
        written = [one for _ in range(size) for one in pc.wrote(pc.note(episode))]
        with statements(monkeypatch) as said:
            pc.push(*written)
        locks = [
            number for number, one in enumerate(said) if "FROM scope" in one and "FOR UPDATE" in one
        ]
        assert len(locks) == 1
        assert any("FROM record" in one for one in said[: locks[0]])
        under_lock.append([one.split(" ")[0] for one in said[locks[0] :]])
        assert not any("FROM record" in one for one in said[locks[0] :])
    assert under_lock[0] == under_lock[1], "a long batch is not longer under the lock"


def waiting_for_locks(database: Database) -> int:
    query = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return database.run(lambda transaction: transaction.scalar(query))


def test_pushes_into_two_scopes_at_once_never_wait_for_each_other(
    central, new_pc, pc, episode, monkeypatch
):
    # As many at once as if each PC were served by a process of its own.
    monkeypatch.setattr(lanes, "WIDE", PUSHERS)
    pcs, failed = [new_pc() for _ in range(PUSHERS)], []
    clinical = pc.territory.key(ScopeKind.CLINICAL)

    def push(writer: Pc) -> set[Verdict]:
        written = writer.wrote(writer.note(episode), an_order(writer, episode))
        return {receipt.verdict for receipt in writer.push(*written)}

    def crowd(transaction) -> list[Future[set[Verdict]]]:
        """Hold one of the scopes until everybody waits for it, or for the other."""
        log.heads(transaction, [clinical], lock=True)
        pushing = [threads.submit(push, writer) for writer in pcs]
        while waiting_for_locks(central.database) < PUSHERS:
            assert not [one.result() for one in pushing if one.done()]
        return pushing

    engine = central.database._engine
    with ThreadPoolExecutor(PUSHERS, "pusher") as threads, watched(engine, failed):
        for _ in range(ROUNDS):
            for one in central.database.run(crowd):
                assert one.result() == {Verdict.APPLIED}
    assert failed == [], "no deadlock that a repetition would have hidden"


@contextmanager
def watched(engine: Engine, failed: list[str | None]) -> Iterator[None]:
    """Note the state of each statement that PostgreSQL refuses."""

    def note(context) -> None:
        failed.append(getattr(context.original_exception, "sqlstate", None))

    event.listen(engine, "handle_error", note)
    try:
        yield
    finally:
        event.remove(engine, "handle_error", note)
