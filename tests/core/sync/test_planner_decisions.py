from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.conflict import ConflictStatus
from sonar_core.records.practitioner import Practitioner
from sonar_core.records.registry import REGISTRY
from sonar_core.records.task import TaskStatus
from sonar_core.sync.decision import IN_CONFLICT
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


def test_a_correction_does_not_wait_for_the_one_that_is_held_back():
    centre, one, _ = suite()
    corrected = one.record(note(50, corrects=identifier(49)))
    assert centre.take(corrected).verdict is Verdict.APPLIED
    assert centre.take(one.record(note(49))).verdict is Verdict.APPLIED, "it was taken after all"


def test_needed_names_what_decide_asks_for():
    _, one, _ = suite()
    operation, header = one.record(note(50, replaces=identifier(49)))
    assert needed(operation, header) == (
        (identifier(50), PATIENT.id, STAY.id, identifier(49)),
        identifier(49),
    )
    correction = one.record(note(50, corrects=identifier(49)))
    assert needed(*correction) == ((identifier(50), PATIENT.id, STAY.id, identifier(49)), None)
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
