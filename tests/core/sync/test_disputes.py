from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import slot
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.sync.disputes import PLACE
from sonar_core.sync.ledger import Held, Ledger, LedgerGapError
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.planner import decide
from tests.core.sync.clinic import (
    NOON,
    OTHER_PATIENT,
    PATIENT,
    STAY,
    TASK,
    Centre,
    Pc,
    decision_on,
    fitness,
    forged,
    identifier,
    level,
    moment,
    suite,
)

LEVEL = level(2).id


def disputed_level() -> tuple[Centre, Pc, Pc, Conflict]:
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)))
    (conflict,) = centre.conflicts()
    one.pull(centre)
    two.pull(centre)
    return centre, one, two, conflict


def disputed_fitness() -> tuple[Centre, Pc, Pc, Conflict]:
    centre, one, two = suite()
    centre.take_all(one.record(fitness(50, Fitness.FIT)), two.record(fitness(51, Fitness.NOT_FIT)))
    (conflict,) = centre.conflicts()
    one.pull(centre)
    two.pull(centre)
    return centre, one, two, conflict


def levels(conflict: Conflict) -> list[int]:
    return [side.values["level"] for side in conflict.alternatives]


def test_a_conflict_names_each_version_with_author_device_and_time():
    _, _, _, conflict = disputed_level()
    assert conflict.id == slot(LEVEL, "level", "0")
    assert (conflict.entity_kind, conflict.entity, conflict.group) == ("CareLevel", LEVEL, "level")
    assert (conflict.patient, conflict.episode, conflict.base) == (PATIENT.id, STAY.id, 0)
    first, second = conflict.alternatives
    assert (first.author, first.device, first.offline) == ("room one nurse", "room one", True)
    assert (second.author, second.device) == ("room two nurse", "room two")
    assert first.recorded_at == moment(1)
    assert levels(conflict) == [2, 3]


def test_a_decision_on_all_that_was_seen_settles():
    centre, one, _, conflict = disputed_level()
    values = conflict.alternatives[1].values
    decision = centre.take(one.record(decision_on(conflict, 70, values=values)))
    assert decision.verdict is Verdict.APPLIED
    kinds = [version.kind for version in decision.versions]
    assert kinds == ["ConflictResolution", "CareLevel", "Conflict"]
    assert centre.fields(LEVEL)["level"] == 3
    (settled,) = centre.conflicts()
    assert (settled.status, settled.resolution) == (ConflictStatus.RESOLVED, identifier(70))
    assert levels(settled) == [2, 3]
    assert decision.versions[1].provenance.groups == ("level",)


def test_a_decision_that_had_not_seen_every_version_is_one_more_side():
    centre, one, two, conflict = disputed_level()
    centre.take(two.edit("CareLevel", LEVEL, level=4))
    decision = centre.take(one.record(decision_on(conflict, 70)))
    assert decision.verdict is Verdict.CONFLICT
    (still,) = centre.conflicts()
    assert still.status is ConflictStatus.OPEN
    assert levels(still) == [2, 3, 4, 2]
    assert still.alternatives[-1].resolution == identifier(70)


def test_ones_own_further_version_counts_as_seen():
    centre, one, _, conflict = disputed_level()
    further = one.edit("CareLevel", LEVEL, level=4)
    settled = one.record(decision_on(conflict, 70))
    assert [d.verdict for d in centre.take_all(further, settled)] == [
        Verdict.CONFLICT,
        Verdict.APPLIED,
    ]


def test_two_different_decisions_open_it_again_with_both():
    centre, one, two, conflict = disputed_level()
    first = one.record(decision_on(conflict, 70))
    second = two.record(decision_on(conflict, 71, values=conflict.alternatives[1].values))
    assert [d.verdict for d in centre.take_all(first, second)] == [
        Verdict.APPLIED,
        Verdict.CONFLICT,
    ]
    (again,) = centre.conflicts()
    assert (again.status, again.resolution) == (ConflictStatus.OPEN, None)
    assert levels(again) == [2, 3, 2, 3]
    made = [side.resolution for side in again.alternatives]
    assert made == [None, None, identifier(70), identifier(71)]
    assert centre.fields(LEVEL)["level"] == 2


def test_two_equal_decisions_agree():
    centre, one, two, conflict = disputed_level()
    first = one.record(decision_on(conflict, 70))
    second = two.record(decision_on(conflict, 71))
    assert [d.verdict for d in centre.take_all(first, second)] == [Verdict.APPLIED, Verdict.MERGED]
    (settled,) = centre.conflicts()
    assert (settled.status, settled.resolution) == (ConflictStatus.RESOLVED, identifier(70))


def test_a_change_that_had_not_seen_the_decision_opens_it_again_with_everything():
    centre, one, _two, conflict = disputed_level()
    late = Pc("room three")
    unseen = late.record(level(4))
    centre.take(one.record(decision_on(conflict, 70)))
    one.pull(centre)
    assert centre.take(one.edit("CareLevel", LEVEL, level=1)).verdict is Verdict.APPLIED
    assert centre.take(unseen).verdict is Verdict.CONFLICT
    (again,) = centre.conflicts()
    assert again.id == conflict.id
    assert levels(again) == [2, 3, 2, 1, 4]
    assert again.alternatives[2].resolution == identifier(70)
    assert (again.status, centre.fields(LEVEL)["level"]) == (ConflictStatus.OPEN, 1)


def test_what_a_decision_settled_is_not_listed_twice_when_it_opens_again():
    centre, one, _, conflict = disputed_level()
    late = Pc("room three")
    unseen = late.record(level(4))
    centre.take(one.record(decision_on(conflict, 70)))
    centre.take(unseen)
    (again,) = centre.conflicts()
    assert levels(again) == [2, 3, 2, 4]


def test_a_conflict_on_another_base_is_another_conflict():
    centre, one, two, conflict = disputed_level()
    centre.take(one.record(decision_on(conflict, 70)))
    one.pull(centre)
    two.pull(centre)
    centre.take_all(one.edit("CareLevel", LEVEL, level=1), two.edit("CareLevel", LEVEL, level=4))
    first, second = centre.conflicts()
    assert (first.status, second.status) == (ConflictStatus.RESOLVED, ConflictStatus.OPEN)
    assert second.base == 2
    assert levels(second) == [1, 4]


def test_settling_one_of_two_disputes_leaves_the_group_disputed():
    centre, one, two, conflict = disputed_level()
    differing = two.record(decision_on(conflict, 71, values=conflict.alternatives[1].values))
    centre.take(one.record(decision_on(conflict, 70)))
    late = Pc("room three")
    late.pull(centre)
    one.pull(centre)
    centre.take_all(one.edit("CareLevel", LEVEL, level=1), late.edit("CareLevel", LEVEL, level=4))
    assert centre.take(differing).verdict is Verdict.CONFLICT
    assert [c.status for c in centre.conflicts()] == [ConflictStatus.OPEN] * 2
    again = centre.conflicts()[0]
    one.pull(centre)
    assert centre.take(one.record(decision_on(again, 72))).verdict is Verdict.APPLIED
    assert centre.ledger.open_conflict(LEVEL, "level") == centre.conflicts()[1]
    one.pull(centre)
    assert centre.take(one.edit("CareLevel", LEVEL, level=4)).verdict is Verdict.CONFLICT


def test_of_two_facts_in_one_place_the_one_decided_stands():
    centre, one, two, conflict = disputed_fitness()
    assert conflict.group == PLACE
    assert conflict.entity == slot(STAY.id, "FitnessOutcome", "interviewed")
    decision = centre.take(one.record(decision_on(conflict, 70, stands=identifier(51))))
    assert [v.kind for v in decision.versions] == ["ConflictResolution", "Conflict"]
    assert centre.conflicts()[0].status is ConflictStatus.RESOLVED
    other = centre.take(two.record(decision_on(conflict, 71, stands=identifier(50))))
    assert other.verdict is Verdict.CONFLICT
    (again,) = centre.conflicts()
    assert [side.fact for side in again.alternatives] == [identifier(n) for n in (50, 51, 51, 50)]


def test_a_third_fact_after_the_decision_opens_it_again():
    centre, one, _, conflict = disputed_fitness()
    centre.take(one.record(decision_on(conflict, 70)))
    third = Pc("room three").record(fitness(52, Fitness.DEFERRED))
    assert centre.take(third).verdict is Verdict.CONFLICT
    (again,) = centre.conflicts()
    assert again.status is ConflictStatus.OPEN
    facts = [side.fact for side in again.alternatives]
    assert facts == [identifier(n) for n in (50, 51, 50, 52)]


def test_a_third_fact_while_it_is_open_is_one_more_side():
    centre, _, _, _ = disputed_fitness()
    centre.take(Pc("room three").record(fitness(52, Fitness.DEFERRED)))
    (conflict,) = centre.conflicts()
    assert [side.fact for side in conflict.alternatives] == [identifier(n) for n in (50, 51, 52)]


def test_a_third_fact_written_to_settle_may_stand():
    centre, one, _, conflict = disputed_fitness()
    third = one.record(fitness(52, Fitness.DEFERRED, replaces=identifier(51)))
    settled = one.record(decision_on(conflict, 70, stands=identifier(52)))
    assert [d.verdict for d in centre.take_all(third, settled)] == [Verdict.APPLIED] * 2


def test_decisions_outside_any_stay_are_disputed_within_one_patient_only():
    centre, one, two = suite()
    alone = {"episode": None}
    mine = one.record(fitness(50, Fitness.FIT, **alone))
    other = two.record(fitness(51, Fitness.NOT_FIT, **alone, patient=OTHER_PATIENT.id))
    assert [d.verdict for d in centre.take_all(mine, other)] == [Verdict.APPLIED] * 2
    third = two.record(fitness(52, Fitness.NOT_FIT, **alone))
    assert centre.take(third).verdict is Verdict.CONFLICT


@pytest.mark.parametrize(
    "changes",
    [
        {"entity": TASK.id},
        {"entity_kind": "Task"},
        {"group": "task"},
        {"patient": OTHER_PATIENT.id, "episode": identifier(5)},
        {"values": {}},
        {"values": {"level": 1}},
        {"stands": identifier(50)},
        {"conflict": TASK.id},
    ],
)
def test_a_decision_about_something_else_than_its_conflict_changes_nothing(changes):
    centre, one, _, conflict = disputed_level()
    before = centre.ledger.get(LEVEL)
    decision = centre.take(one.record(decision_on(conflict, 70, **changes)))
    assert (decision.verdict, decision.reason) == (Verdict.QUARANTINED, Reason.DAMAGED)
    assert centre.ledger.get(LEVEL) is before
    assert centre.conflicts() == [conflict]
    assert centre.ledger.get(identifier(70)) is None


@pytest.mark.parametrize(
    "extra",
    [
        {"family": "SOMEBODY"},
        {"id": identifier(99)},
        {"patient": OTHER_PATIENT.id},
        {"episode": identifier(5)},
        {"level": "four"},
        {"level": 2.5},
        {"set_at": {"utc_ms": 10**17, "zone": "Europe/London", "offset_minutes": 0}},
    ],
)
def test_a_decision_writes_the_disputed_group_whole_and_nothing_beside(extra):
    centre, _, _, conflict = disputed_level()
    body = bodies.fields_of(bodies.encode(decision_on(conflict, 70)))
    body["values"] = body["values"] | extra
    decision = centre.take(forged("ConflictResolution", identifier(70), body, op="resolve"))
    assert (decision.verdict, decision.reason) == (Verdict.QUARANTINED, Reason.DAMAGED)
    assert centre.fields(LEVEL)["level"] == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"stands": None},
        {"stands": identifier(77)},
        {"stands": TASK.id},
        {"stands": identifier(50), "values": {"outcome": "fit"}},
    ],
)
def test_a_decision_between_facts_names_one_of_them(changes):
    centre, one, _, conflict = disputed_fitness()
    decision = centre.take(one.record(decision_on(conflict, 70, **changes)))
    assert (decision.verdict, decision.reason) == (Verdict.QUARANTINED, Reason.DAMAGED)
    assert centre.conflicts() == [conflict]


def test_another_patients_fact_never_stands():
    centre, one, two, conflict = disputed_fitness()
    other = fitness(53, Fitness.FIT, patient=OTHER_PATIENT.id, episode=identifier(5))
    centre.take(two.record(other))
    decision = centre.take(one.record(decision_on(conflict, 70, stands=identifier(53))))
    assert decision.reason is Reason.DAMAGED


def test_a_decision_that_saw_more_than_there_is_still_settles():
    centre, one, _, conflict = disputed_level()
    seen = (*(side.operation for side in conflict.alternatives), "never heard of")
    assert centre.take(one.record(decision_on(conflict, 70, seen=seen))).verdict is Verdict.APPLIED


def without(centre: Centre, *gone: str) -> Ledger:
    """The ledger as a caller would give it who forgot to load some records."""
    records = {v.id: centre.ledger.get(v.id) for v in centre.log}
    kept = {name: held for name, held in records.items() if held is not None and name not in gone}
    return Ledger(kept, {slot(STAY.id, "FitnessOutcome", "interviewed"): identifier(50)})


def test_a_record_that_was_not_loaded_is_told_and_not_guessed():
    centre, one, two, conflict = disputed_level()
    early = one.record(decision_on(conflict, 70))
    with pytest.raises(LedgerGapError):
        decide(without(centre, LEVEL), *early, received_ms=NOON)
    centre.take(early)
    again = two.record(decision_on(conflict, 71))
    with pytest.raises(LedgerGapError):
        decide(without(centre, identifier(70)), *again, received_ms=NOON)
    late = Pc("room three").record(level(4))
    with pytest.raises(LedgerGapError):
        decide(without(centre, identifier(70)), *late, received_ms=NOON)


def test_a_fact_that_was_not_loaded_is_told_and_not_guessed():
    centre, _, two, _ = disputed_fitness()
    third = two.record(fitness(52, Fitness.DEFERRED))
    with pytest.raises(LedgerGapError):
        decide(without(centre, identifier(50)), *third, received_ms=NOON)


def test_a_record_without_history_has_no_author_to_name():
    held = Held(kind="Task", version=1, fields={}, body=b"{}", history=())
    with pytest.raises(LedgerGapError):
        held.writer_of(("task",))


def test_a_conflict_grows_beyond_the_weight_of_one_record():
    centre, one, two = suite()
    text = ("x" * 100_000,)
    centre.take_all(one.record(level(2, text)), two.record(level(3, text)))
    decision = centre.take(two.edit("CareLevel", LEVEL, level=4))
    assert decision.verdict is Verdict.CONFLICT
    assert len(decision.versions[-1].body) > bodies.MAX_BODY_BYTES
    assert msgspec.json.decode(decision.versions[-1].body, type=Conflict) == centre.conflicts()[0]
