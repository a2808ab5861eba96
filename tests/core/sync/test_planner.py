from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.records.registry import allergy_status_id
from sonar_core.records.task import TaskStatus
from sonar_core.sync.decision import AFTER_CLOSE
from sonar_core.sync.messages import Reason, Verdict
from tests.core.sync.clinic import (
    PATIENT,
    STAY,
    TASK,
    Pc,
    forged,
    level,
    moment,
    note,
    suite,
)

LEVEL = level(2).id


def outcome(decision: Any) -> tuple[Verdict, Reason]:
    return decision.verdict, decision.reason


def test_what_a_nurse_wrote_a_minute_ago_is_not_taken_for_another_persons_entry():
    centre, one, _ = suite()
    written = [
        one.record(level(2)),
        one.edit("CareLevel", LEVEL, level=3),
        one.edit("CareLevel", LEVEL, level=4, reason="Head injury"),
    ]
    decisions = centre.take_all(*written)
    assert [item.verdict for item in decisions] == [Verdict.APPLIED] * 3
    assert [item.version for item in decisions] == [1, 2, 3]
    assert (centre.fields(LEVEL)["level"], centre.fields(LEVEL)["reason"]) == (4, "Head injury")


def test_own_entries_are_known_again_when_the_centre_has_only_its_stored_rows():
    centre, one, _ = suite()
    centre.take_all(one.record(level(2)), one.edit("CareLevel", LEVEL, level=3))
    centre.ledger = centre.reloaded()
    assert centre.take(one.edit("CareLevel", LEVEL, level=4)).verdict is Verdict.APPLIED


def test_a_restored_centre_does_not_take_another_version_of_that_number_for_the_one_seen():
    centre, one, two = suite()
    centre.take(one.record(level(2)))
    backup = deepcopy(centre)
    two.pull(centre)
    again = deepcopy(two)
    centre.take(two.edit("CareLevel", LEVEL, level=3))
    one.pull(centre)
    seen = one.edit("CareLevel", LEVEL, level=4)
    assert deepcopy(centre).take(seen).verdict is Verdict.APPLIED
    # The backup never had level 3; what bears its number there is level 1.
    assert backup.take(again.edit("CareLevel", LEVEL, level=1)).verdict is Verdict.APPLIED
    assert backup.take(seen).verdict is Verdict.CONFLICT
    assert backup.fields(LEVEL)["level"] == 1


def test_another_persons_entry_between_two_of_ones_own_is_a_conflict():
    centre, one, two = suite()
    first = one.record(level(2))
    second = one.edit("CareLevel", LEVEL, level=3)
    centre.take(first)
    two.pull(centre)
    assert centre.take(two.edit("CareLevel", LEVEL, level=4)).verdict is Verdict.APPLIED
    assert centre.take(second).verdict is Verdict.CONFLICT
    (conflict,) = centre.conflicts()
    assert [side.values["level"] for side in conflict.alternatives] == [4, 3]
    assert [side.device for side in conflict.alternatives] == ["room two", "room one"]
    assert centre.fields(LEVEL)["level"] == 4


def test_a_restored_copy_of_a_device_has_not_seen_what_the_device_wrote_after():
    centre, one, _ = suite()
    copy = Pc(one.name, incarnation=2, confirmed=dict(one.confirmed))
    centre.take_all(one.record(level(2)))
    assert centre.take(copy.record(level(3))).verdict is Verdict.CONFLICT


def test_an_earlier_entry_decided_late_does_not_take_the_place_of_a_later_one():
    centre, one, _ = suite()
    centre.take(one.record(level(2)))
    early = one.edit("CareLevel", LEVEL, level=3)
    late = one.edit("CareLevel", LEVEL, level=4)
    assert centre.take(late).verdict is Verdict.APPLIED
    assert centre.take(early).verdict is Verdict.CONFLICT
    assert centre.fields(LEVEL)["level"] == 4


def test_different_groups_changed_apart_are_both_kept():
    centre, one, two = suite()
    first = one.edit("Patient", PATIENT.id, pregnancy="pregnant")
    second = two.edit("Patient", PATIENT.id, phone="07700 900123")
    third = two.edit("Patient", PATIENT.id, family="BARROWS")
    verdicts = [item.verdict for item in centre.take_all(first, second, third)]
    assert verdicts == [Verdict.APPLIED] * 3
    fields = centre.fields(PATIENT.id)
    assert (fields["pregnancy"], fields["phone"], fields["family"]) == (
        "pregnant",
        "07700 900123",
        "BARROWS",
    )


def test_the_same_value_written_twice_is_no_conflict_and_has_both_authors():
    centre, one, two = suite()
    first = one.edit("Patient", PATIENT.id, pregnancy="pregnant")
    second = two.edit("Patient", PATIENT.id, pregnancy="pregnant")
    decisions = centre.take_all(first, second)
    assert [item.verdict for item in decisions] == [Verdict.APPLIED, Verdict.MERGED]
    held = centre.ledger.get(PATIENT.id)
    assert held is not None
    assert [item.device for item in held.history[-2:]] == ["room one", "room two"]
    assert not centre.conflicts()


def test_contact_details_follow_the_order_of_arrival_and_keep_the_history():
    centre, one, two = suite()
    first = one.edit("Patient", PATIENT.id, phone="1", address="Here")
    second = two.edit("Patient", PATIENT.id, phone="2")
    assert [d.verdict for d in centre.take_all(first, second)] == [Verdict.APPLIED, Verdict.MERGED]
    fields = centre.fields(PATIENT.id)
    assert (fields["phone"], fields["address"]) == ("2", "Here")
    phones = [bodies.fields_of(v.body)["phone"] for v in centre.log if v.id == PATIENT.id]
    assert phones == ["", "1", "2"]


def test_one_change_may_stand_in_one_group_and_wait_for_a_person_in_another():
    centre, one, two = suite()
    centre.take(one.edit("Patient", PATIENT.id, pregnancy="not_pregnant"))
    decision = centre.take(two.edit("Patient", PATIENT.id, pregnancy="possible", phone="5"))
    assert decision.verdict is Verdict.CONFLICT
    assert [version.kind for version in decision.versions] == ["Patient", "Conflict"]
    fields = centre.fields(PATIENT.id)
    assert (fields["pregnancy"], fields["phone"]) == ("not_pregnant", "5")
    assert decision.versions[0].provenance.groups == ("contact",)


def test_a_further_change_of_a_disputed_group_is_one_more_side():
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)))
    one.pull(centre)
    decision = centre.take(one.edit("CareLevel", LEVEL, level=4))
    assert decision.verdict is Verdict.CONFLICT
    (conflict,) = centre.conflicts()
    assert [side.values["level"] for side in conflict.alternatives] == [2, 3, 4]


def test_to_write_what_stands_of_a_disputed_group_is_no_further_side():
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)))
    # The PC still shows 3, what stands is 2.
    assert centre.take(two.edit("CareLevel", LEVEL, level=2)).verdict is Verdict.MERGED
    (conflict,) = centre.conflicts()
    assert len(conflict.alternatives) == 2


@pytest.mark.parametrize("other", [level(2), level(3)])
def test_a_singleton_made_twice_is_one_record_and_disputed_where_it_differs(other):
    centre, one, two = suite()
    decisions = centre.take_all(one.record(level(2)), two.record(other))
    same = other.level == 2
    assert decisions[1].verdict is (Verdict.MERGED if same else Verdict.CONFLICT)
    assert len(centre.conflicts()) == (0 if same else 1)
    assert centre.fields(LEVEL)["level"] == 2


def test_none_known_collides_with_an_allergy_known_elsewhere():
    centre, one, two = suite()
    status = AllergyStatus(
        id=allergy_status_id(PATIENT.id), patient=PATIENT.id, status=AllergyKnowledge.KNOWN
    )
    none = msgspec.structs.replace(status, status=AllergyKnowledge.NONE_KNOWN)
    decisions = centre.take_all(one.record(none), two.record(status))
    assert decisions[1].verdict is Verdict.CONFLICT
    (conflict,) = centre.conflicts()
    assert [side.values["status"] for side in conflict.alternatives] == ["none_known", "known"]


def test_what_an_older_program_left_out_counts_with_its_default():
    centre, one, _two = suite()
    centre.take(one.record(level(2)))
    short = bodies.fields_of(bodies.encode(level(2)))
    del short["instructions"], short["review_at"]
    assert centre.take(forged("CareLevel", LEVEL, short)).verdict is Verdict.MERGED


def test_a_task_done_twice_stays_done_and_names_both():
    centre, one, two = suite()
    done = {"status": TaskStatus.DONE, "done_at": moment(5)}
    first = one.edit("Task", TASK.id, **done, done_by="A", done_note="BP 120/80")
    second = two.edit("Task", TASK.id, **done, done_by="B", done_note="BP 118/76")
    third = two.edit("Task", TASK.id, done_note="BP 119/76")
    verdicts = [item.verdict for item in centre.take_all(first, second, third)]
    assert verdicts == [Verdict.APPLIED, Verdict.MERGED, Verdict.MERGED]
    fields = centre.fields(TASK.id)
    assert (fields["status"], fields["done_by"], fields["done_note"]) == ("done", "A", "BP 120/80")
    assert [item["done_note"] for item in fields["also_done"]] == ["BP 118/76", "BP 119/76"]


def test_a_cancelled_task_that_somebody_did_is_done():
    centre, one, two = suite()
    first = one.edit("Task", TASK.id, status=TaskStatus.CANCELLED, done_note="Not needed")
    second = two.edit("Task", TASK.id, status=TaskStatus.DONE, done_by="B")
    assert [d.verdict for d in centre.take_all(first, second)] == [Verdict.APPLIED, Verdict.MERGED]
    assert centre.fields(TASK.id)["status"] == "done"


def test_a_copy_of_the_list_of_who_else_did_it_pushes_nobody_out():
    centre, one, two = suite()
    one.edit("Task", TASK.id, status=TaskStatus.DONE, done_by="A")
    two.edit("Task", TASK.id, status=TaskStatus.DONE, done_by="B")
    one.push(centre)
    two.push(centre)
    again = one.edit("Task", TASK.id, done_note="BP 120/80")
    assert centre.take(again).verdict is Verdict.MERGED
    fields = centre.fields(TASK.id)
    assert {fields["done_by"], *(item["done_by"] for item in fields["also_done"])} == {"A", "B"}


def test_what_comes_after_the_stay_was_closed_is_applied_and_marked():
    centre, one, two = suite()
    centre.take(one.edit("CustodyEpisode", STAY.id, status=EpisodeStatus.RELEASED))
    fact = centre.take(two.record(note(50)))
    edit = centre.take(two.edit("Task", TASK.id, status=TaskStatus.DONE))
    assert (fact.verdict, edit.verdict) == (Verdict.APPLIED, Verdict.APPLIED)
    assert fact.versions[0].provenance.marks == (AFTER_CLOSE,)
    assert edit.versions[0].provenance.marks == (AFTER_CLOSE,)
