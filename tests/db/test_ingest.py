from __future__ import annotations

import itertools
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.messages import Holding, Phase
from sonar_core.sync.rows import row_hash
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.errors import RowClashError, SyncHoleError
from sonar_desktop.db.ingest import take_rows
from sonar_desktop.db.shown import shown_where
from sonar_desktop.db.writer import Priority
from tests.db.centre import Centre, part, taken, with_history
from tests.db.clinic import CLINICAL, NURSE, Desk
from tests.db.spoiling import all_held, behind_its_back


def test_two_pcs_and_the_centre_hold_the_same_history_byte_for_byte(desk, other_desk):
    centre = Centre()
    _, episode = desk.arrival(cell="M1")
    centre.exchange(desk)
    centre.exchange(other_desk)
    for pc, cell in ((desk, "M2"), (other_desk, "M3")):
        pc.store.write(
            NURSE, "move", lambda write, to=cell: write.edit(CustodyEpisode, episode, {"cell": to})
        )
    centre.exchange(desk)
    centre.exchange(other_desk)
    centre.exchange(desk)

    histories = [
        pc.store.read(lambda look: look.history("CustodyEpisode", episode))
        for pc in (desk, other_desk)
    ]
    assert histories[0] == histories[1]
    assert [(past.version, past.record.cell) for past in histories[0]] == [
        (1, "M1"),
        (2, "M2"),
        (3, "M3"),
    ]
    assert histories[0][2].groups == ("cell",)
    for pc in (desk, other_desk):
        assert pc.sync.digest(CLINICAL) == centre.digest
        assert pc.sync.recomputed_digest(CLINICAL) == centre.digest
        assert pc.sync.cursors() == (centre.head,)


def test_another_content_under_a_version_that_is_held_is_refused(desk):
    centre = Centre()
    desk.arrival()
    centre.exchange(desk)
    (at,) = desk.sync.cursors()
    forged = msgspec.structs.replace(centre.rows[0], seq=at.seq + 1, body=b'{"id":"x"}')
    after = msgspec.structs.replace(at, seq=at.seq + 1)

    with pytest.raises(RowClashError):
        desk.sync.take_tail(taken([forged]), at, after)

    assert desk.sync.cursors() == (at,)


def test_rows_sent_twice_count_once(desk, other_desk):
    centre = Centre()
    made = with_history(centre, desk, count=1)
    sync = other_desk.sync
    sync.begin_snapshots([centre.manifest()])
    holding = centre.manifest().holdings[0]
    everything = taken(centre.rows)
    sync.take_snapshot([part(everything, Phase.BOARD, 1)])
    sync.take_snapshot([part(everything, Phase.OTHER, 1)])
    sync.take_snapshot([part(taken(list(reversed(centre.rows))), Phase.UNATTACHED, 0)])
    with pytest.raises(SyncHoleError):
        sync.take_snapshot([part(centre.of_patient(holding.patient, Phase.OTHER), Phase.OTHER, 1)])
    sync.end_snapshots([CLINICAL])

    assert sync.digest(CLINICAL) == sync.recomputed_digest(CLINICAL) == centre.digest
    past = other_desk.store.read(lambda look: look.history("CustodyEpisode", made[0][1]))
    assert [one.version for one in past] == [1, 2]


def test_a_frame_half_of_which_is_held_brings_the_other_half(desk, other_desk):
    centre = Centre()
    with_history(centre, desk, count=2)
    sync = other_desk.sync
    sync.begin_snapshots([centre.manifest()])
    first, second = (
        centre.of_patient(holding.patient, Phase.BOARD) for holding in centre.manifest().holdings
    )
    both = taken([*first.rows, *second.rows])
    sync.take_snapshot([part(first, Phase.BOARD, 1)])
    once = sync.digest(CLINICAL)
    stored = sync.take_snapshot([part(both, Phase.BOARD, 1)])

    assert sync.digest(CLINICAL) == sync.recomputed_digest(CLINICAL) != once
    assert stored.changed.patients == {from_bytes(second.rows[0].patient)}


def test_another_content_under_a_held_version_stops_a_first_sync_and_nothing_of_it_is_kept(
    desk, other_desk
):
    centre = Centre()
    with_history(centre, desk, count=2)
    sync = other_desk.sync
    sync.begin_snapshots([centre.manifest()])
    first, second = (
        centre.of_patient(holding.patient, Phase.BOARD) for holding in centre.manifest().holdings
    )
    sync.take_snapshot([part(first, Phase.BOARD, 1)])
    before = sync.digest(CLINICAL)
    forged = msgspec.structs.replace(first.rows[0], body=b'{"id":"x"}')

    with pytest.raises(RowClashError):
        sync.take_snapshot([part(taken([*second.rows, forged]), Phase.BOARD, 1)])

    assert sync.digest(CLINICAL) == sync.recomputed_digest(CLINICAL) == before


def test_old_versions_that_come_after_the_new_one_go_into_the_history(desk, other_desk):
    centre = Centre()
    ((_, episode),) = with_history(centre, desk, count=1)
    sync = other_desk.sync
    sync.begin_snapshots([centre.manifest()])
    holding = centre.manifest().holdings[0]
    sync.take_snapshot([part(centre.of_patient(holding.patient, Phase.BOARD), Phase.BOARD, 1)])
    before = other_desk.store.read(lambda look: look.history("CustodyEpisode", episode))
    sync.take_snapshot([part(centre.of_patient(holding.patient, Phase.OTHER), Phase.OTHER, 1)])
    after = other_desk.store.read(lambda look: look.history("CustodyEpisode", episode))

    assert [past.version for past in before] == [2]
    assert [(past.version, past.record.cell) for past in after] == [(1, "M1"), (2, "M2")]


def test_a_first_version_and_its_successors_in_one_frame_are_kept_in_their_order(desk, other_desk):
    centre = Centre()
    _, episode = desk.arrival(cell="M1")
    for cell in ("M2", "M3", "M4"):
        desk.move(episode, cell)
    centre.push(desk)
    centre.pull(other_desk)
    past = other_desk.store.read(lambda look: look.history("CustodyEpisode", episode))
    assert [(one.version, one.record.cell) for one in past] == [
        (1, "M1"),
        (2, "M2"),
        (3, "M3"),
        (4, "M4"),
    ]
    assert other_desk.sync.recomputed_digest(CLINICAL) == centre.digest


def test_a_version_of_another_person_and_stay_is_found_by_those(desk, other_desk):
    centre = Centre()
    patient, episode = desk.arrival()
    other, other_stay = desk.arrival()
    note = desk.note(patient, episode, "alert")
    centre.push(desk)
    first = next(row for row in centre.rows if from_bytes(row.id) == note)
    second = msgspec.structs.replace(
        first, version=2, patient=to_bytes(other), episode=to_bytes(other_stay)
    )

    def work(connection):
        for row in (first, second):
            take_rows(connection, CLINICAL, [row], [row_hash(row)], Touched())
        return [
            [shown.id for shown in shown_where(connection, **whose)]
            for whose in (
                {"patient": other},
                {"episode": other_stay},
                {"patient": patient},
                {"episode": episode},
            )
        ]

    assert other_desk.database.write(Priority.SYNC, work) == [[note], [note], [], []]


@given(order=st.permutations(range(9)), cuts=st.sets(st.integers(1, 8)))
@settings(max_examples=25)
def test_in_whatever_order_and_pieces_rows_come_the_same_is_held(order, cuts):
    centre = Centre()
    with TemporaryDirectory() as folder:
        source = Desk(Path(folder) / "source.db")
        with closing(source.database):
            source.enrol()
            patient, episode = source.arrival(cell="M1")
            for number in range(5):
                source.move(episode, f"M{number + 2}")
            source.note(patient, episode, "one")
            source.note(patient, episode, "two")
            centre.push(source)
        everything = [centre.rows[number] for number in order]
        target = Desk(Path(folder) / "target.db", space=2)
        with closing(target.database):
            target.enrol()
            target.sync.begin_snapshots([centre.manifest()])
            for start, end in itertools.pairwise([0, *sorted(cuts), 9]):
                piece = taken(everything[start:end] + everything[:2])
                target.sync.take_snapshot([part(piece, Phase.UNATTACHED, 0)])
            held = target.store.read(lambda look: look.history("CustodyEpisode", episode))
            digests = target.sync.digest(CLINICAL), target.sync.recomputed_digest(CLINICAL)
    assert [(one.version, one.record.cell) for one in held] == [
        (number, f"M{number}") for number in range(1, 7)
    ]
    assert digests == (centre.digest, centre.digest)


def test_a_record_whose_newest_row_a_disk_had_lost_is_fetched_anew(desk, other_desk):
    # Seed 6267 of 23 November 2026: the older row stood in both tables, and no exchange ended.
    centre = Centre()
    patient, episode = desk.arrival(cell="M1")
    desk.move(episode, "M2")
    centre.exchange(desk)
    centre.pull(other_desk)
    behind_its_back(other_desk.database, "DELETE FROM record WHERE kind = 'CustodyEpisode'")
    first, second = (row for row in centre.rows if row.kind == "CustodyEpisode")
    manifest = msgspec.structs.replace(
        centre.manifest(), holdings=(Holding(to_bytes(patient), 0, 2),)
    )
    other_desk.sync.begin_snapshots([manifest])
    for row in (first, second):
        other_desk.sync.take_snapshot([part(taken([row]), Phase.OTHER, 0)])
    held = other_desk.store.read(lambda look: look.history("CustodyEpisode", episode))
    assert [(past.version, past.record.cell) for past in held] == [(1, "M1"), (2, "M2")]
    assert other_desk.sync.recomputed_digest(CLINICAL) == centre.digest


@pytest.mark.parametrize("table", ["record", "version"])
def test_a_row_whose_stored_hash_was_spoilt_holds_up_nothing_that_comes_again(
    desk, other_desk, table
):
    # Seed 6267 of 23 November 2026: no exchange of that PC ended any more, and nothing healed it.
    centre = Centre()
    _, episode = desk.arrival(cell="M1")
    desk.move(episode, "M2")
    centre.exchange(desk)
    other_desk.sync.begin_snapshots([centre.manifest()])
    everything = part(taken(centre.rows), Phase.UNATTACHED, 0)
    other_desk.sync.take_snapshot([everything])
    assert other_desk.sync.digest(CLINICAL) == centre.digest
    spoil = f"UPDATE {table} SET row_hash = zeroblob(16) WHERE kind = 'CustodyEpisode'"  # noqa: S608
    behind_its_back(other_desk.database, spoil)
    stored = other_desk.sync.take_snapshot([everything])
    assert stored.parts == 1
    assert other_desk.store.read(lambda look: look.get(CustodyEpisode, episode)).cell == "M2"
    assert len(list(all_held(other_desk))) == len(centre.rows)
    forged = msgspec.structs.replace(centre.rows[0], body=b'{"id":"x"}')
    with pytest.raises(RowClashError):
        other_desk.sync.take_snapshot([part(taken([forged]), Phase.UNATTACHED, 0)])
