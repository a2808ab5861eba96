"""Acknowledged operations go a month later, and none that anybody could still need."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.moments import HOUR_MS
from sonar_core.sync.grants import CopyState
from sonar_core.sync.keeping import KEEP_DAYS
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import FIRST_PREV_HASH, header_hash, header_of
from sonar_desktop.db import acknowledged
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.sync_ports import Compared, Resumption
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, START_MS, Desk, standing
from tests.db.test_incarnation import begin_anew, headers
from tests.db.words import Words

DAY_MS = 24 * HOUR_MS
MONTH = KEEP_DAYS * DAY_MS + HOUR_MS


class Office:
    """A PC and its server, whose clocks are moved by hand."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.centre = desk, Centre()
        self.server_ms = START_MS
        self.patient, self.episode = desk.arrival()
        self.exchange()

    def exchange(self) -> None:
        """Send and fetch all, and hear that the server can lose none of it."""
        self.centre.exchange(self.desk)
        self.is_safe()

    def is_safe(self) -> None:
        self.desk.sync.settle((), {CLINICAL: self.centre.head.seq})

    def note(self, text: str) -> str:
        return self.desk.note(self.patient, self.episode, text)

    def pass_ms(self, server: int, own: int | None = None) -> None:
        """Let time pass by both clocks, and look what may go."""
        self.server_ms += server
        self.desk.clock.ms += server if own is None else own
        self.desk.sync.purge(self.server_ms)

    def pass_a_month(self) -> None:
        """From when it is noted what is safe until it goes."""
        self.pass_ms(DAY_MS)
        self.pass_ms(MONTH)

    def kept(self) -> list[int]:
        return [header.op_seq for header, _ in headers(self.desk)]

    def end_at(self, op_seq: int) -> tuple[int, str]:
        """The end of this PC's chain in a copy of the server that was made then."""
        link = FIRST_PREV_HASH
        for _, operation in headers(self.desk)[:op_seq]:
            link = header_hash(operation.header)
        return op_seq, link

    def resume(self, op_seq: int, header: str, number: int = -1) -> Resumption:
        at = msgspec.structs.replace(self.centre.cursors[number], epoch=9)
        return Resumption(common=(at,), op_seq=op_seq, header_hash=header)


@pytest.fixture
def office(desk) -> Office:
    """An arrival, two operations that the server has."""
    return Office(desk)


def test_an_operation_goes_a_month_after_it_was_safe_by_both_clocks(office):
    office.pass_ms(0)
    assert office.kept() == [1, 2]
    office.pass_ms(MONTH, 60_000)
    assert office.kept() == [1, 2], "this PC's clock says otherwise"
    office.pass_ms(-MONTH, MONTH)
    assert office.kept() == [1, 2], "the server's clock says otherwise"
    office.pass_ms(MONTH, 60_000)
    assert office.kept() == []


def test_what_is_shown_and_told_stays_as_it_was(office):
    note = office.note("slept")
    office.exchange()
    before = office.desk.sync.digest(CLINICAL)
    office.pass_a_month()
    assert office.kept() == []
    assert standing(office.desk, "Note", note) is Standing.CENTRAL
    assert office.desk.sync.digest(CLINICAL) == office.desk.sync.recomputed_digest(CLINICAL)
    assert office.desk.sync.digest(CLINICAL) == before
    assert office.desk.sync.position().last_seq == 3


def test_what_waits_stays_with_all_that_came_after_it(office):
    office.note("not sent")
    office.pass_a_month()
    assert office.kept() == [3]
    office.exchange()
    office.note("a month later")
    office.exchange()
    office.pass_ms(DAY_MS)
    assert office.kept() == [3, 4]
    office.pass_ms(MONTH)
    assert office.kept() == []


def test_what_is_held_back_stays_with_all_that_came_after_it(office):
    office.note("held back")
    (receipt,) = office.centre.push(office.desk)
    held = {"verdict": Verdict.QUARANTINED, "reason": Reason.DAMAGED, "version": 0}
    office.desk.sync.settle((msgspec.structs.replace(receipt, **held),))
    office.note("after it")
    office.exchange()
    office.pass_a_month()
    assert office.kept() == [3, 4]


def test_what_is_held_back_stays_where_the_copy_of_its_scope_has_gone(office):
    office.note("held back")
    (receipt,) = office.centre.push(office.desk)
    held = {"verdict": Verdict.QUARANTINED, "reason": Reason.DAMAGED, "version": 0}
    office.desk.sync.settle((msgspec.structs.replace(receipt, **held),))
    Words(office.desk, office.centre.rows[0].provenance).say("clinical", is_granted=False)
    while office.desk.sync.let_go(Compared({})).has_more:
        pass
    assert office.desk.sync.revoked() == {CLINICAL: CopyState.GONE}
    office.pass_a_month()
    assert office.kept() == [3]


def test_what_has_its_verdict_stays_until_its_row_has_come(office):
    office.note("sent")
    office.desk.sync.settle(office.centre.push(office.desk))
    office.is_safe()
    office.pass_a_month()
    assert office.kept() == [3]
    office.centre.pull(office.desk)
    office.pass_a_month()
    assert office.kept() == []


def test_nothing_goes_that_the_server_could_lose(desk):
    office = Office(desk)
    desk.note(office.patient, office.episode, "fetched, not safe")
    office.centre.exchange(desk)
    office.pass_a_month()
    assert office.kept() == [1, 2, 3]
    office.is_safe()
    office.pass_a_month()
    assert office.kept() == []


def test_what_is_safe_is_noted_once_a_day_and_counts_from_then(office):
    office.pass_ms(0)
    office.note("an hour later")
    office.exchange()
    office.pass_ms(HOUR_MS)
    office.pass_ms(DAY_MS)
    office.pass_ms(MONTH - DAY_MS)
    assert office.kept() == [3]
    office.pass_ms(DAY_MS)
    assert office.kept() == []


def test_they_go_a_few_at_once_the_oldest_first(office):
    for number in range(acknowledged.AT_ONCE):
        office.note(str(number))
    office.exchange()
    office.pass_a_month()
    assert office.kept() == [acknowledged.AT_ONCE + 1, acknowledged.AT_ONCE + 2]
    office.pass_ms(1)
    assert len(office.kept()) == 2, "at most once a minute"
    office.pass_ms(60_000)
    assert office.kept() == []


def test_the_next_entry_follows_the_chain_that_is_gone(office):
    link = office.end_at(2)[1]
    office.pass_a_month()
    office.desk.reopen()
    office.note("later")
    ((header, _),) = headers(office.desk)
    assert (header.op_seq, header.prev_hash) == (3, link)


def test_a_server_put_back_to_within_what_is_kept_is_given_back_the_rest(office):
    office.pass_ms(0)
    office.note("lost and given back")
    end = office.end_at(2)
    office.exchange()
    office.pass_ms(MONTH)
    assert office.kept() == [3], "the copy ends where what is kept begins"
    gone = office.desk.sync.go_back(office.resume(*end, number=1))
    assert (gone.operations, gone.is_over) == (1, False)
    assert office.desk.sync.outgoing(500, 1 << 20).numbers == (3,)


def test_a_server_that_has_all_of_a_chain_that_is_gone_is_agreed_with(office):
    end = office.end_at(2)
    office.pass_a_month()
    gone = office.desk.sync.go_back(office.resume(*end))
    assert (gone.operations, gone.is_over) == (0, False)


def test_a_server_put_back_to_before_what_is_kept_gets_the_rest_and_the_loss_is_seen(office):
    """Nobody can give back what went: it stays in sight, and what is left is sent as a chain."""
    note = office.note("went a month ago")
    end = office.end_at(2)
    office.exchange()
    office.pass_ms(DAY_MS)
    late = [office.note(text) for text in ("kept", "kept too")]
    office.exchange()
    office.pass_ms(MONTH)
    assert office.kept() == [4, 5]

    gone = office.desk.sync.go_back(office.resume(*end, number=1))
    assert (gone.operations, gone.is_over) == (2, True)
    assert standing(office.desk, "Note", note) is Standing.UNHELD
    assert {standing(office.desk, "Note", one) for one in late} == {Standing.LOCAL}
    assert begin_anew(office.desk) == 4
    batch = office.desk.sync.outgoing(500, 1 << 20)
    assert (batch.numbers, batch.is_over) == ((4, 5), False)
    links = [header_of(operation).prev_hash for operation in batch.operations]
    assert links == [FIRST_PREV_HASH, header_hash(batch.operations[0].header)]

    office.pass_a_month()
    assert office.kept() == [4, 5], "what is sent again is safe from its new verdict on alone"


def test_what_is_sent_again_is_kept_for_another_month(office):
    end = office.end_at(0)
    office.pass_ms(0)
    office.desk.sync.go_back(office.resume(*end, number=0))
    office.centre = Centre()
    office.centre.epoch = 9
    office.centre.cursors = [msgspec.structs.replace(office.centre.head, epoch=9)]
    office.exchange()
    office.pass_ms(MONTH)
    assert office.kept() == [1, 2]
    office.pass_ms(MONTH)
    assert office.kept() == []


def test_a_stop_in_between_leaves_all_of_it(office, monkeypatch):
    office.pass_ms(0)
    points = "SELECT count(*) FROM safe_point"

    def stop(*_arguments):
        raise InterruptedError

    purge = acknowledged.purge

    def purge_and_stop(*arguments):
        assert purge(*arguments) == 2
        raise InterruptedError

    for name, broken in (("note_safe", stop), ("purge", stop), ("purge", purge_and_stop)):
        with monkeypatch.context() as patch:
            patch.setattr(acknowledged, name, broken)
            with pytest.raises(InterruptedError):
                office.pass_ms(MONTH)
        office.desk.reopen()
        assert office.kept() == [1, 2]
        assert office.desk.database.read(
            lambda connection: connection.exec_driver_sql(points).scalar()
        )
    office.pass_ms(MONTH)
    assert office.kept() == []


def test_the_tables_themselves_let_nothing_go_that_is_not_acknowledged(office):
    office.note("not sent")

    def work(connection):
        connection.exec_driver_sql("INSERT INTO purge (name) VALUES ('test')")
        connection.exec_driver_sql("DELETE FROM own_op WHERE op_seq = 3")

    with pytest.raises(BugError):
        office.desk.database.write(Priority.SYNC, work)
    assert office.kept() == [1, 2, 3]
