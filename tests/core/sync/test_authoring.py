from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.bodies import MAX_BODY_BYTES, BodyError
from sonar_core.records.flag import Flag, FlagCategory
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.authoring import edit_intent, record_intent
from sonar_core.sync.messages import MAX_OPERATIONS
from sonar_core.sync.operations import (
    FIRST_PREV_HASH,
    Edit,
    OpKind,
    check,
    header_hash,
    header_of,
    payload_hash,
)
from tests.core.sync.clinic import (
    OTHER_PATIENT,
    PATIENT,
    SCOPE,
    TASK,
    Pc,
    decision_on,
    identifier,
    level,
    moment,
    note,
    suite,
    verify,
)


def edit(kind: str, record, **changes) -> Edit | None:
    intent = edit_intent(
        kind=REGISTRY[kind],
        entity=record.id,
        scope=SCOPE,
        base=4,
        current=bodies.fields_of(bodies.encode(record)),
        changes=changes,
    )
    if intent is None:
        return None
    assert (intent.op, intent.kind, intent.entity, intent.scope) == (
        OpKind.EDIT,
        kind,
        record.id,
        SCOPE,
    )
    return msgspec.json.decode(intent.payload, type=Edit)


def test_a_clinical_group_travels_whole_and_another_group_stays_at_home():
    made = edit("Task", TASK, what="Weigh")
    assert made is not None
    assert made.base == 4
    assert set(made.groups) == {"task"}
    assert set(made.groups["task"]) == set(REGISTRY["Task"].group_named("task").fields)
    assert made.groups["task"]["what"] == ("Repeat observations", "Weigh")
    assert made.groups["task"]["created_by"] == ("nurse", "nurse")


def test_of_contact_details_only_what_was_changed_travels():
    made = edit("Patient", PATIENT, phone="1", address="", language="Polish")
    assert made is not None
    assert made.groups == {"contact": {"phone": ("", "1"), "language": ("", "Polish")}}


@pytest.mark.parametrize(
    "changes",
    [{}, {"instructions": ()}, {"set_at": moment()}, {"level": 2}, {"id": level(2).id}],
)
def test_what_is_there_already_is_no_change(changes):
    assert edit("CareLevel", level(2), **changes) is None


def test_a_letter_in_two_parts_is_no_change_of_the_letter():
    patient = msgspec.structs.replace(PATIENT, given="Sin\u00e9ad")
    assert edit("Patient", patient, given="Sine\u0301ad") is None


@pytest.mark.parametrize(
    "changes", [{"id": identifier(9)}, {"patient": OTHER_PATIENT.id}, {"episode": identifier(9)}]
)
def test_nobody_changes_whose_record_it_is(changes):
    with pytest.raises(ValueError, match="nobody changes whose"):
        edit("CareLevel", level(2), **changes)


def test_an_edit_may_hold_what_was_and_what_is_to_be_of_the_largest_record():
    text = "x" * (MAX_BODY_BYTES - 1000)
    made = edit("CareLevel", level(2, (text,)), level=3)
    assert made is not None
    assert made.groups["level"]["instructions"] == ([text], [text])


def test_what_no_record_may_have_is_told_at_the_desk():
    with pytest.raises(BodyError):
        edit("CareLevel", level(2), level=2.5)


def test_a_record_goes_whole_and_a_decision_as_a_decision():
    intent = record_intent(note(50), SCOPE)
    assert (intent.op, intent.kind, intent.entity) == (OpKind.RECORD, "Note", identifier(50))
    assert intent.payload == bodies.encode(note(50))
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)))
    decision = decision_on(centre.conflicts()[0], 70)
    assert record_intent(decision, SCOPE).op is OpKind.RESOLVE


def test_one_users_action_is_numbered_chained_and_signed():
    pc = Pc("desk")
    first = pc.write(record_intent(note(50), SCOPE), record_intent(note(51), SCOPE))
    second = pc.write(record_intent(note(52), SCOPE))
    headers = [header for _, header in (*first, *second)]
    assert [h.op_seq for h in headers] == [1, 2, 3]
    assert [(h.txn_index, h.txn_size) for h in headers] == [(0, 2), (1, 2), (0, 1)]
    assert headers[0].txn_id == headers[1].txn_id != headers[2].txn_id
    before = FIRST_PREV_HASH
    for operation, header in (*first, *second):
        assert header.prev_hash == before
        before = header_hash(operation.header)
        assert header_of(operation) == header
        assert header.payload_hash == payload_hash(operation.payload)
        check(operation, header, verify)
    stamps = [h.hlc for h in headers]
    assert stamps == sorted(set(stamps))
    assert (pc.chain.next_seq, pc.chain.prev_hash, pc.chain.hlc) == (4, before, stamps[-1])
    assert {h.scope for h in headers} == {SCOPE}
    assert {(h.device, h.incarnation, h.offline) for h in headers} == {("desk", 1, True)}


@pytest.mark.parametrize("count", [0, MAX_OPERATIONS + 1])
def test_an_action_that_no_push_could_carry_is_told_at_the_desk(count):
    with pytest.raises(ValueError, match="one to 500"):
        Pc("desk").write(*[record_intent(note(50), SCOPE)] * count)
    assert len(Pc("desk").write(*[record_intent(note(50), SCOPE)] * MAX_OPERATIONS)) == 500


def test_what_an_older_program_left_out_stands_with_its_default_when_its_group_is_written():
    # Seed 146 of 23 November 2026: it was written as null, which no program can read.
    marker = Flag(
        id=identifier(50), patient=PATIENT.id, category=FlagCategory.VULNERABLE, text="Quiet"
    )
    older = bodies.fields_of(bodies.encode(marker))
    assert older.pop("is_urgent") is False
    intent = edit_intent(
        kind=REGISTRY["Flag"],
        entity=marker.id,
        scope=SCOPE,
        base=4,
        current=older,
        changes={"text": "Loud"},
    )
    assert intent is not None
    made = msgspec.json.decode(intent.payload, type=Edit)
    assert made.groups["flag"]["is_urgent"] == (None, False)
    new = {field: pair[1] for field, pair in made.groups["flag"].items()}
    assert bodies.decode(bodies.encode({**older, **new}), Flag).text == "Loud"
