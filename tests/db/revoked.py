"""A PC's copy of a scope of several people, and words that revoke and grant it."""

from __future__ import annotations

from sonar_core.sync.grants import CopyState
from sonar_core.sync.messages import Receipt, Verdict
from sonar_core.sync.operations import FIRST_PREV_HASH, Operation, header_of
from sonar_desktop.db import withdrawing
from sonar_desktop.usecases.sync_ports import Compared, Resumption
from tests.db.centre import Centre, with_history
from tests.db.clinic import CLINICAL, Desk, board_of
from tests.db.words import Words

ROWS = ("record", "version")
DERIVED = ("pending", "op_effect", "board_row", "dispute", "cursor", "retired", "place")


class Copy:
    """A PC's copy of the clinical scope, of several people."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.centre = Centre()
        self.people = with_history(self.centre, desk, withdrawing._AT_ONCE + 3)
        self.centre.pull(desk)
        self.words = Words(desk, self.centre.rows[0].provenance)

    def revoke(self) -> None:
        self.words.say("clinical", is_granted=False)

    def grant(self) -> None:
        self.words.say("clinical", is_granted=True)

    def send_and_lose_all(self) -> None:
        """The server takes what waits, and is put back to an empty log."""
        self.desk.sync.settle(self.centre.push(self.desk))
        self.centre.pull(self.desk)
        start = Resumption(common=(self.centre.cursors[0],), op_seq=0, header_hash=FIRST_PREV_HASH)
        self.desk.sync.go_back(start)

    def give_back(self) -> None:
        """The server takes again what it lost; the rows do not come."""
        self.desk.sync.settle(
            tuple(
                Receipt(
                    op_id=header_of(one).op_id, op_seq=number, verdict=Verdict.APPLIED, version=1
                )
                for number, one in zip(*self._outgoing(), strict=True)
            )
        )

    def _outgoing(self) -> tuple[tuple[int, ...], tuple[Operation, ...]]:
        batch = self.desk.sync.outgoing(500, 1 << 20)
        return batch.numbers, batch.operations

    def let_go(self) -> bool:
        departed = self.desk.sync.let_go(Compared({}))
        assert not departed.freezes
        return departed.has_more

    def all_go(self) -> None:
        while self.let_go():
            pass

    @property
    def state(self) -> CopyState | None:
        return self.desk.sync.revoked().get(CLINICAL)

    def count(self, table: str) -> int:
        where = " WHERE scope = ?" if table in {*ROWS, "cursor", "retired", "place"} else ""
        return self.desk.database.read(
            lambda connection: connection.exec_driver_sql(
                f"SELECT count(*) FROM {table}{where}",  # noqa: S608
                (CLINICAL,) if where else (),
            ).scalar()
        )

    def people_left(self) -> set[str]:
        people = [patient for patient, _ in self.people]
        is_here = self.desk.store.read(lambda look: [look.seen("Patient", one) for one in people])
        return {one for one, here in zip(people, is_here, strict=True) if here is not None}


def gone(copy: Copy) -> None:
    assert copy.state is CopyState.GONE
    assert {table: copy.count(table) for table in (*ROWS, *DERIVED)} == dict.fromkeys(
        (*ROWS, *DERIVED), 0
    )
    assert board_of(copy.desk.store) == []
    assert not copy.desk.sync.position().is_leaving
