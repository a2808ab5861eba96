"""A copied or restored PC: its new incarnation, and what it sends again in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from sonar_core.ids import to_bytes
from sonar_core.records.registry import care_level_id
from sonar_core.sync.messages import (
    MAX_WRITTEN,
    PROTOCOL,
    BeginAnew,
    End,
    OwnPlace,
    Pull,
    Reason,
    Reconcile,
    Verdict,
)
from sonar_core.sync.operations import FIRST_PREV_HASH, header_hash, header_of
from sonar_server import rebirth
from sonar_server.errors import RefusedError
from sonar_server.store import incidents
from tests.server.pc import Pc
from tests.server.test_push import care_level


def ask(pc: Pc, incarnation: int, first_seq: int, after: OwnPlace | None = None) -> int:
    asked = BeginAnew(
        protocol=PROTOCOL,
        device=pc.enrolled.device,
        incarnation=incarnation,
        first_seq=first_seq,
        after=after,
    )
    return pc.link.begin_anew(asked).incarnation


def happened(central, pc):
    return [
        one.detail
        for one in central.database.run(incidents.incidents)
        if one.kind == rebirth.NEW_INCARNATION and pc.enrolled.device in one.detail
    ]


def rows_of(pc, identifier):
    return [row for row in pc.copy().rows if row.id == to_bytes(identifier)]


def test_each_request_gives_a_number_that_nobody_had_and_an_incident(central, pc, episode):
    assert (ask(pc, 1, 3), ask(pc, 1, 3), ask(pc, 2, 3)) == (2, 3, 4)
    first, _, third = happened(central, pc)
    assert "incarnation 2 instead of 1, from operation 3 on" in first
    assert "incarnation 4 instead of 2" in third


def test_the_answer_says_what_was_asked(pc):
    begun = pc.link.begin_anew(
        BeginAnew(protocol=PROTOCOL, device=pc.enrolled.device, incarnation=1, first_seq=7)
    )
    assert (begun.device, begun.parent, begun.first_seq) == (pc.enrolled.device, 1, 7)


def test_a_number_lost_with_a_restored_server_is_not_given_again(pc):
    assert ask(pc, 9, 1) == 10


def test_nobody_goes_on_after_what_this_server_does_not_hold(central, pc, episode):
    # Seed 9037 of 23 November 2026: what a restored server had lost was sent by nobody any more.
    first, second = (pc.wrote(pc.note(episode))[0] for _ in range(2))
    pc.push(first)
    held, lost = (
        OwnPlace(1, header_of(one).op_seq, header_hash(one.header)) for one in (first, second)
    )
    other = msgspec.structs.replace(held, header_hash=lost.header_hash)
    for after in (lost, other):
        with pytest.raises(RefusedError) as refused:
            ask(pc, 1, after.op_seq + 1, after)
        assert (refused.value.status, refused.value.code) == (409, "operations_missing")
    assert happened(central, pc) == []
    assert ask(pc, 1, held.op_seq + 1, held) == 2


def test_the_operation_before_the_first_is_no_other(pc, episode):
    (first,) = pc.wrote(pc.note(episode))
    pc.push(first)
    place = OwnPlace(1, header_of(first).op_seq, header_hash(first.header))
    with pytest.raises(RefusedError) as refused:
        ask(pc, 1, place.op_seq + 2, place)
    assert refused.value.code == "bad_request"


def test_nobody_begins_anew_for_another_device(central, pc, new_pc):
    asked = BeginAnew(
        protocol=PROTOCOL, device=new_pc().enrolled.device, incarnation=1, first_seq=1
    )
    with pytest.raises(RefusedError) as refused:
        pc.link.begin_anew(asked)
    assert refused.value.code == "bad_request"
    assert happened(central, pc) == []


@pytest.mark.parametrize(("incarnation", "first_seq"), [(0, 1), (2**31, 1), (1, 0), (1, 2**54)])
def test_numbers_that_no_device_has_are_refused(central, pc, incarnation, first_seq):
    with pytest.raises(RefusedError) as refused:
        ask(pc, incarnation, first_seq)
    assert refused.value.code == "bad_request"
    assert happened(central, pc) == []


def test_an_incarnation_that_was_never_given_is_not_taken(pc, episode):
    pc.chain = msgspec.structs.replace(pc.chain, incarnation=5)
    with pytest.raises(RefusedError) as refused:
        pc.push(*pc.wrote(pc.note(episode)))
    assert (refused.value.status, refused.value.code) == (409, "incarnation_unknown")


def test_what_came_before_is_a_duplicate_in_the_new_incarnation_and_no_second_fact(pc, episode):
    note = pc.note(episode)
    (first,) = pc.wrote(note)
    pc.push(first)
    pc.reborn(first_seq=3)
    again = pc.again(first) + pc.wrote(pc.note(episode, "Written since."))
    receipts = pc.push(*again)
    assert [(one.verdict, one.version) for one in receipts] == [
        (Verdict.DUPLICATE, 1),
        (Verdict.APPLIED, 1),
    ]
    assert receipts[0].op_id == header_of(first).op_id
    assert pc.push(*again) == receipts
    assert len(rows_of(pc, note.id)) == 1


def test_both_copies_of_a_disk_go_on_each_in_its_own_incarnation(pc, episode):
    (shared,) = pc.wrote(pc.note(episode, "Written before the copy."))
    other_chain = pc.reborn(first_seq=3)
    receipts = pc.push(*pc.again(shared), *pc.wrote(pc.note(episode, "One.")))
    assert [one.verdict for one in receipts] == [Verdict.APPLIED] * 2
    pc.chain = other_chain
    receipts = pc.push(shared, *pc.wrote(pc.note(episode, "Other.")))
    assert [one.verdict for one in receipts] == [Verdict.DUPLICATE, Verdict.APPLIED]
    assert [row.kind for row in pc.copy().rows].count("Note") == 3


def test_two_copies_sending_the_same_entry_at_once_make_one_fact(pc, episode):
    note = pc.note(episode)
    (shared,) = pc.wrote(note)
    pc.reborn(first_seq=3)
    (again,) = pc.again(shared)
    with ThreadPoolExecutor(2, thread_name_prefix="pc") as threads:
        verdicts = [one.verdict for (one,) in threads.map(pc.push, (shared, again))]
    assert sorted(verdicts) == [Verdict.APPLIED, Verdict.DUPLICATE]
    assert len(rows_of(pc, note.id)) == 1


def test_an_entry_in_conflict_is_in_conflict_when_it_comes_again(pc, new_pc, episode):
    level = care_level(episode, 2, pc.user)
    pc.push(*pc.wrote(level))
    other = new_pc()
    other.push(*other.edited(level, 1, level=4, reason="Worse"))
    (mine,) = pc.edited(level, 1, level=1, reason="Better")
    (before,) = pc.push(mine)
    pc.reborn(first_seq=4)
    rows = len(pc.copy().rows)
    (after,) = pc.push(*pc.again(mine))
    assert (before.verdict, after.verdict) == (Verdict.CONFLICT, Verdict.CONFLICT)
    assert after.version == before.version
    assert len(pc.copy().rows) == rows


def test_both_copies_learn_what_became_of_an_entry_that_waited(pc, new_pc):
    patient, episode = pc.admitted()
    (orphan,) = pc.wrote(pc.note(episode))
    (before,) = pc.push(orphan)
    old_chain = pc.reborn(first_seq=1)
    again = pc.again(orphan)
    (held,) = pc.push(*again)
    assert (held.verdict, held.reason, held.detail) == (
        Verdict.QUARANTINED,
        Reason.MISSING_PARENT,
        before.detail,
    )
    other = new_pc()
    other.push(*other.wrote(patient, episode))
    (news,) = pc.push()
    assert (news.op_id, news.verdict) == (header_of(orphan).op_id, Verdict.DUPLICATE)
    assert [one.verdict for one in pc.push(*again)] == [Verdict.DUPLICATE]
    pc.chain = old_chain
    (news,) = pc.push()
    assert (news.op_id, news.verdict) == (header_of(orphan).op_id, Verdict.APPLIED)
    assert [row.kind for row in pc.copy().rows].count("Note") == 1


def test_news_for_one_copy_is_not_forgotten_by_what_the_other_sends(pc, new_pc):
    patient, episode = pc.admitted()
    (orphan,) = pc.wrote(pc.note(episode))
    pc.push(orphan)
    old_chain = pc.reborn(first_seq=1)
    pc.push(*pc.again(orphan))
    other = new_pc()
    other.push(*other.wrote(patient, episode))
    pc.push(*pc.wrote(pc.note(episode)))
    pc.push(*pc.wrote(pc.note(episode)))
    pc.chain = old_chain
    assert [one.verdict for one in pc.push()] == [Verdict.APPLIED]


def test_ones_own_entry_of_the_incarnation_before_is_nobody_elses(pc, episode):
    level = care_level(episode, 2, pc.user)
    pc.push(*pc.wrote(level))
    (edit,) = pc.edited(level, 0, level=3, reason="Worse")
    pc.reborn(first_seq=4)
    (receipt,) = pc.push(*pc.again(edit))
    assert (receipt.verdict, receipt.version) == (Verdict.APPLIED, 2)


def test_what_the_other_copy_wrote_was_not_seen_here(pc, episode):
    level = care_level(episode, 2, pc.user)
    pc.push(*pc.wrote(level))
    copied = pc.chain
    pc.push(*pc.edited(level, 1, level=4, reason="Worse"))
    pc.chain = copied
    pc.reborn(first_seq=4)
    (receipt,) = pc.push(*pc.edited(level, 1, level=1, reason="Better"))
    assert receipt.verdict is Verdict.CONFLICT
    assert [row.kind for row in pc.copy().rows].count("Conflict") == 1


def test_the_past_of_the_incarnation_before_last_is_ones_own_up_to_the_first_parting(pc, episode):
    level = care_level(episode, 2, pc.user)
    (first,) = pc.wrote(level)
    pc.push(first)
    pc.reborn(first_seq=4)
    pc.reborn(first_seq=3)
    pc.push(*pc.again(first))
    (receipt,) = pc.push(*pc.edited(level, 0, level=3, reason="Worse"))
    assert receipt.verdict is Verdict.CONFLICT, "the third does not have operation 3 of the first"
    assert care_level_id(episode.id) == level.id


def test_another_entry_under_a_used_id_is_held_back_and_kept(pc, episode):
    (first,) = pc.wrote(pc.note(episode))
    pc.push(first)
    pc.reborn(first_seq=3)
    other = pc.wrote(pc.note(episode, "Another."), op_id=header_of(first).op_id)
    (receipt,) = pc.push(*other)
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.ID_COLLISION)
    assert pc.push(*other) == (receipt,)


def test_a_pull_says_how_much_of_the_incarnation_the_server_has(pc, episode):
    def told(incarnation):
        pull = Pull(protocol=PROTOCOL, cursors=(pc.cursor(),), incarnation=incarnation)
        *_, end = pc.link.pull(pull)
        assert isinstance(end, End)
        return end.op_seq

    assert (told(1), told(2), told(0)) == (2, 0, 0)
    pc.reborn(first_seq=2)
    assert told(2) == 1, "up to where it goes on from"
    pc.push(*pc.wrote(pc.note(episode)))
    assert (told(1), told(2)) == (2, 2)


def test_an_incarnation_that_the_server_lost_is_told_from_one_of_which_it_has_nothing(pc):
    def told(incarnation):
        question = Reconcile(protocol=PROTOCOL, incarnation=incarnation, places=())
        answer = pc.link.reconcile(question)
        return answer.op_seq, answer.header_hash

    assert told(2) == (0, "")
    pc.reborn(first_seq=1)
    assert told(2) == (0, FIRST_PREV_HASH)


def test_the_server_says_which_of_a_devices_operations_it_holds(pc, episode):
    first, second = (pc.wrote(pc.note(episode))[0] for _ in range(2))
    pc.push(first, second)
    pc.reborn(first_seq=5)
    (third,) = pc.wrote(pc.note(episode))

    def held(*written):
        question = Reconcile(protocol=PROTOCOL, incarnation=1, places=(), written=written)
        return pc.link.reconcile(question).held_seq

    places = [
        OwnPlace(header_of(one).incarnation, header_of(one).op_seq, header_hash(one.header))
        for one in (first, second, third)
    ]
    assert held() == 0
    assert held(*places) == 4
    assert held(OwnPlace(1, 4, "0" * 64), places[0]) == 3, "another operation has that number"
    pc.push(third)
    assert held(*places) == 5
    with pytest.raises(RefusedError):
        held(*places * MAX_WRITTEN)
