from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.site_move import SITE_MOVE
from sonar_core.sync.operations import FIRST_PREV_HASH, header_hash
from sonar_desktop.db import reconciling
from sonar_desktop.db.reconciling import places
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.sync_ports import Resumption
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, board_of, standing


def resume(centre: Centre, number: int, op_seq: int, header: str) -> Resumption:
    at = msgspec.structs.replace(centre.cursors[number], epoch=9)
    return Resumption(common=(at,), op_seq=op_seq, header_hash=header)


def hash_of(desk, op_seq: int) -> str:
    operations = desk.database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT header FROM own_op WHERE op_seq = ?", (op_seq,)
        ).scalar()
    )
    return header_hash(operations)


@pytest.fixture
def centre(desk):
    """Three commits of this PC: an arrival, a move, a note."""
    made = Centre()
    patient, episode = desk.arrival(cell="M1")
    desk.move(episode, "M2")
    made.note = desk.note(patient, episode, "third")
    made.episode = episode
    made.exchange(desk)
    return made


def test_the_places_are_those_of_the_centres_own_chain(desk, centre):
    assert list(desk.sync.places().scopes) == [tuple(centre.cursors)]


def test_no_place_is_told_of_beside_a_hole_but_where_it_stands(desk, centre):
    def with_a_hole(connection):
        connection.exec_driver_sql("INSERT INTO purge (name) VALUES ('test')")
        connection.exec_driver_sql("DELETE FROM record WHERE kind = 'CustodyEpisode'")
        connection.exec_driver_sql("DELETE FROM place")
        found = places(connection, centre.head)
        connection.rollback()
        return found

    assert desk.database.write(Priority.SYNC, with_a_hole) == [centre.cursors[0], centre.head]


def test_going_back_keeps_an_own_entry_shown_and_has_it_sent_again(desk, centre):
    assert standing(desk, "Note", centre.note) is Standing.CENTRAL
    gone = desk.sync.go_back(resume(centre, 1, 2, hash_of(desk, 2)))
    assert (gone.operations, gone.is_moved) == (2, True)
    assert standing(desk, "Note", centre.note) is Standing.LOCAL
    assert standing(desk, "CustodyEpisode", centre.episode) is Standing.LOCAL
    assert board_of(desk.store)[0]["cell"] == "M2"
    assert desk.sync.waiting().operations == 2
    (at,) = desk.sync.cursors()
    assert (at.epoch, at.seq) == (9, centre.cursors[1].seq)
    assert desk.sync.digest(CLINICAL) == desk.sync.recomputed_digest(CLINICAL)
    batch = desk.sync.outgoing(500, 1 << 20)
    assert batch.numbers == (3, 4), "the same operations under the same numbers"


def test_going_back_to_the_beginning_sends_everything_again(desk, centre):
    desk.sync.go_back(resume(centre, 0, 0, FIRST_PREV_HASH))
    assert desk.sync.waiting().operations == 4
    assert board_of(desk.store)[0]["cell"] == "M2"
    assert desk.sync.position().is_fetching


def test_an_older_entry_sent_again_does_not_stand_over_a_later_one_that_was_lost(desk):
    made = Centre()
    _, episode = desk.arrival(cell="M1")
    made.exchange(desk)
    for cell in ("M2", "M3"):
        desk.move(episode, cell)
        made.exchange(desk)
    desk.sync.go_back(resume(made, 2, 2, hash_of(desk, 2)))
    assert desk.sync.waiting().operations == 2
    assert board_of(desk.store)[0]["cell"] == "M3"
    assert standing(desk, "CustodyEpisode", episode) is Standing.LOCAL


def test_an_entry_sent_again_whose_row_is_here_hides_nothing_written_over_it(desk, other_desk):
    made = Centre()
    _, episode = desk.arrival(cell="M1")
    desk.move(episode, "M2")
    made.exchange(desk)
    made.pull(other_desk)
    other_desk.move(episode, "M3")
    made.exchange(other_desk)
    made.pull(desk)
    desk.sync.go_back(resume(made, -1, 2, hash_of(desk, 2)))
    assert desk.sync.waiting().operations == 1
    assert board_of(desk.store)[0]["cell"] == "M3"
    assert standing(desk, "CustodyEpisode", episode) is Standing.CENTRAL


def test_going_back_to_where_one_stands_changes_only_the_epoch(desk, centre):
    gone = desk.sync.go_back(resume(centre, 3, 4, hash_of(desk, 4)))
    assert gone.operations == 0
    assert standing(desk, "Note", centre.note) is Standing.CENTRAL
    again = desk.sync.go_back(resume(centre, 3, 4, hash_of(desk, 4)))
    assert not again.is_moved


def test_somebody_elses_entry_stays_until_it_is_held_again(desk, other_desk, centre):
    centre.pull(other_desk)
    other_desk.sync.go_back(resume(centre, 1, 0, FIRST_PREV_HASH))
    assert standing(other_desk, "Note", centre.note) is Standing.UNHELD
    assert standing(other_desk, "CustodyEpisode", centre.episode) is Standing.UNHELD
    assert board_of(other_desk.store)[0]["cell"] == "M2"
    other_desk.reopen()
    assert standing(other_desk, "Note", centre.note) is Standing.UNHELD

    other_desk.move(centre.episode, "M9")
    assert board_of(other_desk.store)[0]["cell"] == "M9"
    assert standing(other_desk, "CustodyEpisode", centre.episode) is Standing.LOCAL

    centre.epoch = 9
    (at,) = other_desk.sync.cursors()
    centre.cursors = [msgspec.structs.replace(one, epoch=9) for one in centre.cursors]
    assert at == centre.cursors[1]
    centre.pull(other_desk)
    assert standing(other_desk, "Note", centre.note) is Standing.CENTRAL
    assert board_of(other_desk.store)[0]["cell"] == "M9"
    left = other_desk.database.read(
        lambda connection: connection.exec_driver_sql("SELECT count(*) FROM unheld").scalar()
    )
    assert left == 0
    assert other_desk.sync.digest(CLINICAL) == centre.digest


def test_where_the_server_said_that_somebody_went_is_not_kept_where_it_lost_that(
    desk, other_desk, centre
):
    # Seed 6196 of 23 November 2026: with the move decided otherwise, nobody said it again.
    centre.pull(other_desk)
    cause = centre.rows[-1]
    move = msgspec.structs.replace(
        cause, seq=cause.seq + 1, commit_no=cause.commit_no + 1, kind=SITE_MOVE, id=b"\x05" * 16,
        version=1, episode=None,
    )  # fmt: skip
    centre.rows.append(move)
    centre._commit([move])
    centre.pull(other_desk)
    held = "SELECT (SELECT count(*) FROM record WHERE kind = ?), (SELECT count(*) FROM unheld)"

    def counted():
        return other_desk.database.read(
            lambda connection: connection.exec_driver_sql(held, (SITE_MOVE,)).one()
        )

    assert counted() == (1, 0)
    other_desk.sync.go_back(resume(centre, -2, 0, FIRST_PREV_HASH))
    assert counted() == (0, 0)


@pytest.mark.parametrize(("op_seq", "header"), [(5, "0" * 64), (4, "0" * 64)])
def test_a_server_that_has_another_chain_gets_what_it_does_not_hold(desk, centre, op_seq, header):
    to = resume(centre, 3, op_seq, header)
    gone = desk.sync.go_back(msgspec.structs.replace(to, held_seq=2))
    assert (gone.is_over, gone.operations) == (True, 2)
    assert desk.sync.to_begin_anew().first_seq == 3


def test_what_was_never_sent_still_waits_after_going_back(desk, centre):
    desk.move(centre.episode, "M3")
    desk.sync.go_back(resume(centre, 3, 4, hash_of(desk, 4)))
    assert desk.sync.outgoing(500, 1 << 20).numbers == (5,)
    assert board_of(desk.store)[0]["cell"] == "M3"


def test_going_back_that_is_stopped_half_way_was_never_begun(desk, other_desk, centre, monkeypatch):
    centre.pull(other_desk)
    before = everything_in(other_desk)

    def stopped(*_asked):
        raise InterruptedError

    monkeypatch.setattr(reconciling, "wait_again", stopped)
    with pytest.raises(InterruptedError):
        other_desk.sync.go_back(resume(centre, 1, 0, FIRST_PREV_HASH))
    other_desk.reopen()
    assert everything_in(other_desk) == before


def everything_in(desk) -> dict[str, list[tuple]]:
    tables = ("record", "version", "unheld", "cursor", "own_op", "pending")
    return desk.database.read(
        lambda connection: {
            table: list(
                connection.exec_driver_sql(
                    f"SELECT * FROM {table}"  # noqa: S608 no value in it
                )
            )
            for table in tables
        }
    )


def test_the_horizon_is_kept_with_the_receipts_and_forgotten_when_going_back(desk, centre):
    assert desk.sync.horizon() == {}
    desk.sync.settle((), {CLINICAL: 4})
    desk.reopen()
    assert desk.sync.horizon() == {CLINICAL: 4}
    desk.sync.settle(())
    assert desk.sync.horizon() == {CLINICAL: 4}
    desk.sync.go_back(resume(centre, 3, 4, hash_of(desk, 4)))
    assert desk.sync.horizon() == {}


def test_a_horizon_that_fell_before_a_power_cut_is_seen_to_have_fallen_after_it(desk, centre):
    desk.sync.settle((), {CLINICAL: 4})
    desk.sync.settle((), {CLINICAL: 3})
    desk.reopen()
    assert desk.sync.horizon() == {CLINICAL: 4}
    desk.sync.settle((), {CLINICAL: 5})
    assert desk.sync.horizon() == {CLINICAL: 5}


def test_an_acknowledged_operation_is_kept_whatever_was_said_to_be_safe(desk, centre):
    desk.sync.settle((), {CLINICAL: 4})
    desk.reopen()
    kept = desk.database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT count(*) FROM own_op WHERE state = 'acked'"
        ).scalar()
    )
    assert kept == 4
