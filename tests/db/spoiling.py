"""A store whose rows were changed behind its back, and what a server would put them right with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from sonar_core.sync.buckets import Held, Repair, Tally, Theirs, bucket_of, differing, repair_of
from sonar_core.sync.healing import AskBuckets, AskSums, Report, Reported, Sums
from sonar_core.sync.messages import End, Head, SnapshotFrame
from sonar_core.sync.rows import Row, row_hash
from sonar_desktop.db.database import Database
from sonar_desktop.db.writer import Priority
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, Desk


def behind_its_back(database: Database, statement: str, *values: Any) -> None:
    """Change the file as a fault of memory or of a program would: no trigger stands in the way."""

    def work(connection):
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        assert connection.exec_driver_sql(statement, values).rowcount > 0, "nothing was spoilt"
        for _, made_by in triggers:
            connection.exec_driver_sql(made_by)

    database.write(Priority.SYNC, work)


def all_held(desk: Desk) -> Iterator[Held]:
    """All rows of a store, by steps as small as the product's."""
    piece = desk.sync.healing.look_over(None)
    pieces = [piece.held]
    while piece.after is not None:
        piece = desk.sync.healing.look_over(piece.after)
        pieces.append(piece.held)
    return chain.from_iterable(pieces)


def sums_of(rows: list[Row]) -> tuple[bytes, ...]:
    tally = Tally()
    tally.count((row.id, row_hash(row)) for row in rows)
    return tally.sums


def repair_for(desk: Desk, rows: list[Row], scope: str = CLINICAL) -> Repair:
    """What makes a store's rows of a scope these."""
    held = list(all_held(desk))
    mine = Tally()
    for one in held:
        if one.scope == scope:
            mine.take(one)
    sums = sums_of(rows)
    buckets = differing(mine, sums)
    (at,) = (one for one in desk.sync.cursors() if one.scope == scope)
    theirs = Theirs(buckets, sums, at)
    theirs.take(row for row in rows if bucket_of(row.id) in buckets)
    return repair_of(scope, mine, buckets, held, theirs.whole())


class CentrePort:
    """The questions about buckets, answered from a centre's rows; counts what it is asked."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.asked: list[str] = []
        self.reports: list[Report] = []

    @property
    def head(self) -> Head:
        at = self.centre.head
        return Head(
            scope=CLINICAL,
            epoch=at.epoch,
            seq=at.seq,
            commit_no=at.commit_no,
            chain=at.chain,
            digest=self.centre.digest,
        )

    def bucket_sums(self, asked: AskSums) -> Sums:
        assert asked.cursor == self.centre.head
        self.asked.append("sums")
        return Sums(sums=sums_of(self.centre.rows), server_ms=1)

    def bucket_rows(self, asked: AskBuckets) -> Iterator[SnapshotFrame | End]:
        self.asked.append(f"rows of {len(asked.buckets)}")
        rows = [row for row in self.centre.rows if bucket_of(row.id) in asked.buckets]
        for start in range(0, len(rows), 3):
            yield SnapshotFrame(rows=rows[start : start + 3], patients=0)
        yield End(heads=(self.head,), server_ms=1)

    def report(self, report: Report) -> Reported:
        self.reports.append(report)
        return Reported(server_ms=1)
