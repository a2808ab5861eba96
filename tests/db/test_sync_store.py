from __future__ import annotations

import msgspec
import pytest

from sonar_core.ids import from_bytes
from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.registry import care_level_id
from sonar_core.sync.messages import Phase, Reason, Receipt, Verdict
from sonar_core.sync.operations import header_of
from sonar_desktop.db.errors import RowClashError, SyncHoleError
from sonar_desktop.usecases.ports import Standing
from tests.db.centre import Centre, taken
from tests.db.clinic import CLINICAL, NURSE, START_MS, Desk, board_of, moment


@pytest.fixture
def other_desk(tmp_path):
    """A second PC of the suite, with another device id."""
    (tmp_path / "second").mkdir()
    desk = Desk(tmp_path / "second" / "client.db", space=2)
    desk.enrol(device="01900000-0000-7000-8000-0000000000dd")
    yield desk
    desk.database.close()


def standing(desk, kind, identifier):
    return desk.store.read(lambda look: look.seen(kind, identifier)).standing


def set_level(desk, patient, episode, level):
    """Set a level of observation, or change it."""

    def act(write):
        identifier = care_level_id(episode)
        if write.get(CareLevel, identifier) is not None:
            return write.edit(CareLevel, identifier, {"level": level})
        return write.record(
            CareLevel(
                id=identifier,
                patient=patient,
                episode=episode,
                level=level,
                check_every_minutes=30,
                rouse=False,
                reason="intoxicated",
                set_at=moment(START_MS),
                set_by=NURSE.user,
            )
        )

    desk.store.write(NURSE, "set_care_level", act)
    return care_level_id(episode)


def test_an_entry_stays_on_the_screen_from_saving_to_the_arrival_of_its_row(desk):
    centre = Centre()
    patient, episode = desk.arrival()
    note = desk.note(patient, episode, "settled")
    told = []

    def look():
        seen = desk.store.read(lambda reading: reading.seen("Note", note))
        told.append((seen.record.text, seen.standing, seen.version, seen.received_ms))

    look()
    receipts = centre.push(desk)
    look()
    desk.sync.settle(receipts)
    look()
    centre.pull(desk)
    look()

    assert told == [
        ("settled", Standing.LOCAL, 0, None),
        ("settled", Standing.SENDING, 0, None),
        ("settled", Standing.CENTRAL, 0, None),
        ("settled", Standing.CENTRAL, 1, START_MS),
    ]
    assert desk.sync.waiting().operations == 0


def test_an_entry_whose_answer_was_lost_is_not_put_on_top_of_its_own_row(desk, other_desk):
    centre = Centre()
    _, episode = desk.arrival(cell="M1")
    receipts = centre.push(desk)
    centre.pull(desk)  # the answer to the push was lost, the rows came
    centre.exchange(other_desk)
    other_desk.store.write(
        NURSE, "move", lambda write: write.edit(CustodyEpisode, episode, {"cell": "M7"})
    )
    centre.exchange(other_desk)
    centre.pull(desk)

    assert desk.store.read(lambda look: look.get(CustodyEpisode, episode)).cell == "M7"
    desk.sync.settle(receipts)
    assert desk.store.read(lambda look: look.get(CustodyEpisode, episode)).cell == "M7"
    assert standing(desk, "CustodyEpisode", episode) is Standing.CENTRAL


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


def test_what_two_people_set_differently_needs_a_decision_and_neither_is_lost(desk, other_desk):
    centre = Centre()
    patient, episode = desk.arrival()
    level = set_level(desk, patient, episode, 1)
    centre.exchange(desk)
    centre.exchange(other_desk)
    set_level(other_desk, patient, episode, 2)
    set_level(desk, patient, episode, 3)
    centre.exchange(other_desk)

    receipts = centre.push(desk)
    desk.sync.settle(receipts)
    assert [receipt.verdict for receipt in receipts] == [Verdict.CONFLICT]
    mine = desk.store.read(lambda look: look.get(CareLevel, level))
    assert mine.level == 3, "between the verdict and the conflict's row the entry stays"
    assert standing(desk, "CareLevel", level) is Standing.DECISION

    centre.pull(desk)
    assert desk.store.read(lambda look: look.get(CareLevel, level)).level == 2
    assert standing(desk, "CareLevel", level) is Standing.DECISION
    (conflict,) = desk.store.read(lambda look: look.conflicts())
    assert [side.values["level"] for side in conflict.alternatives] == [2, 3]
    assert board_of(desk.store)[0]["conflicts"] == 1


def test_a_conflict_that_came_before_the_verdict_does_not_leave_the_entry_behind(desk, other_desk):
    centre = Centre()
    patient, episode = desk.arrival()
    level = set_level(desk, patient, episode, 1)
    centre.exchange(desk)
    centre.exchange(other_desk)
    set_level(other_desk, patient, episode, 2)
    set_level(desk, patient, episode, 3)
    centre.exchange(other_desk)
    receipts = centre.push(desk)
    centre.pull(desk)

    assert desk.store.read(lambda look: look.get(CareLevel, level)).level == 2
    desk.sync.settle(receipts)
    assert desk.store.read(lambda look: look.get(CareLevel, level)).level == 2
    assert standing(desk, "CareLevel", level) is Standing.DECISION


def test_a_decision_settles_the_conflict_on_this_pc_at_once_and_everywhere_after(desk, other_desk):
    centre = Centre()
    patient, episode = desk.arrival()
    level = set_level(desk, patient, episode, 1)
    centre.exchange(desk)
    centre.exchange(other_desk)
    set_level(other_desk, patient, episode, 2)
    set_level(desk, patient, episode, 3)
    centre.exchange(other_desk)
    centre.exchange(desk)
    (conflict,) = desk.store.read(lambda look: look.conflicts())
    decision = desk.a_decision(conflict, values=conflict.alternatives[1].values)
    desk.store.write(NURSE, "decide", lambda write: write.record(decision))

    assert desk.store.read(lambda look: look.conflicts()) == []
    assert len(desk.store.read(lambda look: look.conflicts(open_only=False))) == 1
    assert desk.store.read(lambda look: look.get(CareLevel, level)).level == 3
    assert standing(desk, "CareLevel", level) is Standing.LOCAL

    centre.exchange(desk)
    centre.exchange(other_desk)
    for pc in (desk, other_desk):
        assert pc.store.read(lambda look: look.conflicts()) == []
        assert pc.store.read(lambda look: look.get(CareLevel, level)).level == 3
        assert standing(pc, "CareLevel", level) is Standing.CENTRAL
        assert pc.sync.digest(CLINICAL) == centre.digest


def test_an_entry_held_back_stays_visible_and_is_sent_no_more(desk):
    patient, episode = desk.arrival()
    note = desk.note(patient, episode, "settled")
    centre = Centre()
    outgoing = desk.sync.outgoing(500, 1 << 20).operations
    held = centre.take(outgoing[2:])

    assert held[0].reason is Reason.MISSING_PARENT
    changed = desk.sync.settle(held)
    assert ("Note", note) in changed.records
    assert standing(desk, "Note", note) is Standing.HELD
    assert desk.sync.waiting().held_back == 1
    assert desk.sync.outgoing(500, 1 << 20).operations == outgoing[:2]

    desk.sync.settle(centre.take(outgoing))  # the parent came: decided again
    centre.pull(desk)
    assert standing(desk, "Note", note) is Standing.CENTRAL
    assert desk.sync.waiting().held_back == 0


def test_a_verdict_once_known_is_not_replaced(desk):
    desk.arrival()
    receipts = Centre().push(desk)
    desk.sync.settle(receipts)
    refused = tuple(
        msgspec.structs.replace(receipt, verdict=Verdict.REFUSED) for receipt in receipts
    )
    strange = Receipt(op_id=NURSE.user, op_seq=99, verdict=Verdict.APPLIED)

    desk.sync.settle((*refused, strange))

    waiting = desk.sync.waiting()
    assert (waiting.operations, waiting.actions, waiting.held_back) == (0, 0, 0)


def test_a_batch_never_splits_a_user_action(desk):
    for number in range(3):
        desk.arrival(family=f"Marsh{number}")  # two operations each

    sizes = [len(desk.sync.outgoing(most, 1 << 20).operations) for most in (1, 2, 3, 4, 5, 6)]
    assert sizes == [2, 2, 2, 4, 4, 6]
    first = desk.sync.outgoing(500, 1)
    assert len(first.operations) == 2, "a limit below one action sends it alone, whole"
    headers = [header_of(operation) for operation in first.operations]
    assert [(header.txn_index, header.txn_size) for header in headers] == [(0, 2), (1, 2)]
    assert headers[0].txn_id == headers[1].txn_id
    waiting = desk.sync.waiting()
    assert (waiting.operations, waiting.actions) == (6, 3)
    assert waiting.oldest_ms == headers[0].recorded_at.utc_ms


def test_a_tail_that_does_not_follow_is_refused_whole(desk, other_desk):
    centre = Centre()
    desk.arrival()
    centre.exchange(desk)
    (at,) = desk.sync.cursors()
    other_desk.arrival()
    centre.push(other_desk)
    rows = taken(centre.rows[at.seq :])
    wrong = msgspec.structs.replace(at, chain=bytes(32))

    with pytest.raises(SyncHoleError):
        desk.sync.take_tail(rows, wrong, centre.head)
    with pytest.raises(SyncHoleError):
        desk.sync.take_tail(taken(centre.rows[at.seq + 1 :]), at, centre.head)

    assert desk.sync.cursors() == (at,)
    assert desk.sync.digest(CLINICAL) == desk.sync.recomputed_digest(CLINICAL)
    assert len(board_of(desk.store)) == 1


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


def with_history(centre, desk, count=3):
    """Detainees with a moved cell and a note each, all of it at the centre; their ids."""
    made = []
    for number in range(count):
        patient, episode = desk.arrival(family=f"Marsh{number}", cell="M1")
        desk.store.write(
            NURSE, "move", lambda write, at=episode: write.edit(CustodyEpisode, at, {"cell": "M2"})
        )
        desk.note(patient, episode, f"note {number}")
        made.append((patient, episode))
    desk.sync.settle(centre.push(desk))
    return made


def test_a_first_sync_goes_on_after_a_stop_and_ends_with_everything(desk, other_desk):
    centre = Centre()
    with_history(centre, desk)
    sync = other_desk.sync
    sync.begin_snapshot(centre.manifest())
    (item,) = sync.unfinished()
    assert (item.total_rows, item.done_rows, len(item.board)) == (12, 0, 3)
    with pytest.raises(SyncHoleError):
        sync.end_snapshot(CLINICAL)
    first = item.board[0].patient
    changed = sync.take_snapshot(centre.of_patient(first, Phase.BOARD), Phase.BOARD, 1)
    assert from_bytes(first) in changed.patients

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
            sync.take_snapshot(centre.of_patient(holding.patient, phase), phase, 1)
    sync.end_snapshot(CLINICAL)

    assert sync.unfinished() == ()
    assert sync.cursors() == (centre.head,)
    assert sync.digest(CLINICAL) == sync.recomputed_digest(CLINICAL) == centre.digest
    rows = board_of(other_desk.store)
    assert [(row["cell"], row["is_complete"]) for row in rows] == [("M2", True)] * 3
    patient, episode = item.board[0].patient, board_of(other_desk.store)
    notes = other_desk.store.read(lambda look: look.of_patient(from_bytes(patient), ["Note"]))
    assert [seen.record.text for seen in notes] == ["note 1"]
    assert episode


def test_rows_sent_twice_count_once(desk, other_desk):
    centre = Centre()
    made = with_history(centre, desk, count=1)
    sync = other_desk.sync
    sync.begin_snapshot(centre.manifest())
    holding = centre.manifest().holdings[0]
    everything = taken(centre.rows)
    sync.take_snapshot(everything, Phase.BOARD, 1)
    sync.take_snapshot(everything, Phase.OTHER, 1)
    sync.take_snapshot(taken(list(reversed(centre.rows))), Phase.UNATTACHED, 0)
    with pytest.raises(SyncHoleError):
        sync.take_snapshot(centre.of_patient(holding.patient, Phase.OTHER), Phase.OTHER, 1)
    sync.end_snapshot(CLINICAL)

    assert sync.digest(CLINICAL) == sync.recomputed_digest(CLINICAL) == centre.digest
    past = other_desk.store.read(lambda look: look.history("CustodyEpisode", made[0][1]))
    assert [one.version for one in past] == [1, 2]


def test_old_versions_that_come_after_the_new_one_go_into_the_history(desk, other_desk):
    centre = Centre()
    ((_, episode),) = with_history(centre, desk, count=1)
    sync = other_desk.sync
    sync.begin_snapshot(centre.manifest())
    holding = centre.manifest().holdings[0]
    sync.take_snapshot(centre.of_patient(holding.patient, Phase.BOARD), Phase.BOARD, 1)
    before = other_desk.store.read(lambda look: look.history("CustodyEpisode", episode))
    sync.take_snapshot(centre.of_patient(holding.patient, Phase.OTHER), Phase.OTHER, 1)
    after = other_desk.store.read(lambda look: look.history("CustodyEpisode", episode))

    assert [past.version for past in before] == [2]
    assert [(past.version, past.record.cell) for past in after] == [(1, "M1"), (2, "M2")]


def test_a_record_is_marked_incomplete_until_every_scope_has_brought_it(desk, other_desk):
    centre = Centre()
    with_history(centre, desk, count=1)
    manifest = centre.manifest()
    medicines = msgspec.structs.replace(
        manifest, cursor=msgspec.structs.replace(manifest.cursor, scope="medicines")
    )
    sync = other_desk.sync
    sync.begin_snapshot(manifest)
    sync.begin_snapshot(medicines)
    patient = manifest.holdings[0].patient
    sync.take_snapshot(centre.of_patient(patient, Phase.BOARD), Phase.BOARD, 1)
    assert [row["is_complete"] for row in board_of(other_desk.store)] == [False]

    empty = msgspec.structs.replace(taken([]), scope="medicines")
    sync.take_snapshot(empty, Phase.BOARD, 1)
    assert [row["is_complete"] for row in board_of(other_desk.store)] == [True]


def test_rows_of_nobody_are_counted_until_all_are_here(desk):
    manifest = msgspec.structs.replace(Centre().manifest(), unattached=2)
    desk.sync.begin_snapshot(manifest)
    assert desk.sync.unfinished()[0].unattached
    desk.sync.take_snapshot(taken([]), Phase.UNATTACHED, 0)
    assert desk.sync.unfinished()[0].unattached, "none of the two has come"
    desk.sync.take_snapshot(taken([]), Phase.UNATTACHED, 1)
    assert not desk.sync.unfinished()[0].unattached
    with pytest.raises(SyncHoleError):
        desk.sync.take_snapshot(
            msgspec.structs.replace(taken([]), scope="never begun"), Phase.UNATTACHED, 0
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


def test_the_last_contact_is_remembered(desk):
    assert desk.sync.last_contact() is None
    desk.sync.note_contact(START_MS + 5, ())
    here_ms = desk.clock.ms
    desk.sync.note_contact(START_MS + 9, ())
    assert desk.sync.last_contact() == (desk.clock.ms, START_MS + 9)
    assert desk.clock.ms > here_ms
    assert desk.sync.granted() == (CLINICAL,)
