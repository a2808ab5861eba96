from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sonar_core import bodies, ids
from sonar_core.bodies import MAX_BODY_BYTES
from sonar_core.records.conflict import Conflict
from sonar_core.records.registry import REGISTRY
from sonar_core.sync import soundness
from sonar_core.sync.decision import whose
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import OpKind
from sonar_core.sync.planner import needed, needed_next
from sonar_core.sync.soundness import EARLIEST_MS, LATEST_MS
from tests.core.sync.clinic import (
    OTHER_PATIENT,
    OTHER_STAY,
    PATIENT,
    STAY,
    TASK,
    Centre,
    decision_on,
    forged,
    identifier,
    level,
    moment,
    note,
    suite,
)

LEVEL = level(2).id
NOTE = bodies.fields_of(bodies.encode(note(50)))


def held_back(centre: Centre, operation) -> bool:
    before = dict(centre.ledger._records)
    decision = centre.take(operation)
    assert centre.ledger._records == before
    assert decision.versions == ()
    return (decision.verdict, decision.reason) == (Verdict.QUARANTINED, Reason.DAMAGED)


def stamp(utc_ms: int, offset_minutes: int = 0) -> dict[str, object]:
    return {"utc_ms": utc_ms, "zone": "Europe/London", "offset_minutes": offset_minutes}


def nested(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        {},
        {**NOTE, "id": identifier(51)},
        {k: v for k, v in NOTE.items() if k != "id"},
        {**NOTE, "id": 5},
        {**NOTE, "category": "seance"},
        {**NOTE, "replaces": ["x"]},
        {**NOTE, "replaces": "x"},
        {**NOTE, "replaces": identifier(50)},
        {**NOTE, "replaces": PATIENT.id},
        {**NOTE, "corrects": identifier(50)},
        {**NOTE, "corrects": PATIENT.id},
        {**NOTE, "corrects": 7},
        {**NOTE, "patient": "Connor BARROW"},
        {**NOTE, "patient": STAY.id},
        {**NOTE, "patient": OTHER_PATIENT.id},
        {**NOTE, "patient": PATIENT.id.upper()},
        {**NOTE, "episode": TASK.id},
        {**NOTE, "episode": OTHER_STAY.id},
        {**NOTE, "text": "x" * MAX_BODY_BYTES},
        {**NOTE, "new": 1.5},
        {**NOTE, "new": 1 << 63},
        {**NOTE, "new": nested(24)},
        {**NOTE, "né": 1},
        {**NOTE, "a/b": 1},
        {**NOTE, "": 1},
        {**NOTE, "performed_at": stamp(LATEST_MS + 1)},
        {**NOTE, "performed_at": stamp(EARLIEST_MS - 1)},
        {**NOTE, "performed_at": stamp(10**30)},
        {**NOTE, "performed_at": stamp(0, 24 * 60)},
        {**NOTE, "performed_at": None},
    ],
)
def test_a_note_that_no_program_of_ours_writes_is_kept_aside(body):
    centre, _, _ = suite()
    assert held_back(centre, forged("Note", identifier(50), body))


@pytest.mark.parametrize("utc_ms", [EARLIEST_MS, LATEST_MS])
@pytest.mark.parametrize("offset", [-(24 * 60 - 1), 24 * 60 - 1])
def test_every_time_that_a_screen_can_show_is_taken(utc_ms, offset):
    centre, _, _ = suite()
    body = {**NOTE, "performed_at": stamp(utc_ms, offset), "new": nested(23)}
    decision = centre.take(forged("Note", identifier(50), body))
    assert decision.verdict is Verdict.APPLIED
    assert decision.versions[0].at_ms == utc_ms


def test_times_deep_within_a_record_are_looked_at_too():
    centre, _, _ = suite()
    also = {
        "status": "done",
        "done_at": stamp(LATEST_MS + 1),
        "done_by": None,
        "done_note": "",
    }
    body = bodies.fields_of(bodies.encode(TASK)) | {"id": identifier(60), "also_done": [also]}
    assert held_back(centre, forged("Task", identifier(60), body))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("Note", {"entity": "no id"}),
        ("Note", {"hlc": ""}),
        ("Note", {"hlc": "+000000000000000"}),
        ("Note", {"op": OpKind.RESOLVE}),
        ("Note", {"op": OpKind.EDIT}),
        ("AccessEvent", {"op": OpKind.EDIT}),
        ("ConflictResolution", {"op": OpKind.RECORD}),
        ("Note", {"recorded_at": moment(10**12)}),
    ],
)
def test_a_header_that_no_program_of_ours_writes_is_kept_aside(kind, changes):
    centre, _, _ = suite()
    operation, header = forged(kind, identifier(50), NOTE)
    assert held_back(centre, (operation, msgspec.structs.replace(header, **changes)))


def whole(changes: dict[str, object]) -> dict[str, object]:
    fields = bodies.fields_of(bodies.encode(level(2)))
    del fields["id"]
    return {field: [value, value] for field, value in (fields | changes).items()}


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff",
        {},
        {"base": -1, "groups": {}},
        {"base": 1 << 60, "groups": {}},
        {"base": "1", "groups": {}},
        {"base": 1, "groups": {"level": {"level": [2]}}},
        {"base": 1, "groups": {"level": {"level": [2, 3]}}},
        {"base": 1, "groups": {"level": whole({"level": "3"})}},
        {"base": 1, "groups": {"level": whole({"level": 3.5})}},
        {"base": 1, "groups": {"level": whole({"patient": OTHER_PATIENT.id})}},
        {"base": 1, "groups": {"level": whole({"episode": OTHER_STAY.id})}},
        {"base": 1, "groups": {"level": whole({"instructions": [nested(30)]})}},
        {"base": 1, "groups": {"level": whole({"instructions": ["x" * MAX_BODY_BYTES]})}},
        {"base": 1, "groups": {"id": {"id": [LEVEL, identifier(9)]}}},
        {"base": 1, "groups": {"a/b": {"a/b": [None, 1]}}},
        {"base": 1, "groups": {"é": {"é": [None, 1]}}},
        b'{"base":1,"groups":{"new":{"new":[null,"\\udc80"]}}}',
    ],
)
@pytest.mark.parametrize("disputed", [False, True])
def test_an_edit_that_no_program_of_ours_writes_is_kept_aside(payload, disputed):
    centre, one, two = suite()
    centre.take(one.record(level(2)))
    if disputed:
        centre.take(two.record(level(3)))
    assert held_back(centre, forged("CareLevel", LEVEL, payload, op=OpKind.EDIT))


def test_an_edit_of_a_record_under_another_kind_is_kept_aside():
    centre, _, _ = suite()
    assert held_back(centre, forged("CareLevel", TASK.id, {"base": 1, "groups": {}}, op="edit"))


def test_what_a_newer_program_wrote_waits_for_the_newer_program():
    centre, _, _ = suite()
    body = {**NOTE, "performed_at": stamp(LATEST_MS + 1)}
    decision = centre.take(forged("Note", identifier(50), body, schema_v=2))
    assert (decision.verdict, decision.reason) == (Verdict.QUARANTINED, Reason.NEWER_SCHEMA)


def test_a_reference_to_nothing_yet_is_not_judged():
    fields = {"id": identifier(50), "patient": identifier(90)}
    soundness.check_references(REGISTRY["Note"], fields, lambda _: None)


@pytest.mark.parametrize("length", [2, 3, 7])
def test_facts_that_replace_each_other_in_a_circle_wait_and_hold_up_nobody(length):
    centre, one, _ = suite()
    circle = [note(50 + at, replaces=identifier(50 + (at + 1) % length)) for at in range(length)]
    decisions = centre.take_all(*(one.record(fact) for fact in circle))
    assert {(one.verdict, one.reason) for one in decisions} == {
        (Verdict.QUARANTINED, Reason.MISSING_PARENT)
    }
    assert centre.take(one.record(note(90))).verdict is Verdict.APPLIED


def test_a_forged_conflict_is_never_taken():
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)))
    (conflict,) = centre.conflicts()
    forged_one = msgspec.structs.replace(conflict, alternatives=(), status="resolved")
    for op in OpKind:
        body = bodies.encode(forged_one)
        decision = centre.take(forged("Conflict", conflict.id, body, op=op))
        assert decision.verdict is Verdict.REFUSED
    assert centre.conflicts() == [conflict]


# What a broken or hostile program may send in place of any value.
_texts = st.sampled_from(["", "x", "a/b", PATIENT.id, STAY.id, TASK.id, LEVEL, identifier(50)])
_odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_fields = sorted({field for kind in REGISTRY.values() for field in kind.type.__struct_fields__})
_stored = {
    "Patient": PATIENT.id,
    "CustodyEpisode": STAY.id,
    "Task": TASK.id,
    "CareLevel": LEVEL,
    "Note": identifier(50),
    "ConflictResolution": identifier(70),
}


def _whole_suite() -> tuple[Centre, Conflict]:
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)), one.record(note(50)))
    (conflict,) = centre.conflicts()
    return centre, conflict


@settings(max_examples=300)
@given(st.data())
def test_nothing_that_can_be_sent_stops_the_planner_or_slips_in_by_halves(data):
    centre, conflict = _whole_suite()
    kind = data.draw(st.sampled_from([*REGISTRY, "Seance"]))
    op = data.draw(st.sampled_from(OpKind))
    good = {
        "ConflictResolution": decision_on(conflict, 70),
        "CareLevel": level(4),
        "Task": TASK,
        "Patient": PATIENT,
        "CustodyEpisode": STAY,
    }.get(kind, note(51))
    body = bodies.fields_of(bodies.encode(good))
    changes = data.draw(st.dictionaries(st.sampled_from(_fields) | _texts, _odd, max_size=2))
    payload: dict[str, object] = body | changes
    if op is OpKind.EDIT:
        group = data.draw(st.sampled_from(["level", "task", "done", "contact", "id", "x", "a/b"]))
        values = {field: [None, value] for field, value in payload.items()}
        payload = {"base": data.draw(st.integers(-1, 3)), "groups": {group: values}}
    entity = data.draw(st.sampled_from([str(body["id"]), *_stored.values(), "no id"]))
    operation, header = forged(kind, entity, payload, op=op)
    needs, place = needed(operation, header)
    assert all(ids.is_id(name) for name in (*needs, *((place,) if place else ())))
    before = dict(centre.ledger._records)
    decision = centre.take((operation, header))
    now = centre.ledger._records
    if decision.verdict in {Verdict.QUARANTINED, Verdict.REFUSED, Verdict.DUPLICATE}:
        assert now == before
        assert decision.versions == ()
    changed = {name for name in now if now[name] is not before.get(name)}
    assert changed == {version.id for version in decision.versions}
    for version in decision.versions:
        record = bodies.decode(version.body, REGISTRY[version.kind].type)
        assert record.id == version.id
        assert all(ids.is_id(name) for name in (version.patient, version.episode) if name)
        assert all(ids.is_id(name) for name in needed_next(now[version.id]))
        if version.id in before:
            owner = whose(version.kind, version.id, before[version.id].fields)
            assert (version.patient, version.episode) == owner
