from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.conflict import ConflictStatus
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.records.practitioner import Practitioner
from sonar_core.records.registry import REGISTRY, allergy_status_id
from sonar_core.records.task import TaskStatus
from sonar_core.sync.decision import AFTER_CLOSE, IN_CONFLICT
from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import OpKind
from sonar_core.sync.planner import decide, needed, needed_next, parents_of
from tests.core.sync.clinic import (
    NOON,
    OTHER_PATIENT,
    PATIENT,
    STAY,
    TASK,
    Pc,
    forged,
    identifier,
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


def test_an_open_stay_and_one_whose_status_was_left_out_mark_nothing():
    centre, one, _ = suite()
    assert centre.take(one.record(note(50))).versions[0].provenance.marks == ()
    short = bodies.fields_of(bodies.encode(STAY)) | {"id": identifier(70)}
    del short["status"]
    centre.take(forged("CustodyEpisode", identifier(70), short))
    decision = centre.take(one.record(note(51, episode=identifier(70))))
    assert decision.versions[0].provenance.marks == ()


def test_marks_of_the_caller_stay_with_the_row_beside_the_planners_own():
    centre, one, _ = suite()
    operation, header = one.record(note(50))
    decision = decide(
        centre.ledger, operation, header, received_ms=NOON + 9, marks=("unknown_user",)
    )
    provenance = decision.versions[0].provenance
    assert provenance.marks == ("unknown_user",)
    assert (provenance.received_ms, provenance.op_seq, provenance.incarnation) == (NOON + 9, 1, 1)
    assert (provenance.device, provenance.offline) == ("room one", True)


def test_rows_carry_whose_they_are_and_when_it_was_done():
    centre, one, _ = suite()
    fact = centre.take(one.record(note(50, performed_at=moment(-30)))).versions[0]
    assert (fact.patient, fact.episode, fact.at_ms) == (PATIENT.id, STAY.id, moment(-30).utc_ms)
    edit = centre.take(one.edit("CustodyEpisode", STAY.id, cell="M4")).versions[0]
    assert (edit.patient, edit.episode, edit.at_ms) == (PATIENT.id, STAY.id, moment(2).utc_ms)
    person = centre.take(one.edit("Patient", PATIENT.id, phone="1")).versions[0]
    assert (person.patient, person.episode) == (PATIENT.id, None)


def test_a_record_waits_for_the_person_and_the_stay_it_names():
    centre, one, _ = suite()
    held = centre.take(one.record(note(50, episode=identifier(80))))
    assert (held.verdict, held.reason, held.detail, held.versions) == (
        Verdict.QUARANTINED,
        Reason.MISSING_PARENT,
        identifier(80),
        (),
    )
    held = centre.take(one.record(note(51, replaces=identifier(81))))
    assert (held.reason, held.detail) == (Reason.MISSING_PARENT, identifier(81))
    edit = forged("Task", identifier(82), {"base": 1, "groups": {}}, op=OpKind.EDIT)
    assert centre.take(edit).detail == identifier(82)


def test_the_same_fact_under_another_operation_is_a_duplicate_and_another_fact_a_collision():
    centre, one, two = suite()
    centre.take(one.record(note(50)))
    again = centre.take(two.record(note(50)))
    assert (again.verdict, again.version, again.versions) == (Verdict.DUPLICATE, 1, ())
    other = centre.take(two.record(note(50, text="Another")))
    assert outcome(other) == (Verdict.QUARANTINED, Reason.ID_COLLISION)
    assert centre.fields(identifier(50))["text"] == "Note 50"


def test_a_record_of_another_kind_or_person_never_takes_an_id_that_is_in_use():
    centre, one, _ = suite()
    kind = centre.take(one.record(note(6)))
    assert (kind.reason, kind.detail) == (Reason.ID_COLLISION, TASK.id)
    person = msgspec.structs.replace(TASK, patient=OTHER_PATIENT.id, episode=identifier(5))
    assert centre.take(one.record(person)).reason is Reason.ID_COLLISION
    assert centre.fields(TASK.id)["patient"] == PATIENT.id


def test_the_access_log_goes_up_and_needs_nobody():
    centre, one, _ = suite()
    event = AccessEvent(
        id=identifier(60), action=AccessAction.LOCKED, recorded_at=moment(), user="u"
    )
    decision = centre.take(one.record(event))
    assert decision.verdict is Verdict.APPLIED
    assert decision.versions[0].at_ms == moment(1).utc_ms
    assert centre.take(one.record(event)).verdict is Verdict.DUPLICATE


def test_two_administrators_leave_no_dispute_that_nobody_could_decide():
    centre, one, two = suite()
    person = Practitioner(id=identifier(61), name="A Okoro", initials="AO")
    centre.take(one.record(person))
    one.pull(centre)
    two.pull(centre)
    first = one.edit("Practitioner", person.id, is_active=False)
    second = two.edit("Practitioner", person.id, name="Ada Okoro")
    assert centre.take_all(first, second)[1].verdict is Verdict.MERGED
    fields = centre.fields(person.id)
    assert (fields["is_active"], fields["name"]) == (False, "Ada Okoro")


def test_kinds_of_a_newer_program_wait_and_the_servers_own_are_refused():
    centre, _, _ = suite()
    newer = centre.take(forged("Seance", identifier(60), {}))
    assert outcome(newer) == (Verdict.QUARANTINED, Reason.NEWER_SCHEMA)
    for op in OpKind:
        refused = centre.take(forged("Conflict", identifier(60), {}, op=op))
        assert outcome(refused) == (Verdict.REFUSED, Reason.SERVER_ONLY)
    body = bodies.fields_of(bodies.encode(note(50))) | {"category": "seance"}
    held = centre.take(forged("Note", identifier(50), body, schema_v=2))
    assert outcome(held) == (Verdict.QUARANTINED, Reason.NEWER_SCHEMA)


def test_a_field_of_a_newer_program_stays_in_the_group_its_author_wrote_it_in():
    centre, one, two = suite()
    centre.take(one.record(level(2)))
    one.pull(centre)
    two.pull(centre)
    values = {k: [v, v] for k, v in centre.fields(LEVEL).items() if k != "id"}
    newer = {**values, "level": [2, 4], "camera": [None, True]}
    edit = {"base": 1, "groups": {"level": newer}}
    assert centre.take(two.edit("CareLevel", LEVEL, level=3)).verdict is Verdict.APPLIED
    decision = centre.take(forged("CareLevel", LEVEL, edit, op=OpKind.EDIT))
    assert decision.verdict is Verdict.CONFLICT
    (conflict,) = centre.conflicts()
    levels = [(side.values["level"], side.values["camera"]) for side in conflict.alternatives]
    assert levels == [(3, None), (4, True)]
    assert "camera" not in centre.fields(LEVEL)


def test_an_unknown_field_is_kept_and_disputed_like_any_clinical_one():
    centre, _one, _ = suite()
    body = bodies.fields_of(bodies.encode(level(2)))
    first = centre.take(forged("CareLevel", LEVEL, body | {"camera": True}))
    assert first.versions[0].provenance.groups == ("level", "camera")
    second = centre.take(forged("CareLevel", LEVEL, body | {"camera": False}, device="other"))
    assert second.verdict is Verdict.CONFLICT
    assert centre.fields(LEVEL)["camera"] is True
    (conflict,) = centre.conflicts()
    assert (conflict.group, conflict.status) == ("camera", ConflictStatus.OPEN)


def test_held_back_leaves_the_ledger_as_it_was():
    centre, one, _two = suite()
    centre.take(one.edit("Patient", PATIENT.id, pregnancy="possible"))
    before = centre.ledger.get(PATIENT.id)
    # The contact could stand, the conflict cannot be written: nothing of it may stay.
    huge = {"base": 1, "groups": {"contact": {"phone": ["", "1"]}}}
    huge["groups"]["x" * 300_000] = {"x" * 300_000: [None, 1]}
    held = centre.take(forged("Patient", PATIENT.id, huge, op=OpKind.EDIT))
    assert outcome(held) == (Verdict.QUARANTINED, Reason.DAMAGED)
    assert centre.ledger.get(PATIENT.id) is before


def test_an_edit_that_fails_after_a_part_was_applied_leaves_no_part(monkeypatch):
    centre, one, two = suite()
    centre.take(one.edit("Patient", PATIENT.id, pregnancy="possible"))
    before = centre.ledger.get(PATIENT.id)
    # Room for no conflict at all: the limit is met after the contact was merged.
    monkeypatch.setattr("sonar_core.sync.decision.MAX_CONFLICT_BYTES", 10)
    decision = centre.take(two.edit("Patient", PATIENT.id, pregnancy="pregnant", phone="1"))
    assert outcome(decision) == (Verdict.QUARANTINED, Reason.DAMAGED)
    assert centre.ledger.get(PATIENT.id) is before
    assert not centre.conflicts()


def test_an_edit_of_nothing_does_nothing():
    centre, _, _ = suite()
    edit = forged("Task", TASK.id, {"base": 1, "groups": {}}, op=OpKind.EDIT)
    decision = centre.take(edit)
    assert (decision.verdict, decision.version, decision.versions) == (Verdict.APPLIED, 1, ())


def test_needed_names_what_decide_asks_for():
    _, one, _ = suite()
    operation, header = one.record(note(50, replaces=identifier(49)))
    assert needed(operation, header) == (
        (identifier(50), PATIENT.id, STAY.id, identifier(49)),
        identifier(49),
    )
    edit = one.edit("Task", TASK.id, status=TaskStatus.DONE)
    assert needed(*edit) == ((TASK.id,), None)
    assert needed(*forged("Seance", identifier(60), {})) == ((identifier(60),), None)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("Note", b"\xff"),
        ("FitnessOutcome", {"episode": "x"}),
        ("FitnessOutcome", {"episode": "a/b", "patient": "c", "purpose": "d/e"}),
        ("Note", {"replaces": ["x"], "patient": 5}),
    ],
)
def test_needed_names_only_ids_whatever_it_is_given(kind, payload):
    assert needed(*forged(kind, identifier(60), payload)) == ((identifier(60),), None)
    assert needed(*forged(kind, "no id", payload)) == ((), None)


def test_needed_next_names_the_stay_and_the_decision_of_what_was_loaded():
    centre, _, _ = suite()
    task = centre.ledger.get(TASK.id)
    assert task is not None
    assert needed_next(task) == (STAY.id,)
    odd = msgspec.structs.replace(task, fields={"episode": 5, "resolution": identifier(9)})
    assert needed_next(odd) == (identifier(9),)


def test_parents_are_the_fields_that_must_exist_first():
    fields = {"patient": "p", "episode": None, "replaces": "r"}
    assert parents_of(REGISTRY["Note"], fields) == ("p", "r")
    assert parents_of(REGISTRY["Task"], fields) == ("p",)


def test_a_second_fact_in_one_place_is_marked_and_both_stand():
    centre, one, two = suite()
    centre.take(one.record(note(50)))
    first, second = (
        pc.record(note(number, replaces=identifier(50))) for pc, number in ((one, 51), (two, 52))
    )
    decisions = centre.take_all(first, second)
    assert [item.verdict for item in decisions] == [Verdict.APPLIED, Verdict.CONFLICT]
    assert decisions[1].versions[0].provenance.marks == (IN_CONFLICT,)
    (conflict,) = centre.conflicts()
    assert [side.fact for side in conflict.alternatives] == [identifier(51), identifier(52)]


def test_a_ledger_not_loaded_is_told_and_not_guessed():
    _, one, _ = suite()
    decision = decide(Ledger({}, {}), *one.record(note(50)), received_ms=NOON)
    assert decision.reason is Reason.MISSING_PARENT
