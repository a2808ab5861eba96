"""A copied or restored store goes on under another incarnation, with the real planner opposite."""

from __future__ import annotations

import shutil

import msgspec
import pytest

from sonar_core.sync.messages import PROTOCOL, BeginAnew, BegunAnew, OwnPlace
from sonar_core.sync.operations import (
    FIRST_PREV_HASH,
    SIGNING_DOMAIN,
    Operation,
    header_hash,
    header_of,
)
from sonar_desktop.db import incarnation
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.sync_ports import Resumption
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, DEVICE, Desk, board_of, sign, standing


def granted(asked: BeginAnew, number: int = 2) -> BegunAnew:
    return BegunAnew(
        device=asked.device,
        incarnation=number,
        parent=asked.incarnation,
        first_seq=asked.first_seq,
        server_ms=1,
    )


def begin_anew(desk: Desk, number: int = 2) -> int:
    """Take the incarnation; returns where it begins."""
    asked = desk.sync.to_begin_anew()
    desk.sync.begin_anew(granted(asked, number))
    return asked.first_seq


def headers(desk: Desk, least: int = 1):
    """This PC's headers from a number on, as they are in the file."""
    rows = desk.database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT header, payload, signature FROM own_op WHERE op_seq >= ? ORDER BY op_seq",
            (least,),
        ).fetchall()
    )
    return [(header_of(Operation(*row)), Operation(*row)) for row in rows]


@pytest.fixture
def centre(desk):
    """An arrival that the server has; a move and a note that wait."""
    made = Centre()
    patient, episode = desk.arrival(cell="M1")
    made.exchange(desk)
    desk.move(episode, "M2")
    made.note = desk.note(patient, episode, "waits")
    made.patient, made.episode = patient, episode
    return made


def test_what_waits_is_asked_for_and_nothing_that_has_its_verdict(desk, centre):
    asked = desk.sync.to_begin_anew()
    before, operation = headers(desk)[1]
    after = OwnPlace(1, before.op_seq, header_hash(operation.header))
    assert asked == BeginAnew(
        protocol=PROTOCOL, device=DEVICE, incarnation=1, first_seq=3, after=after
    )
    centre.exchange(desk)
    assert desk.sync.to_begin_anew().first_seq == 5, "nothing waits: from the next entry on"


def test_the_operation_before_is_named_in_the_incarnation_that_it_was_sent_in(desk, centre):
    begin_anew(desk)
    centre.exchange(desk)
    last, operation = headers(desk)[-1]
    after = OwnPlace(2, 4, header_hash(operation.header))
    assert (desk.sync.to_begin_anew().after, last.incarnation) == (after, 2)


def test_where_nothing_comes_before_no_operation_is_named(desk, centre):
    desk.sync.go_back(Resumption(common=(centre.cursors[0],), op_seq=0, header_hash="none"))
    asked = desk.sync.to_begin_anew()
    assert (asked.first_seq, asked.after) == (1, None)


def test_what_waits_keeps_its_id_author_and_times_in_a_chain_of_its_own(desk, centre):
    before = headers(desk)
    begin_anew(desk)
    after = headers(desk)
    assert after[:2] == before[:2], "what the server has stays as it was"
    link = FIRST_PREV_HASH
    for (old, was), (new, operation) in zip(before[2:], after[2:], strict=True):
        assert (new.incarnation, new.op_seq, new.prev_hash) == (2, old.op_seq, link)
        assert operation.signature == sign(SIGNING_DOMAIN + operation.header)
        assert operation.payload == was.payload
        for name in ("op_id", "txn_id", "user", "recorded_at", "monotonic_ms", "hlc", "intent"):
            assert getattr(new, name) == getattr(old, name)
        link = header_hash(operation.header)
    batch = desk.sync.outgoing(500, 1 << 20)
    assert (batch.incarnation, batch.numbers, batch.is_over) == (2, (3, 4), False)


def test_the_next_entry_follows_in_the_new_chain_also_after_a_restart(desk, centre):
    begin_anew(desk)
    desk.reopen()
    desk.note(centre.patient, centre.episode, "later")
    (_, last), (new, _) = headers(desk, 4)
    assert (new.incarnation, new.op_seq) == (2, 5)
    assert new.prev_hash == header_hash(last.header)
    assert desk.sync.position().incarnation == 2


def test_with_nothing_waiting_the_new_chain_begins_with_the_next_entry(desk, centre):
    centre.exchange(desk)
    assert begin_anew(desk) == 5
    desk.note(centre.patient, centre.episode, "later")
    ((new, _),) = headers(desk, 5)
    assert (new.incarnation, new.prev_hash) == (2, FIRST_PREV_HASH)


def test_what_waits_is_shown_throughout(desk, centre):
    begin_anew(desk)
    assert standing(desk, "Note", centre.note) is Standing.LOCAL
    assert board_of(desk.store)[0]["cell"] == "M2"
    centre.exchange(desk)
    assert standing(desk, "Note", centre.note) is Standing.CENTRAL
    assert board_of(desk.store)[0]["cell"] == "M2"
    assert desk.sync.waiting().operations == 0


def test_an_entry_that_waits_for_another_is_sent_again_and_one_refused_is_not(desk, centre):
    receipts = centre.push(desk)
    held = [
        one.__class__(
            op_id=one.op_id, op_seq=one.op_seq, verdict="quarantined", reason=reason, detail=""
        )
        for one, reason in zip(receipts, ("bad_signature", "missing_parent"), strict=True)
    ]
    desk.sync.settle(tuple(held))
    assert desk.sync.to_begin_anew().first_seq == 4
    begin_anew(desk)
    assert desk.sync.outgoing(500, 1 << 20).numbers == (4,)


def test_what_waits_from_an_earlier_incarnation_is_not_sent_under_this_one(desk, centre):
    begin_anew(desk)
    centre.exchange(desk)
    begin_anew(desk, 3)
    to = Resumption(common=(centre.cursors[0],), op_seq=4, header_hash=FIRST_PREV_HASH)
    gone = desk.sync.go_back(to)
    assert gone.is_over, "what the server lost was written before this incarnation"
    assert desk.sync.outgoing(500, 1 << 20).is_over
    assert begin_anew(desk, 4) == 1
    batch = desk.sync.outgoing(500, 1 << 20)
    assert (batch.incarnation, batch.numbers, batch.is_over) == (4, (1, 2, 3, 4), False)


def test_a_server_that_has_the_whole_incarnation_is_agreed_with(desk, centre):
    begin_anew(desk)
    at_the_beginning = Resumption(common=(centre.head,), op_seq=2, header_hash=FIRST_PREV_HASH)
    assert not desk.sync.go_back(at_the_beginning).is_over
    unknown = Resumption(common=(centre.head,), op_seq=0, header_hash=FIRST_PREV_HASH, held_seq=2)
    assert desk.sync.go_back(unknown).is_over, "the server never heard of the incarnation"


def test_an_incarnation_that_began_with_the_first_entry_is_over_where_the_server_lost_it(
    desk, centre
):
    # Seed 5303 of 23 November 2026: a copy made before anything was written sent nothing any more.
    centre.exchange(desk)
    desk.sync.go_back(Resumption(common=(centre.cursors[0],), op_seq=0, header_hash="none"))
    assert begin_anew(desk) == 1
    beginning = Resumption(common=(centre.head,), op_seq=0, header_hash=FIRST_PREV_HASH)
    assert not desk.sync.go_back(beginning).is_over, "it has nothing of it yet"
    unknown = msgspec.structs.replace(beginning, header_hash="")
    assert desk.sync.go_back(unknown).is_over


def test_a_pc_names_its_operations_in_order_each_in_its_incarnation(desk, centre):
    begin_anew(desk)
    named = [(one.incarnation, one.op_seq, one.header_hash) for one in desk.sync.places().written]
    hashes = [header_hash(each.header) for _, each in headers(desk)]
    assert named == list(zip((1, 1, 2, 2), (1, 2, 3, 4), hashes, strict=True))


def test_a_new_store_names_nothing(desk):
    assert desk.sync.places().written == ()
    assert desk.sync.position().last_seq == 0


@pytest.mark.parametrize("at", ["before", "within"])
def test_a_stop_while_it_is_taken_leaves_the_old_one_whole(desk, centre, at, monkeypatch):
    before = headers(desk)
    asked = desk.sync.to_begin_anew()

    class StopError(Exception):
        pass

    def stop(*_arguments, **_named):
        raise StopError

    name = "send_again" if at == "before" else "moved"
    with monkeypatch.context() as patch:
        patch.setattr(incarnation, name, stop)
        with pytest.raises(StopError):
            desk.sync.begin_anew(granted(asked))
    desk.reopen()
    assert headers(desk) == before
    assert desk.sync.to_begin_anew() == asked
    assert desk.sync.outgoing(500, 1 << 20).incarnation == 1
    begin_anew(desk, 3)
    centre.exchange(desk)
    assert desk.sync.waiting().operations == 0


@pytest.mark.parametrize(
    ("change", "is_purging"),
    [
        ("header = x'00' WHERE op_seq = 3", False),
        ("signature = x'00' WHERE op_seq = 3", False),
        ("header = x'00' WHERE op_seq = 1", True),
        ("payload = x'00' WHERE op_seq = 3", True),
        ("op_id = 'another' WHERE op_seq = 3", True),
    ],
)
def test_nothing_but_a_new_incarnation_moves_an_operation_and_nothing_changes_it(
    desk, centre, change, is_purging
):
    def work(connection):
        if is_purging:
            connection.exec_driver_sql("INSERT INTO purge (name) VALUES ('test')")
        connection.exec_driver_sql(f"UPDATE own_op SET {change}")  # noqa: S608 no value from outside

    before = headers(desk)
    with pytest.raises(BugError):
        desk.database.write(Priority.SYNC, work)
    assert headers(desk) == before


def test_two_copies_of_one_file_keep_what_each_of_them_wrote(desk, centre, tmp_path):
    desk.database.close()
    shutil.copy(desk.path, tmp_path / "copy.db")
    desk.open()
    copy = Desk(tmp_path / "copy.db", desk.key, space=7)
    mine = desk.note(centre.patient, centre.episode, "on the first")
    theirs = copy.note(centre.patient, centre.episode, "on the copy")
    centre.exchange(desk)
    # The copy's two shared entries have come by the first: their rows end what it shows of them.
    begin_anew(copy)
    centre.exchange(copy)
    centre.pull(desk)
    for one in (desk, copy):
        for note in (centre.note, mine, theirs):
            assert standing(one, "Note", note) is Standing.CENTRAL
        assert one.sync.digest(CLINICAL) == centre.digest
        assert one.sync.waiting().operations == 0
    assert [row.kind for row in centre.rows].count("Note") == 3
    copy.database.close()
