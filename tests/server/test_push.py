from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import from_bytes
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict, ConflictResolution, ConflictStatus
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import allergy_status_id, care_level_id
from sonar_core.sync.messages import Pull, Reason, Verdict
from sonar_core.sync.operations import FIRST_PREV_HASH, header_of
from sonar_core.sync.rows import EMPTY_DIGEST, add
from sonar_server.errors import RefusedError
from sonar_server.store import log
from tests.server.orders import an_order
from tests.server.pc import Copy, Pc, moment, new_id


def care_level(episode: CustodyEpisode, level: int, user: str) -> CareLevel:
    return CareLevel(
        id=care_level_id(episode.id),
        patient=episode.patient,
        episode=episode.id,
        level=level,
        check_every_minutes=30,
        rouse=True,
        reason="Intoxicated on arrival",
        set_at=moment(),
        set_by=user,
    )


def fitness(episode: CustodyEpisode, outcome: Fitness, user: str) -> FitnessOutcome:
    return FitnessOutcome(
        id=new_id(),
        patient=episode.patient,
        episode=episode.id,
        performed_at=moment(),
        recorded_at=moment(),
        recorded_by=user,
        performed_by=user,
        purpose=FitnessPurpose.INTERVIEWED,
        outcome=outcome,
    )


def test_an_admission_is_one_commit_with_the_bytes_of_its_author(pc):
    patient, episode = pc.admitted()
    written = pc.wrote(patient, episode)
    receipts = pc.push(*written)
    assert [(r.verdict, r.version) for r in receipts] == [(Verdict.APPLIED, 1)] * 2
    rows = pc.copy().rows
    assert [(row.seq, row.commit_no, row.kind) for row in rows] == [
        (1, 1, "Patient"),
        (2, 1, "CustodyEpisode"),
    ]
    assert [row.body for row in rows] == [operation.payload for operation in written]


def test_a_repeated_push_gets_the_stored_verdicts_and_changes_nothing(pc, episode):
    written = pc.wrote(pc.note(episode))
    first = pc.push(*written)
    before = pc.copy()
    assert pc.push(*written) == first
    assert pc.copy() == before


def test_half_a_repeated_push_goes_on_where_the_first_ended(pc, episode):
    first, second = pc.wrote(pc.note(episode)), pc.wrote(pc.note(episode, "Ate well."))
    pc.push(*first)
    receipts = pc.push(*first, *second)
    assert [receipt.verdict for receipt in receipts] == [Verdict.APPLIED] * 2
    assert [row.kind for row in pc.copy().rows].count("Note") == 2


def test_the_same_fact_under_another_operation_is_a_duplicate(pc, episode):
    note = pc.note(episode)
    pc.push(*pc.wrote(note))
    (receipt,) = pc.push(*pc.wrote(note))
    assert (receipt.verdict, receipt.version) == (Verdict.DUPLICATE, 1)
    assert [row.kind for row in pc.copy().rows].count("Note") == 1


def test_another_fact_under_the_same_id_is_held_back_and_kept(pc, episode):
    note = pc.note(episode)
    pc.push(*pc.wrote(note))
    (receipt,) = pc.push(*pc.wrote(msgspec.structs.replace(note, text="Something else.")))
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.ID_COLLISION)


def test_a_number_used_for_another_operation_shows_a_forked_device(pc, episode):
    chain = pc.chain
    pc.push(*pc.wrote(pc.note(episode)))
    pc.chain = chain
    with pytest.raises(RefusedError, match="used before") as refused:
        pc.push(*pc.wrote(pc.note(episode, "Written after the PC was set back.")))
    assert (refused.value.status, refused.value.code) == (409, "device_forked")


def test_an_operation_that_does_not_follow_the_last_one_shows_a_forked_device(pc, episode):
    pc.chain = msgspec.structs.replace(pc.chain, prev_hash=FIRST_PREV_HASH)
    with pytest.raises(RefusedError, match="does not follow") as refused:
        pc.push(*pc.wrote(pc.note(episode)))
    assert refused.value.code == "device_forked"


def test_an_operation_id_used_twice_by_one_device_is_held_back_and_kept(pc, episode):
    (first,) = pc.wrote(pc.note(episode))
    pc.push(first)
    again = pc.wrote(pc.note(episode), op_id=header_of(first).op_id)
    (receipt,) = pc.push(*again)
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.ID_COLLISION)
    assert pc.push(*again) == (receipt,)


def test_an_operation_id_used_twice_in_one_push_is_held_back_the_second_time(pc, episode):
    (first,) = pc.wrote(pc.note(episode))
    again = pc.wrote(pc.note(episode), op_id=header_of(first).op_id)
    receipts = pc.push(first, *again)
    assert [one.reason for one in receipts] == [Reason.NONE, Reason.ID_COLLISION]


def test_an_operation_id_of_another_device_is_held_back_and_kept(new_pc, episode, pc):
    (first,) = pc.wrote(pc.note(episode))
    pc.push(first)
    other = new_pc()
    stolen = other.wrote(other.note(episode), op_id=header_of(first).op_id)
    receipts = other.push(*stolen)
    assert [(r.verdict, r.reason) for r in receipts] == [(Verdict.QUARANTINED, Reason.ID_COLLISION)]
    assert other.push(*stolen) == receipts


def test_a_missing_number_is_refused_with_the_one_expected(pc, episode):
    pc.wrote(pc.note(episode))
    with pytest.raises(RefusedError, match="must be 3") as refused:
        pc.push(*pc.wrote(pc.note(episode)))
    assert (refused.value.status, refused.value.code) == (409, "operations_missing")


def test_two_people_changing_one_level_of_care_leave_both_versions(new_pc, pc, episode):
    level = care_level(episode, 2, pc.user)
    pc.push(*pc.wrote(level))
    other = new_pc()
    (first,) = pc.push(*pc.edited(level, 1, level=3, reason="Worse"))
    (second,) = other.push(*other.edited(level, 1, level=1, reason="Better"))
    assert (first.verdict, second.verdict) == (Verdict.APPLIED, Verdict.CONFLICT)
    row = next(row for row in pc.copy().rows if row.kind == "Conflict")
    conflict = bodies.decode(row.body, Conflict)
    assert [side.values["level"] for side in conflict.alternatives] == [3, 1]
    current = [row for row in pc.copy().rows if row.kind == "CareLevel"][-1]
    assert bodies.decode(current.body, CareLevel).level == 3


def test_a_third_version_joins_the_same_conflict_and_a_decision_settles_it(new_pc, pc, episode):
    level = care_level(episode, 2, pc.user)
    pc.push(*pc.wrote(level))
    other, third = new_pc(), new_pc()
    pc.push(*pc.edited(level, 1, level=3))
    other.push(*other.edited(level, 1, level=1))
    third.push(*third.edited(level, 1, level=4))
    rows = [row for row in pc.copy().rows if row.kind == "Conflict"]
    assert [row.version for row in rows] == [1, 2]
    conflict = bodies.decode(rows[-1].body, Conflict)
    assert len(conflict.alternatives) == 3
    decision = ConflictResolution(
        id=new_id(),
        patient=episode.patient,
        episode=episode.id,
        performed_at=moment(),
        recorded_at=moment(),
        recorded_by=pc.user,
        performed_by=pc.user,
        conflict=conflict.id,
        entity_kind="CareLevel",
        entity=level.id,
        group="level",
        values=conflict.alternatives[2].values,
        seen=tuple(side.operation for side in conflict.alternatives),
        reason="Seen again with the sergeant",
    )
    (receipt,) = pc.push(*pc.wrote(decision))
    assert receipt.verdict is Verdict.APPLIED
    rows = pc.copy().rows
    last = bodies.decode([r for r in rows if r.kind == "Conflict"][-1].body, Conflict)
    assert (last.status, last.resolution) == (ConflictStatus.RESOLVED, decision.id)
    now = bodies.decode([r for r in rows if r.kind == "CareLevel"][-1].body, CareLevel)
    assert now.level == 4


def test_two_first_decisions_on_fitness_to_be_interviewed_both_stand(new_pc, pc, episode):
    other = new_pc()
    pc.push(*pc.wrote(fitness(episode, Fitness.FIT, pc.user)))
    (receipt,) = other.push(*other.wrote(fitness(episode, Fitness.NOT_FIT, other.user)))
    assert receipt.verdict is Verdict.CONFLICT
    rows = pc.copy().rows
    assert [row.kind for row in rows].count("FitnessOutcome") == 2
    facts = {from_bytes(row.id) for row in rows if row.kind == "FitnessOutcome"}
    conflict = bodies.decode(next(r for r in rows if r.kind == "Conflict").body, Conflict)
    assert {side.fact for side in conflict.alternatives} == facts


def test_none_known_on_one_pc_and_known_on_another_collide(new_pc, pc, episode):
    def status(knowledge: AllergyKnowledge) -> AllergyStatus:
        return AllergyStatus(
            id=allergy_status_id(episode.patient), patient=episode.patient, status=knowledge
        )

    other = new_pc()
    (first,) = pc.push(*pc.wrote(status(AllergyKnowledge.KNOWN)))
    (second,) = other.push(*other.wrote(status(AllergyKnowledge.NONE_KNOWN)))
    assert (first.verdict, second.verdict) == (Verdict.APPLIED, Verdict.CONFLICT)


def test_an_entry_for_a_detainee_not_yet_known_waits_and_is_taken_when_they_arrive(new_pc, pc):
    other = new_pc()
    patient, episode = pc.admitted()
    note = other.note(episode)
    written = other.wrote(note)
    (held,) = other.push(*written)
    assert (held.verdict, held.reason) == (Verdict.QUARANTINED, Reason.MISSING_PARENT)
    assert held.detail == patient.id
    pc.push(*pc.wrote(patient, episode))
    assert [row.kind for row in pc.copy().rows] == ["Patient", "CustodyEpisode", "Note"]
    (news,) = other.push()
    assert (news.op_id, news.verdict) == (held.op_id, Verdict.APPLIED)
    assert other.push(*written) == (news,)


def test_news_of_a_changed_verdict_is_repeated_until_the_device_has_it(new_pc, pc):
    other = new_pc()
    patient, episode = pc.admitted()
    (held,) = other.push(*other.wrote(other.note(episode)))
    pc.push(*pc.wrote(patient, episode))
    told = other.push(*other.wrote(other.note(episode)))
    assert [receipt.op_seq for receipt in told] == [2, 1]
    assert [receipt.op_id for receipt in other.push()] == [held.op_id]
    assert [receipt.op_seq for receipt in other.push(*other.wrote(other.note(episode)))] == [3]
    assert other.push() == ()


def test_news_in_an_answer_that_was_lost_is_told_again(new_pc, pc):
    other = new_pc()
    patient, episode = pc.admitted()
    (held,) = other.push(*other.wrote(other.note(episode)))
    pc.push(*pc.wrote(patient, episode))
    lost = other.wrote(other.note(episode))
    assert [receipt.op_seq for receipt in other.push(*lost)] == [2, 1]
    told = other.push(*lost, *other.wrote(other.note(episode)))
    assert [receipt.op_seq for receipt in told] == [2, 3, 1]
    assert (told[2].op_id, told[2].verdict) == (held.op_id, Verdict.APPLIED)


def test_a_parent_later_in_the_same_push_settles_its_child_at_once(pc):
    patient, episode = pc.admitted()
    receipts = pc.push(*pc.wrote(episode), *pc.wrote(patient))
    assert [receipt.verdict for receipt in receipts] == [Verdict.APPLIED, Verdict.APPLIED]
    assert [row.kind for row in pc.copy().rows] == ["Patient", "CustodyEpisode"]
    assert pc.copy().cursor.commit_no == 2


def test_what_waited_for_one_thing_may_wait_for_the_next(new_pc, pc):
    other = new_pc()
    patient, episode = pc.admitted()
    other.push(*other.wrote(other.note(episode)))
    pc.push(*pc.wrote(patient))
    (news,) = other.push()
    assert (news.reason, news.detail) == (Reason.MISSING_PARENT, episode.id)
    pc.push(*pc.wrote(episode))
    assert [receipt.verdict for receipt in other.push()] == [Verdict.APPLIED]


def test_an_order_is_kept_in_the_scope_of_medicines(pc, episode):
    (receipt,) = pc.push(*pc.wrote(an_order(pc, episode)))
    assert receipt.verdict is Verdict.APPLIED
    medicines = pc.territory.wire(ScopeKind.MEDICINES)
    assert [row.kind for row in pc.copy(medicines).rows] == ["MedicationRequest"]
    assert "MedicationRequest" not in {row.kind for row in pc.copy().rows}


def test_sixteen_pcs_pushing_at_once_leave_no_gap_and_nothing_is_missed(new_pc, pc, episode):
    pcs = [new_pc() for _ in range(16)]
    level = care_level(episode, 2, pc.user)
    pc.push(*pc.wrote(level))
    reader = pc.copy()
    seen = Copy(reader.cursor, reader.digest, list(reader.rows))

    def work(writer: Pc) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for number in range(4):
            written = writer.wrote(writer.note(episode)) + writer.wrote(writer.note(episode))
            verdicts += [receipt.verdict for receipt in writer.push(*written)]
            changed = writer.edited(level, 1, level=1 + number, reason=writer.enrolled.device)
            verdicts += [receipt.verdict for receipt in writer.push(*changed)]
        return verdicts

    with ThreadPoolExecutor(16, thread_name_prefix="pc") as threads:
        working = [threads.submit(work, writer) for writer in pcs]
        while not all(task.done() for task in working):
            seen.take(pc.link.pull(Pull(protocol=1, cursors=(seen.cursor,))))
        verdicts = Counter(verdict for task in working for verdict in task.result())
    seen.take(pc.link.pull(Pull(protocol=1, cursors=(seen.cursor,))))
    assert [row.seq for row in seen.rows] == list(range(1, len(seen.rows) + 1))
    assert [row.kind for row in seen.rows].count("Note") == 16 * 4 * 2
    assert verdicts[Verdict.APPLIED] == 16 * 4 * 2 + 1
    assert verdicts[Verdict.CONFLICT] == 16 * 4 - 1
    last = [row for row in seen.rows if row.kind == "Conflict"][-1]
    sides = bodies.decode(last.body, Conflict).alternatives
    assert len({side.operation for side in sides}) == 16 * 4
    assert pc.copy().digest == seen.digest


def test_durable_is_what_the_log_holds(pc, episode):
    answer = pc.link.push(pc.batch(*pc.wrote(pc.note(episode))))
    assert answer.durable_seq[pc.clinical] == 3


def test_the_kept_digest_is_the_one_of_the_stored_rows(central, pc, episode):
    pc.push(*pc.wrote(pc.note(episode)))
    key = pc.territory.key(ScopeKind.CLINICAL)

    def both(transaction):
        head = log.heads(transaction, [key])[key]
        return head.digest, list(log.row_hashes(transaction, key))

    digest, hashes = central.database.run(both)
    assert digest == add(EMPTY_DIGEST, hashes)
    assert len(hashes) == 3
