from __future__ import annotations

import msgspec

from sonar_core.records.conflict import ConflictStatus
from sonar_core.sync.ledger import Held, Ledger, written_by
from sonar_core.sync.messages import Verdict
from tests.core.sync.clinic import (
    PATIENT,
    TASK,
    decision_on,
    forged,
    identifier,
    level,
    moment,
    suite,
)

LEVEL = level(2).id


def held(version: int) -> Held:
    return Held(kind="Task", version=version, fields={"n": version}, body=b"{}", history=())


def test_a_trial_is_forgotten_unless_it_is_settled():
    ledger = Ledger({"a": held(1)}, {"p": "first"})
    trial = ledger.trial()
    trial.put("a", held(2))
    trial.put("b", held(1))
    trial.take_place("q", "second")
    assert (trial.get("a"), trial.get("b")) == (held(2), held(1))
    assert (trial.in_place("p"), trial.in_place("q")) == ("first", "second")
    assert (ledger.get("a"), ledger.get("b"), ledger.in_place("q")) == (held(1), None, None)
    trial.settle()
    assert (ledger.get("a"), ledger.get("b"), ledger.in_place("q")) == (held(2), held(1), "second")


def test_a_ledger_that_lies_on_no_other_has_nothing_to_settle():
    ledger = Ledger({"a": held(1)}, {})
    ledger.settle()
    assert ledger.get("a") == held(1)


def test_values_that_a_body_does_not_have_are_none():
    assert held(3).values(("n", "m")) == {"n": 3, "m": None}


def test_the_last_to_touch_a_group_is_the_newest_after_what_was_seen():
    centre, one, two = suite()
    centre.take(one.edit("Patient", PATIENT.id, phone="1"))
    centre.take(two.edit("Patient", PATIENT.id, phone="2"))
    patient = centre.ledger.get(PATIENT.id)
    assert patient is not None
    last = patient.last_to_touch("contact", 1)
    assert last is not None
    assert (last.version, last.author) == (3, "room two nurse")
    assert patient.last_to_touch("contact", 3) is None
    identity = patient.last_to_touch("identity", 0)
    assert identity is not None
    assert identity.version == 1
    assert patient.writer_of(("contact", "identity")) == last


def test_touched_means_by_somebody_else_since_it_was_seen():
    centre, one, _ = suite()
    operation = one.edit("Patient", PATIENT.id, phone="1")
    later = one.edit("Patient", PATIENT.id, phone="2")
    centre.take(operation)
    patient = centre.ledger.get(PATIENT.id)
    assert patient is not None
    _, own = later
    assert not patient.is_touched(("contact",), 1, own, {})
    assert patient.is_touched(("contact",), 1, operation[1], {})
    for changes in ({"device": "other"}, {"incarnation": 2}, {"op_seq": 1}):
        assert patient.is_touched(("contact",), 1, msgspec.structs.replace(own, **changes), {})
        assert not patient.is_touched(("identity",), 1, msgspec.structs.replace(own, **changes), {})
        assert not patient.is_touched(("contact",), 2, msgspec.structs.replace(own, **changes), {})


def test_what_an_incarnation_inherited_was_on_its_screen_up_to_where_it_began():
    centre, one, _ = suite()
    operation = one.edit("Patient", PATIENT.id, phone="1")
    centre.take(operation)
    patient = centre.ledger.get(PATIENT.id)
    assert patient is not None
    later = msgspec.structs.replace(operation[1], incarnation=3, op_seq=9)
    number = operation[1].op_seq
    assert not patient.is_touched(("contact",), 1, later, {1: number + 1})
    assert patient.is_touched(("contact",), 1, later, {1: number})
    assert patient.is_touched(("contact",), 1, later, {2: number + 1})
    other = msgspec.structs.replace(later, device="other")
    assert patient.is_touched(("contact",), 1, other, {1: number + 1})


def test_a_line_of_history_is_made_from_the_stored_row():
    centre, one, _ = suite()
    version = centre.take(one.edit("Patient", PATIENT.id, phone="1")).versions[0]
    patient = centre.ledger.get(PATIENT.id)
    assert patient is not None
    assert written_by(version.version, version.provenance) == patient.history[-1]
    assert patient.history[-1].recorded_at == moment(1)


def test_a_ledger_built_from_the_stored_rows_is_the_same_ledger():
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)))
    again = centre.reloaded()
    for version in centre.log:
        assert again.get(version.id) == centre.ledger.get(version.id)
    assert again.open_conflict(LEVEL, "level") == centre.ledger.open_conflict(LEVEL, "level")


def test_a_conflict_is_open_until_it_is_settled_and_is_found_by_what_it_is_about():
    centre, one, two = suite()
    assert centre.ledger.open_conflict(LEVEL, "level") is None
    centre.take_all(one.record(level(2)), two.record(level(3)))
    (conflict,) = centre.conflicts()
    assert centre.ledger.disputes_about(LEVEL, "level") == {conflict.id}
    assert centre.ledger.open_conflict(LEVEL, "level") == conflict
    assert centre.ledger.open_conflict(LEVEL, "other") is None
    one.pull(centre)
    settled = centre.take(one.record(decision_on(conflict, 70)))
    assert settled.verdict is Verdict.APPLIED
    assert centre.ledger.open_conflict(LEVEL, "level") is None
    now = centre.ledger.conflict(conflict.id)
    assert now is not None
    assert now.status is ConflictStatus.RESOLVED


def test_a_record_that_is_no_conflict_is_none():
    centre, _, _ = suite()
    assert centre.ledger.conflict(TASK.id) is None
    assert centre.ledger.conflict(identifier(99)) is None
    assert centre.ledger.conflict(forged("Task", TASK.id, {})[1].op_id) is None
