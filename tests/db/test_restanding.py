from __future__ import annotations

import msgspec
import pytest

from sonar_core.board import rows
from sonar_core.board.build import board_row_bytes
from sonar_core.board.views import CopyState, EpisodeRecords
from sonar_core.records.patient import Patient
from sonar_core.sync.messages import Reason, Receipt, Verdict
from sonar_desktop.db.projections import rebuild
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.ports import Changed
from tests.db.centre import Centre
from tests.db.clinic import NURSE, Desk, set_level


class Maker:
    """Makes the product's own board rows, and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, records: EpisodeRecords) -> bytes | None:
        self.made += 1
        return board_row_bytes(records)


@pytest.fixture
def maker(desk, other_desk) -> Maker:
    """What both PCs make their rows by, from now on."""
    maker = Maker()
    for pc in (desk, other_desk):
        pc.board_row = maker
        pc.reopen()
    return maker


def kept(pc: Desk) -> dict[str, rows.BoardRow]:
    found = pc.store.read(lambda look: look.board())
    return {row.episode: row for row in map(rows.decode, found)}


def made_anew(pc: Desk) -> dict[str, rows.BoardRow]:
    stays = set(kept(pc))
    pc.database.write(Priority.SYNC, lambda c: rebuild(c, (), stays, board_row_bytes))
    return kept(pc)


def test_verdicts_say_where_the_records_are_without_making_a_row_anew(desk, maker):
    centre = Centre()
    stays = [desk.arrival(family=name) for name in ("Marsh", "Begum")]
    for patient, episode in stays:
        desk.note(patient, episode, "settled")
        set_level(desk, patient, episode, 2)
    receipts = centre.push(desk)
    assert [row.unsent for row in kept(desk).values()] == [4, 4]

    before = maker.made
    desk.sync.settle(receipts[:6])
    halfway = kept(desk)
    assert maker.made == before

    assert [row.unsent for row in halfway.values()] == [0, 2]
    assert [row.standing for row in halfway.values()] == [CopyState.CENTRAL, CopyState.LOCAL]
    assert halfway == made_anew(desk)
    desk.sync.settle(receipts[6:])
    assert [row.unsent for row in kept(desk).values()] == [0, 0]
    assert kept(desk) == made_anew(desk)


def test_what_is_held_back_is_said_and_counted(desk, maker):
    patient, episode = desk.arrival()
    note = desk.note(patient, episode, "settled")
    first, second, third = Centre().push(desk)
    held = msgspec.structs.replace(third, verdict=Verdict.QUARANTINED, reason=Reason.DAMAGED)
    before = maker.made
    told = desk.sync.settle((first, second, held))
    assert maker.made == before
    (row,) = kept(desk).values()
    assert (row.standing, row.unsent) == (CopyState.HELD, 1)
    assert kept(desk) == made_anew(desk)
    assert told == Changed(
        records=frozenset({("Patient", patient), ("CustodyEpisode", episode), ("Note", note)}),
        patients=frozenset({patient}),
        episodes=frozenset({episode}),
        outbox=True,
    )


def test_the_persons_own_record_stands_for_each_of_their_stays(desk, maker):
    centre = Centre()
    patient, episode = desk.arrival()
    centre.exchange(desk)
    desk.store.write(
        NURSE, "identify", lambda write: write.edit(Patient, patient, {"family": "Marshall"})
    )
    desk.note(patient, episode, "settled")
    assert kept(desk)[episode].unsent == 2
    of_person, of_note = centre.push(desk)
    before = maker.made
    desk.sync.settle((of_note,))
    assert maker.made == before
    assert kept(desk)[episode].unsent == 1
    assert kept(desk) == made_anew(desk)
    desk.sync.settle((of_person,))
    assert kept(desk)[episode].unsent == 0


def test_a_dispute_goes_on_being_said_when_another_entry_is_taken(desk, other_desk, maker):
    centre = Centre()
    patient, episode = desk.arrival()
    level = set_level(desk, patient, episode, 1)
    centre.exchange(desk)
    centre.exchange(other_desk)
    for pc, to in ((desk, 2), (other_desk, 3)):
        set_level(pc, patient, episode, to)
    centre.exchange(other_desk)
    receipts = centre.push(desk)
    assert [receipt.verdict for receipt in receipts] == [Verdict.CONFLICT]
    desk.sync.settle(receipts)
    assert kept(desk)[episode].standing is CopyState.DECISION
    assert kept(desk) == made_anew(desk)
    centre.pull(desk)
    desk.note(patient, episode, "settled")
    before = maker.made
    desk.sync.settle(centre.push(desk))
    assert maker.made == before
    assert kept(desk)[episode].standing is CopyState.DECISION
    assert [line.kind for line in kept(desk)[episode].conflicts] == ["CareLevel"]
    assert kept(desk) == made_anew(desk)
    assert level


def test_while_a_first_sync_runs_rows_are_made_whole(desk, maker):
    centre = Centre()
    desk.arrival()
    receipts = centre.push(desk)
    desk.sync.begin_snapshots([centre.manifest()])
    before = maker.made
    desk.sync.settle(receipts)
    assert maker.made == before + 1
    (row,) = kept(desk).values()
    assert (row.is_complete, row.unsent) == (False, 0)


def test_a_row_of_another_program_is_made_anew(desk):
    centre = Centre()
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")
    desk.board_row = maker = Maker()
    desk.reopen()
    desk.sync.settle(centre.push(desk))
    assert maker.made == 1
    assert kept(desk)[episode].unsent == 0


def test_verdicts_on_what_no_board_shows_leave_it_alone(desk, maker):
    before = maker.made
    unknown = Receipt(op_id=desk.ids.new(), op_seq=1, verdict=Verdict.APPLIED, version=1)
    assert desk.sync.settle((unknown,)) == Changed(outbox=True)
    assert maker.made == before
