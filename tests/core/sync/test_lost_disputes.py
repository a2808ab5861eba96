"""Decisions given back to a server that lost what they were about, wholly or in its order."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.ids import slot
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.practitioner import Practitioner
from sonar_core.sync.ledger import Ledger, LedgerGapError
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.planner import decide, needed
from tests.core.sync.clinic import (
    NOON,
    OTHER_PATIENT,
    STAY,
    TASK,
    Centre,
    Pc,
    Written,
    decision_on,
    fitness,
    identifier,
    level,
    suite,
)

LEVEL = level(2).id


class Life(msgspec.Struct, kw_only=True):
    """What the server is left with, and what the PCs hold of what it lost."""

    left: Centre
    first: Written
    second: Written
    conflict: Conflict
    author: Pc

    def decided(self, **changes: object) -> Written:
        return self.author.record(decision_on(self.conflict, 70, **changes))


def lived(first: object, second: object) -> Life:
    left, one, two = suite()
    lost = left.again()
    versions = one.record(first), two.record(second)
    lost.take_all(*versions)
    (conflict,) = lost.conflicts()
    author = Pc("room three")
    author.pull(lost)
    return Life(left=left, first=versions[0], second=versions[1], conflict=conflict, author=author)


def disputed_level() -> Life:
    return lived(level(2), level(3))


def disputed_fitness() -> Life:
    return lived(fitness(50, Fitness.FIT), fitness(51, Fitness.NOT_FIT))


def levels(conflict: Conflict) -> list[int]:
    return [side.values["level"] for side in conflict.alternatives]


def test_a_decision_that_saw_what_stands_holds_without_the_version_that_nobody_gives_back():
    life = disputed_level()
    life.left.take(life.first)
    decision = life.left.take(life.decided(values=life.conflict.alternatives[1].values))
    assert decision.verdict is Verdict.APPLIED
    assert life.left.fields(LEVEL)["level"] == 3
    (settled,) = life.left.conflicts()
    assert (settled.id, settled.status) == (life.conflict.id, ConflictStatus.RESOLVED)
    assert (settled.patient, settled.episode) == (life.conflict.patient, STAY.id)
    assert levels(settled) == [2]


@pytest.mark.parametrize("is_reloaded", [False, True])
def test_a_version_given_back_after_the_decision_on_it_is_kept_and_not_decided_again(is_reloaded):
    life = disputed_level()
    life.left.take(life.first)
    life.left.take(life.decided())
    if is_reloaded:
        life.left.ledger = life.left.reloaded()
    assert life.left.take(life.second).verdict is Verdict.CONFLICT
    (settled,) = life.left.conflicts()
    assert settled.status is ConflictStatus.RESOLVED
    assert levels(settled) == [2, 3]
    assert life.left.fields(LEVEL)["level"] == 2
    # What nobody had on the screen is decided by a person, now as ever.
    assert life.left.take(Pc("room four").record(level(4))).verdict is Verdict.CONFLICT
    (again,) = life.left.conflicts()
    assert again.status is ConflictStatus.OPEN
    assert levels(again) == [2, 3, 2, 4]


def test_a_decision_that_did_not_see_what_stands_is_one_side_of_a_new_conflict():
    life = disputed_level()
    life.left.take(Pc("room four").record(level(4)))
    decision = life.left.take(life.decided())
    assert decision.verdict is Verdict.CONFLICT
    (conflict,) = life.left.conflicts()
    assert (conflict.id, conflict.status) == (life.conflict.id, ConflictStatus.OPEN)
    assert levels(conflict) == [4, 2]
    assert life.left.fields(LEVEL)["level"] == 4


def test_what_the_author_of_a_decision_wrote_before_it_was_on_the_screen():
    life = disputed_level()
    own = Pc("room three")
    life.left.take(own.record(level(4)))
    decision = life.left.take(own.record(decision_on(life.conflict, 70)))
    assert decision.verdict is Verdict.APPLIED
    assert life.left.fields(LEVEL)["level"] == 2


def test_versions_that_came_in_another_order_are_decided_on_under_their_new_conflict():
    life = disputed_level()
    life.left.take_all(life.second, life.first)
    (other,) = life.left.conflicts()
    assert levels(other) == [3, 2]
    decision = life.left.take(life.decided(conflict=identifier(99)))
    assert decision.verdict is Verdict.APPLIED
    (settled,) = life.left.conflicts()
    assert (settled.id, settled.status) == (other.id, ConflictStatus.RESOLVED)
    assert life.left.fields(LEVEL)["level"] == 2


def test_a_version_unseen_leaves_the_new_conflict_open_with_the_decision():
    life = disputed_level()
    life.left.take_all(life.second, Pc("room four").record(level(4)))
    decision = life.left.take(life.decided(conflict=identifier(99)))
    assert decision.verdict is Verdict.CONFLICT
    (conflict,) = life.left.conflicts()
    assert conflict.status is ConflictStatus.OPEN
    assert levels(conflict) == [3, 4, 2]


def test_a_decision_waits_for_the_record_that_it_is_about():
    life = disputed_level()
    early = life.decided()
    decision = life.left.take(early)
    assert (decision.reason, decision.detail) == (Reason.MISSING_PARENT, LEVEL)
    life.left.take(life.first)
    assert life.left.take(early).verdict is Verdict.APPLIED


def test_a_decision_between_facts_waits_for_the_one_that_stands_and_is_not_made_again():
    life = disputed_fitness()
    early = life.decided(stands=identifier(51))
    life.left.take(life.first)
    decision = life.left.take(early)
    assert (decision.reason, decision.detail) == (Reason.MISSING_PARENT, identifier(51))
    life.left.take(life.second)
    assert life.left.take(early).verdict is Verdict.APPLIED
    (settled,) = life.left.conflicts()
    assert (settled.status, settled.resolution) == (ConflictStatus.RESOLVED, identifier(70))


def test_of_facts_the_one_decided_on_stands_alone_until_the_other_is_given_back():
    life = disputed_fitness()
    life.left.take(life.second)
    assert life.left.take(life.decided(stands=identifier(51))).verdict is Verdict.APPLIED
    (settled,) = life.left.conflicts()
    assert [side.fact for side in settled.alternatives] == [identifier(51)]
    assert (settled.patient, settled.episode) == (life.conflict.patient, STAY.id)
    assert life.left.take(life.first).verdict is Verdict.CONFLICT
    (still,) = life.left.conflicts()
    assert still.status is ConflictStatus.RESOLVED
    assert [side.fact for side in still.alternatives] == [identifier(51), identifier(50)]


def test_a_decision_about_a_place_that_nothing_took_waits():
    life = disputed_fitness()
    life.left.take(life.first)
    decision = life.left.take(life.decided(entity=identifier(90)))
    assert (decision.reason, decision.detail) == (Reason.MISSING_PARENT, identifier(90))


@pytest.mark.parametrize(
    "changes",
    [
        {"entity": "no id"},
        {"group": "replaces", "stands": None},
        {"group": "no group"},
        {"entity_kind": "Task"},
        {"patient": OTHER_PATIENT.id, "episode": None},
    ],
)
def test_a_decision_about_no_record_of_the_person_changes_nothing(changes):
    life = disputed_level()
    life.left.take(life.first)
    assert life.left.take(life.decided(**changes)).reason is Reason.DAMAGED
    assert life.left.fields(LEVEL)["level"] == 2


def test_a_decision_changes_no_record_that_is_of_no_person():
    life = disputed_level()
    nurse = Practitioner(id=identifier(80), name="Ada Bell", initials="AB", registration="1")
    life.left.take(Pc("office").record(nurse))
    forged = life.decided(
        entity_kind="Practitioner",
        entity=nurse.id,
        group="practitioner",
        values={"name": "Eve", "initials": "E", "registration": "2", "is_active": True},
    )
    assert life.left.take(forged).reason is Reason.DAMAGED
    assert life.left.fields(nurse.id)["name"] == "Ada Bell"


def test_a_fact_that_was_not_loaded_is_told_and_not_guessed():
    life = disputed_fitness()
    life.left.take_all(life.second)
    operation, header = life.decided(stands=identifier(51))
    held = {name: life.left.ledger.get(name) for name in (life.conflict.patient, identifier(51))}
    known = {str(name): one for name, one in held.items() if one is not None}
    ledger = Ledger(known, {life.conflict.entity: identifier(50)})
    with pytest.raises(LedgerGapError):
        decide(ledger, operation, header, received_ms=NOON)


def test_a_decision_between_facts_asks_who_took_the_place():
    life = disputed_fitness()
    found, place = needed(*life.decided())
    assert place == life.conflict.entity == slot(STAY.id, "FitnessOutcome", "interviewed")
    assert {identifier(50), life.conflict.id, life.conflict.entity} <= set(found)
    assert needed(*disputed_level().decided())[1] is None
    assert TASK.id not in found
