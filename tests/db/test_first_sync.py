from __future__ import annotations

import msgspec
import pytest

from sonar_core.ids import from_bytes
from sonar_core.sync.messages import Holding, Phase
from sonar_core.sync.rows import Row
from sonar_desktop.db.errors import SyncHoleError
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.sync_ports import Taken, begun_with
from tests.db.centre import Centre, part, taken, with_history
from tests.db.clinic import CLINICAL, board_of, set_level


def test_what_is_asked_for_before_the_beginning_is_written_is_what_the_store_lacks(
    desk, other_desk
):
    centre = Centre()
    with_history(centre, desk)
    manifest = centre.manifest()
    other_desk.sync.begin_snapshots([manifest])
    assert other_desk.sync.unfinished() == (begun_with(manifest),)
    assert begun_with(manifest).board
    assert begun_with(manifest).other


def test_a_first_sync_goes_on_after_a_stop_and_ends_with_everything(desk, other_desk):
    centre = Centre()
    with_history(centre, desk)
    sync = other_desk.sync
    sync.begin_snapshots([centre.manifest()])
    (item,) = sync.unfinished()
    assert (item.total_rows, item.done_rows, len(item.board)) == (12, 0, 3)
    with pytest.raises(SyncHoleError):
        sync.end_snapshots([CLINICAL])
    first = item.board[0].patient
    stored = sync.take_snapshot([part(centre.of_patient(first, Phase.BOARD), Phase.BOARD, 1)])
    assert from_bytes(first) in stored.changed.patients

    other_desk.reopen()
    sync = other_desk.sync
    (item,) = sync.unfinished()
    assert [holding.patient for holding in item.board] == [
        holding.patient for holding in centre.manifest().holdings[1:]
    ]
    assert item.done_rows == 2
    assert [row["family"] for row in board_of(other_desk.store)] == ["Marsh0"]
    for phase in (Phase.BOARD, Phase.OTHER):
        for holding in item.board if phase is Phase.BOARD else item.other:
            sync.take_snapshot([part(centre.of_patient(holding.patient, phase), phase, 1)])
    sync.end_snapshots([CLINICAL])

    assert sync.unfinished() == ()
    assert sync.cursors() == (centre.head,)
    assert sync.digest(CLINICAL) == sync.recomputed_digest(CLINICAL) == centre.digest
    rows = board_of(other_desk.store)
    assert [(row["cell"], row["is_complete"]) for row in rows] == [("M2", True)] * 3
    patient, episode = item.board[0].patient, board_of(other_desk.store)
    notes = other_desk.store.read(lambda look: look.of_patient(from_bytes(patient), ["Note"]))
    assert [seen.record.text for seen in notes] == ["note 1"]
    assert episode


def test_a_record_is_marked_incomplete_until_every_scope_has_brought_it(desk, other_desk):
    centre = Centre()
    with_history(centre, desk, count=1)
    manifest = centre.manifest()
    medicines = msgspec.structs.replace(
        manifest, cursor=msgspec.structs.replace(manifest.cursor, scope="medicines")
    )
    sync = other_desk.sync
    sync.begin_snapshots([manifest])
    sync.begin_snapshots([medicines])
    patient = manifest.holdings[0].patient
    sync.take_snapshot([part(centre.of_patient(patient, Phase.BOARD), Phase.BOARD, 1)])
    assert [row["is_complete"] for row in board_of(other_desk.store)] == [False]

    empty = msgspec.structs.replace(taken([]), scope="medicines")
    sync.take_snapshot([part(empty, Phase.BOARD, 1)])
    assert [row["is_complete"] for row in board_of(other_desk.store)] == [True]


def test_rows_of_nobody_are_counted_until_all_are_here(desk):
    manifest = msgspec.structs.replace(Centre().manifest(), unattached=2)
    desk.sync.begin_snapshots([manifest])
    assert desk.sync.unfinished()[0].unattached
    desk.sync.take_snapshot([part(taken([]), Phase.UNATTACHED, 0)])
    assert desk.sync.unfinished()[0].unattached, "none of the two has come"
    desk.sync.take_snapshot([part(taken([]), Phase.UNATTACHED, 1)])
    assert not desk.sync.unfinished()[0].unattached
    never_begun = msgspec.structs.replace(taken([]), scope="never begun")
    with pytest.raises(SyncHoleError):
        desk.sync.take_snapshot([part(never_begun, Phase.UNATTACHED, 0)])


class Parts(list):
    """Parts of a first sync; before the second one somebody's own entry begins to wait."""

    def __init__(self, parts, entry):
        super().__init__(parts)
        self.entry = entry

    def __iter__(self):
        yield self[0]
        self.entry()
        yield from self[1:]


def test_parts_are_kept_together_until_somebodys_own_entry_waits(desk, other_desk):
    centre = Centre()
    with_history(centre, desk)
    sync = other_desk.sync
    sync.begin_snapshots([centre.manifest()])
    parts = [
        part(centre.of_patient(holding.patient, Phase.BOARD), Phase.BOARD, 1)
        for holding in centre.manifest().holdings
    ]
    writer = other_desk.database._writer
    assert len(parts) == 3
    waiting = []
    busy = Parts(parts, lambda: waiting.append(writer.submit(Priority.USER, lambda _: "saved")))
    assert sync.take_snapshot(busy).parts == 1
    assert [future.result() for future in waiting] == ["saved"]
    assert len(sync.unfinished()[0].board) == 2
    assert sync.take_snapshot(parts[1:]).parts == 2
    assert sync.unfinished()[0].board == ()


def test_somebody_booked_in_since_the_manifest_is_on_the_board_whatever_phase_brings_them(
    desk, other_desk
):
    """Known from an earlier stay, they come by the phase for people who are not on the board."""
    centre = Centre()
    with_history(centre, other_desk, 1)
    manifest = centre.manifest()
    everything = taken(list(centre.rows))
    ids = [one.patient for one in manifest.holdings]
    quiet = msgspec.structs.replace(
        manifest, holdings=tuple(Holding(one, 0, len(everything.rows)) for one in ids)
    )
    desk.sync.begin_snapshots((quiet,))
    desk.sync.take_snapshot((part(everything, Phase.WHOLE, 1),))
    assert [row["family"] for row in board_of(desk.store)] == ["Marsh0"]


@pytest.mark.parametrize("order", [("some", "medicines", "rest"), ("some", "rest", "medicines")])
def test_a_line_made_of_half_of_somebodys_rows_says_so_and_is_made_anew_with_the_rest(
    desk, other_desk, order
):
    """On the board in no scope when the first sync began, they come in any pieces."""
    centre = Centre()
    patient, episode = other_desk.arrival(cell="M1")
    other_desk.move(episode, "M2")
    set_level(other_desk, patient, episode, 2)
    other_desk.sync.settle(centre.push(other_desk))
    who, stay, moved, level = centre.rows
    pieces = {
        "some": part(taken([who, stay]), Phase.WHOLE, 0),
        "rest": part(taken([moved]), Phase.WHOLE, 1),
        "medicines": part(in_medicines([level]), Phase.WHOLE, 1),
    }
    manifest = msgspec.structs.replace(centre.manifest(), holdings=(Holding(who.patient, 0, 3),))
    beside = msgspec.structs.replace(manifest.cursor, scope="medicines")
    desk.sync.begin_snapshots((manifest, msgspec.structs.replace(manifest, cursor=beside)))
    for name in order[:-1]:
        desk.sync.take_snapshot((pieces[name],))
        assert not any(row["is_complete"] for row in board_of(desk.store))
    desk.sync.take_snapshot((pieces[order[-1]],))
    (line,) = board_of(desk.store)
    assert (line["cell"], line["records"], line["is_complete"]) == ("M2", 3, True)


def in_medicines(rows: list[Row]) -> Taken:
    return msgspec.structs.replace(taken(rows), scope="medicines")
