from __future__ import annotations

import msgspec

from sonar_core.board import rows
from sonar_core.board.build import board_row_bytes
from sonar_core.medicines.recheck import BrokenRule
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.patient import Patient
from sonar_core.sync.messages import Phase
from sonar_desktop.db.store import ClientStore
from tests.core.board import custody
from tests.db.centre import Centre, part, taken, with_history
from tests.db.clinic import (
    NURSE,
    board_of,
    sign,
)


def test_a_detainee_released_elsewhere_leaves_the_board(desk, other_desk):
    centre = Centre()
    _, episode = desk.arrival()
    centre.exchange(desk)
    centre.exchange(other_desk)
    assert len(board_of(other_desk.store)) == 1
    desk.store.write(
        NURSE,
        "release",
        lambda write: write.edit(CustodyEpisode, episode, {"status": EpisodeStatus.RELEASED}),
    )
    assert board_of(desk.store) == []
    centre.exchange(desk)
    centre.exchange(other_desk)
    assert board_of(other_desk.store) == []


def test_a_disputed_release_keeps_the_detainee_on_the_board(desk, other_desk):
    centre = Centre()
    _, episode = desk.arrival()
    centre.exchange(desk)
    centre.exchange(other_desk)
    for pc, status in ((desk, EpisodeStatus.RELEASED), (other_desk, EpisodeStatus.TRANSFERRED)):
        pc.store.write(
            NURSE,
            "release",
            lambda write, to=status: write.edit(CustodyEpisode, episode, {"status": to}),
        )
    centre.exchange(desk)
    centre.exchange(other_desk)
    centre.exchange(desk)

    for pc in (desk, other_desk):
        (row,) = board_of(pc.store)
        assert row["conflicts"] == 1
        assert "decision" in row["standings"]


def test_a_note_that_waits_is_counted_on_the_board_until_it_is_held_centrally(desk):
    centre = Centre()
    patient, episode = desk.arrival()
    centre.exchange(desk)
    assert board_of(desk.store)[0]["standings"] == ["central"]
    desk.note(patient, episode, "settled")
    assert board_of(desk.store)[0]["standings"] == ["central", "local"]
    desk.sync.settle(centre.push(desk))
    assert board_of(desk.store)[0]["standings"] == ["central"]
    centre.pull(desk)
    assert board_of(desk.store)[0]["standings"] == ["central"]


def test_what_concerns_the_person_changes_the_row_of_the_stay(desk):
    patient, _ = desk.arrival(family="Marsh")
    other, _ = desk.arrival(family="Begum")
    desk.store.write(
        NURSE, "identify", lambda write: write.edit(Patient, patient, {"family": "Marshall"})
    )
    assert sorted(str(row["family"]) for row in board_of(desk.store)) == ["Begum", "Marshall"]
    assert other != patient


def test_a_stay_whose_patient_has_not_come_yet_has_no_row_and_gets_it_with_the_patient(
    desk, other_desk
):
    centre = Centre()
    with_history(centre, desk, count=1)
    stay, person = centre.rows[1], centre.rows[0]
    other_desk.sync.begin_snapshots([centre.manifest()])
    other_desk.sync.take_snapshot([part(taken([stay]), Phase.BOARD, 0)])
    assert board_of(other_desk.store) == []
    other_desk.sync.take_snapshot([part(taken([person]), Phase.BOARD, 1)])
    assert [row["family"] for row in board_of(other_desk.store)] == ["Marsh0"]


def test_the_products_own_board_rows_are_made_in_the_store(desk, tmp_path):
    opened = ClientStore(
        desk.database,
        clock=desk.clock,
        ids=desk.ids,
        sign=sign,
        board_row=board_row_bytes,
        in_contact=lambda: True,
    )
    patient, episode = desk.arrival(family="Marsh", cell="M4")
    note = desk.a_note(patient, episode, "settled")
    opened.write(NURSE, "note", lambda write: write.record(note))
    (row,) = opened.read(lambda look: look.board())
    decoded = rows.decode(row)
    assert (decoded.family, decoded.cell, decoded.episode) == ("Marsh", "M4", episode)
    assert decoded.unsent == 3


def test_a_dose_of_an_earlier_stay_counts_for_the_orders_of_this_one(desk):
    opened = ClientStore(
        desk.database,
        clock=desk.clock,
        ids=desk.ids,
        sign=sign,
        board_row=board_row_bytes,
        in_contact=lambda: True,
    )
    patient, first = desk.arrival()
    stay = desk.store.read(lambda look: look.get(CustodyEpisode, first))
    second = msgspec.structs.replace(stay, id=desk.ids.new(), custody_record_number="NF/2")
    here = {"patient": patient, "episode": second.id}
    before = here | {"episode": first}
    old = custody.order(id=desk.ids.new(), **before)
    new = custody.order(id=desk.ids.new(), interval_minutes=240, **here)

    def act(write):
        for record in (second, old, new):
            write.record(record)
        write.record(custody.dose(desk.ids.new(), 50, request=old.id, **before))
        write.record(custody.dose(desk.ids.new(), 10, request=new.id, **here))

    opened.write(NURSE, "two stays", act)
    found = {row.episode: row for row in map(rows.decode, opened.read(lambda look: look.board()))}
    assert [line.rule for line in found[second.id].broken] == [BrokenRule.INTERVAL]
    assert found[first].broken == ()
