"""Whole shifts at random: three PCs, entries, decisions, sending and fetching in any order."""

from __future__ import annotations

import random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sonar_core import bodies
from sonar_core.records.conflict import ConflictStatus
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.kinds import MergePolicy, Sort
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.decision import NewVersion, row_of
from sonar_core.sync.messages import Verdict
from sonar_core.sync.planner import decide
from sonar_core.sync.rows import EMPTY_DIGEST, add, row_hash
from tests.core.sync.clinic import (
    NOON,
    PATIENT,
    TASK,
    Centre,
    Pc,
    Written,
    decision_on,
    fitness,
    level,
    note,
    suite,
)

LEVEL = level(2).id
CHANGES: dict[str, tuple[str, str, Any]] = {
    "level": ("CareLevel", LEVEL, {"level": 10}),
    "reason": ("CareLevel", LEVEL, {"reason": "r"}),
    "family": ("Patient", PATIENT.id, {"family": "f"}),
    "phone": ("Patient", PATIENT.id, {"phone": "p"}),
    "done": ("Task", TASK.id, {"status": "done", "done_note": "n"}),
    "what": ("Task", TASK.id, {"what": "w"}),
}
steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([*CHANGES, "fitness", "amend", "decide", "push", "pull", "send one"]),
    ),
    min_size=4,
    max_size=40,
)


class Shift:
    """One shift as it was lived, with everything that anybody meant to write."""

    def __init__(self, story: list[tuple[int, str]]) -> None:
        self.centre, one, two = suite()
        self.pcs = (one, two, Pc("room three", confirmed=dict(one.confirmed)))
        self.sent: list[Written] = []
        # What each entry was to leave behind: kind, record and the group's fields, whole.
        self.meant: dict[str, tuple[str, str, str, dict[str, Any]]] = {}
        self.facts: list[str] = []
        self.number = 100
        for who, what in story:
            self._do(self.pcs[who], what)
        for pc in self.pcs:
            self._send(pc, 99)

    def _do(self, pc: Pc, what: str) -> None:
        self.number += 1
        if what == "pull":
            pc.pull(self.centre)
        elif what in {"push", "send one"}:
            self._send(pc, 1 if what == "send one" else 99)
        elif what == "fitness":
            self._fact(pc, fitness(self.number, Fitness.FIT))
        elif what == "amend":
            known = [name for name in self.facts if name in pc.confirmed]
            if known:
                self._fact(pc, note(self.number, replaces=known[0]))
        elif what == "decide":
            self._decide(pc)
        else:
            self._change(pc, *CHANGES[what])

    def _fact(self, pc: Pc, fact: Any) -> None:
        pc.record(fact)
        self.facts.append(fact.id)

    def _change(self, pc: Pc, kind: str, record: str, changes: dict[str, Any]) -> None:
        if pc.shown(kind, record) is None:
            written = pc.record(level(self.number))
        else:
            # Words that nobody else writes, so that each entry can be told from the others.
            unique = {
                field: self.number if isinstance(value, int) else f"{value} {self.number}"
                for field, value in changes.items()
            }
            if "status" in unique:
                unique["status"] = "done"
            written = pc.edit(kind, record, **unique)
        shown = pc.fields(kind, record)
        for group in REGISTRY[kind].groups:
            if group.policy is not MergePolicy.AUTO and set(changes) & set(group.fields):
                values = {field: shown[field] for field in group.fields if field != "also_done"}
                self.meant[written[1].op_id] = (kind, record, group.name, values)

    def _decide(self, pc: Pc) -> None:
        for conflict in self.centre.conflicts():
            if conflict.id in pc.confirmed and conflict.status is ConflictStatus.OPEN:
                raw = pc.shown("Conflict", conflict.id)
                assert raw is not None
                seen = bodies.decode(raw, type(conflict))
                if seen.status is ConflictStatus.OPEN:
                    pc.record(decision_on(seen, self.number))
                    return

    def _send(self, pc: Pc, most: int) -> None:
        todo = [item for item in pc.waiting if item[1].op_id not in self.centre.decided]
        for item in todo[:most]:
            self.centre.take(item)
            self.sent.append(item)


def all_values(centre: Centre, record: str, group: str, fields: list[str]) -> list[dict[str, Any]]:
    """Every tuple that the record had, and every side that a conflict over it ever had."""
    found = []
    for version in centre.log:
        body = msgspec.json.decode(version.body)
        if version.id == record:
            found.append({field: body.get(field) for field in fields})
            found += [
                {field: item.get(field) for field in fields} for item in body.get("also_done", ())
            ]
        elif version.kind == "Conflict" and (body["entity"], body["group"]) == (record, group):
            found += [
                {field: side["values"].get(field) for field in fields}
                for side in body["alternatives"]
            ]
    return found


@settings(max_examples=150)
@given(steps)
def test_every_value_that_a_person_wrote_is_current_in_the_history_or_in_a_conflict(story):
    shift = Shift(story)
    assert not {d.verdict for d in shift.centre.decided.values()} & {
        Verdict.QUARANTINED,
        Verdict.REFUSED,
    }
    for kind, record, group, values in shift.meant.values():
        assert values in all_values(shift.centre, record, group, list(values)), kind
    stored = {version.id for version in shift.centre.log}
    assert set(shift.facts) <= stored


@settings(max_examples=150)
@given(steps)
def test_no_clinical_group_ever_holds_what_nobody_wrote(story):
    shift = Shift(story)
    first = {v.id: msgspec.json.decode(v.body) for v in reversed(shift.centre.log)}
    for version in shift.centre.log:
        body = msgspec.json.decode(version.body)
        for group in REGISTRY[version.kind].groups:
            if group.policy is not MergePolicy.CLINICAL:
                continue
            now = {field: body.get(field) for field in group.fields}
            written = [{field: first[version.id].get(field) for field in group.fields}]
            written += [
                values
                for _, record, name, values in shift.meant.values()
                if (record, name) == (version.id, group.name)
            ]
            assert now in written


@settings(max_examples=60)
@given(steps)
def test_no_conflict_ever_forgets_a_side(story):
    shift = Shift(story)
    known: dict[str, list[Any]] = {}
    for version in shift.centre.log:
        if version.kind == "Conflict":
            sides = msgspec.json.decode(version.body)["alternatives"]
            before = known.get(version.id, [])
            assert len(sides) >= 2
            assert sides[: len(before)] == before
            known[version.id] = sides


def replay(operations: list[Written], centre: Centre) -> list[NewVersion]:
    for item in operations:
        centre.take(item)
    return centre.log


@settings(max_examples=60)
@given(steps)
def test_the_same_operations_in_the_same_order_make_the_same_bytes(story):
    shift = Shift(story)
    again = suite()[0]
    assert replay(shift.sent, again) == shift.centre.log
    assert again.digest == shift.centre.digest


@settings(max_examples=60)
@given(steps)
def test_a_ledger_loaded_anew_before_each_operation_decides_the_same(story):
    shift = Shift(story)
    again = suite()[0]
    for item in shift.sent:
        again.ledger = again.reloaded()
        again.take(item)
    assert again.log == shift.centre.log


@settings(max_examples=60)
@given(steps)
def test_a_fact_sent_again_changes_nothing(story):
    shift = Shift(story)
    for operation, header in shift.sent:
        if REGISTRY[header.kind].sort is Sort.FACT:
            decision = decide(shift.centre.ledger, operation, header, received_ms=NOON)
            assert (decision.verdict, decision.versions) == (Verdict.DUPLICATE, ())


@settings(max_examples=60)
@given(steps, st.sampled_from([PATIENT.id, TASK.id, LEVEL]))
def test_what_becomes_of_a_record_does_not_hang_on_what_arrives_for_others(story, record):
    shift = Shift(story)
    alone = suite()[0]
    for item in shift.sent:
        if record in {item[1].entity, msgspec.json.decode(item[0].payload).get("entity")}:
            alone.take(item)
    assert about(alone, record) == about(shift.centre, record)


def about(centre: Centre, record: str) -> list[NewVersion]:
    return [
        version
        for version in centre.log
        if record in {version.id, msgspec.json.decode(version.body).get("entity")}
    ]


@settings(max_examples=60)
@given(steps, st.integers(0, 1000))
def test_the_digest_of_a_shift_does_not_depend_on_the_order_of_its_rows(story, seed):
    shift = Shift(story)
    hashes = [row_hash(row_of(version, 0, 0)) for version in shift.centre.log]
    random.Random(seed).shuffle(hashes)
    assert add(EMPTY_DIGEST, hashes) == shift.centre.digest
