"""Cursor completeness on real PostgreSQL: whoever reads up to the head has missed nothing (I8).

The product's log and two well-known wrong ones run the same race; the wrong ones must be caught.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from sqlalchemy import text

from sonar_core.bodies import encode
from sonar_core.ids import to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.note import Note
from sonar_core.sync.decision import NewVersion
from sonar_core.sync.messages import Pull
from sonar_core.sync.rows import Provenance
from sonar_server import administration, lanes
from sonar_server.central import open_central
from sonar_server.store import log
from sonar_server.store.database import Database
from sonar_server.store.errors import UnavailableError
from sonar_server.store.log import Entry
from tests.postgres import for_superuser
from tests.server.cursor_race import COMMITTERS, Append, Race, Read
from tests.server.pc import Copy, Pc, moment, new_id

T = TypeVar("T")

PUSHING = 4
"""So many of the committers push as PCs do; the others append by the server's log itself."""
ROWS_HELD = 3


@pytest.fixture(autouse=True)
def each_pushes_as_through_a_process_of_its_own(monkeypatch):
    """Let all of them wait for each other in the database alone."""
    monkeypatch.setattr(lanes, "WIDE", PUSHING)


@dataclass
class ProductLog:
    """The clinical scope of a suite, written and read by the product alone."""

    database: Database
    pcs: list[Pc]
    copies: list[Copy] = field(default_factory=list)

    def __post_init__(self) -> None:
        patient, self.episode = self.pcs[0].admitted()
        self.pcs[0].push(*self.pcs[0].wrote(patient, self.episode))
        self.begun = self.pcs[0].copy()
        self.key = self.pcs[0].territory.key(ScopeKind.CLINICAL)
        self.body = encode(self.pcs[0].note(self.episode))

    def takes_number(self, statement: str) -> bool:
        return "FROM scope" in statement and "FOR UPDATE" in statement

    def committer(self, number: int) -> Append:
        return self._pushing(self.pcs[number]) if number < PUSHING else self._append

    def _pushing(self, pc: Pc) -> Append:
        def push(rows: int) -> list[bytes]:
            notes = [pc.note(self.episode) for _ in range(rows)]
            written = [operation for note in notes for operation in pc.wrote(note)]
            assert {receipt.version for receipt in until_done(lambda: pc.push(*written))} == {1}
            return [to_bytes(note.id) for note in notes]

        return push

    def _append(self, rows: int) -> list[bytes]:
        entries = [Entry(version=self._version()) for _ in range(rows)]

        def work(transaction: log.Transaction) -> None:
            heads = log.heads(transaction, [self.key], lock=True)
            heads[self.key].commit(entries)
            log.write_heads(transaction, heads.values())

        until_done(lambda: self.database.run(work))
        return [to_bytes(entry.version.id) for entry in entries]

    def _version(self) -> NewVersion:
        pc = self.pcs[0]
        provenance = Provenance(
            operation=new_id(),
            author=pc.user,
            device=pc.enrolled.device,
            intent="test",
            recorded_at=moment(),
            received_ms=1,
            hlc="",
        )
        return NewVersion(
            kind=Note.__name__,
            id=new_id(),
            version=1,
            patient=self.episode.patient,
            episode=self.episode.id,
            at_ms=1,
            body=self.body,
            provenance=provenance,
        )

    def reader(self) -> Read:
        """By a PC's own pull, each frame checked for holes, chain and digest as it arrives."""
        pc, copy = self.pcs[-1], Copy(self.begun.cursor, self.begun.digest)
        self.copies.append(copy)

        def read() -> list[bytes]:
            copy.take(pc.link.pull(Pull(protocol=1, cursors=(copy.cursor,))))
            rows, copy.rows = copy.rows, []
            return [row.id for row in rows]

        return read


def until_done(work: Callable[[], T]) -> T:
    """Do it again as often as PostgreSQL ends the session that it is done in."""
    while True:
        try:
            return work()
        except UnavailableError:
            continue


class WrongLog:
    """A log ordered by a sequence, in a table of its own, without any lock."""

    visible = "true"

    def __init__(self, database: Database) -> None:
        self.database = database
        self._run(
            "CREATE TABLE wrong_log (seq int8 PRIMARY KEY, id bytea NOT NULL, "
            "xid xid8 NOT NULL DEFAULT pg_current_xact_id()); CREATE SEQUENCE wrong_number"
        )

    def _run(self, statement: str) -> None:
        self.database.run(lambda transaction: transaction.execute(text(statement)).close())

    def takes_number(self, statement: str) -> bool:
        return "nextval" in statement

    def committer(self, number: int) -> Append:
        def append(rows: int) -> list[bytes]:
            ids = [secrets.token_bytes(16) for _ in range(rows)]

            def work(transaction: log.Transaction) -> None:
                take = text("SELECT nextval('wrong_number') FROM generate_series(1, :rows)")
                numbers = transaction.execute(take, {"rows": rows}).scalars().all()
                insert = text("INSERT INTO wrong_log (seq, id) VALUES (:seq, :id)")
                for seq, identifier in zip(numbers, ids, strict=True):
                    transaction.execute(insert, {"seq": seq, "id": identifier})

            self.database.run(work)
            return ids

        return append

    def reader(self) -> Read:
        cursor = 0

        def read() -> list[bytes]:
            nonlocal cursor
            query = text(
                "SELECT seq, id FROM wrong_log "  # noqa: S608 no value in it
                f"WHERE seq > :after AND {self.visible} ORDER BY seq"
            )
            found = self.database.run(lambda t: t.execute(query, {"after": cursor}).all())
            cursor = max((seq for seq, _ in found), default=cursor)
            return [bytes(identifier) for _, identifier in found]

        return read


class SequenceLog(WrongLog):
    """`WHERE seq > cursor`: a number taken early and committed late is behind the cursor."""


class XminLog(WrongLog):
    """Only what no running transaction precedes, but numbers do not follow transaction ids."""

    visible = "xid < pg_snapshot_xmin(pg_current_snapshot())"


@pytest.fixture
def database(organisation) -> Iterator[Database]:
    made = Database(organisation.copy(), connections=COMMITTERS + 4)
    yield made
    made.close()


@pytest.fixture
def owned(organisation) -> Iterator[Database]:
    """For the wrong logs, which are tables of their own."""
    made = Database(for_superuser(organisation.copy()), connections=COMMITTERS + 4)
    yield made
    made.close()


@pytest.fixture
def product(organisation, database) -> ProductLog:
    central = open_central(database, organisation.keys)
    site = administration.site_named(central, "Northfield")
    codes = [administration.new_device_code(central, site) for _ in range(PUSHING + 1)]
    return ProductLog(database, [Pc.enrolled_in_process(central, code, new_id()) for code in codes])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(50_000, id="50,000 rows"),
        pytest.param(1_000_000, id="1,000,000 rows", marks=pytest.mark.soak),
    ],
)
def test_readers_miss_nothing_of_sixteen_committers(product, rows):
    race = Race(product)
    race.hold_each_once(ROWS_HELD)
    left = rows - COMMITTERS * COMMITTERS * ROWS_HELD
    pushed = left // 100
    appended, more = divmod(left - PUSHING * pushed, COMMITTERS - PUSHING)

    def share(number: int) -> int:
        if number < PUSHING:
            return pushed
        return appended + (more if number == PUSHING else 0)

    race.run_free(share, lambda number: 40 if number < PUSHING else 400)
    tally = race.tally
    assert race.ended > 0
    assert len(tally.appended) == rows
    assert (tally.missed, tally.twice, tally.never_appended) == (set(), set(), set())
    begun = product.begun.cursor.seq
    late = product.pcs[-1].copy()
    assert [row.seq for row in late.rows] == list(range(1, begun + rows + 1))
    assert [copy.cursor for copy in product.copies] == [late.cursor] * 2
    assert [copy.digest for copy in product.copies] == [late.digest] * 2


@pytest.mark.parametrize("wrong", [SequenceLog, XminLog])
def test_the_same_race_finds_what_a_wrong_cursor_misses(owned, wrong):
    race = Race(wrong(owned))
    held = race.hold_each_once(ROWS_HELD)
    assert len(held) == COMMITTERS * ROWS_HELD
    if wrong is SequenceLog:
        assert race.tally.missed == held
    else:
        # Every 32 numbers a sequence writes to PostgreSQL's log and so takes a transaction id
        # early: the few rounds in which the one held did that lose nothing.
        assert len(race.tally.missed) > len(held) / 2
        assert race.tally.missed < held
    assert (race.tally.twice, race.tally.never_appended) == (set(), set())
