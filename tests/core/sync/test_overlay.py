from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sonar_core import bodies
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.sync.overlay import affected, project
from tests.core.sync.clinic import (
    PATIENT,
    TASK,
    decision_on,
    fitness,
    identifier,
    level,
    note,
    suite,
)

LEVEL = level(2).id


def test_what_nobody_changed_is_shown_byte_for_byte():
    assert project("Task", b"{ any bytes }", []) == b"{ any bytes }"
    assert project("Task", None, []) is None


def test_a_new_record_is_shown_as_its_author_wrote_it():
    _, one, _ = suite()
    operation, _ = one.record(note(50))
    assert one.shown("Note", identifier(50)) == operation.payload


def test_an_edit_of_a_record_that_is_not_here_shows_nothing():
    _, one, _ = suite()
    operation, header = one.edit("Task", TASK.id, what="Weigh")
    assert project("Task", None, [(header, operation)]) is None


def test_a_singleton_made_here_too_is_shown_over_the_one_that_arrived():
    centre, one, two = suite()
    one.record(level(2))
    centre.take(two.record(level(3, ("Wake every 30 minutes",))))
    one.pull(centre)
    assert one.fields("CareLevel", LEVEL)["level"] == 2
    assert one.fields("CareLevel", LEVEL)["instructions"] == []


def test_a_field_of_a_newer_program_stays_under_ones_own_edit():
    _, one, _ = suite()
    version, raw = one.confirmed[TASK.id]
    newer = bodies.encode(bodies.fields_of(raw) | {"camera": True})
    one.confirmed[TASK.id] = (version, newer)
    one.edit("Task", TASK.id, what="Weigh")
    shown = one.fields("Task", TASK.id)
    assert (shown["camera"], shown["what"]) == (True, "Weigh")


def test_who_else_did_it_is_never_hidden_by_ones_own_edit():
    centre, one, two = suite()
    centre.take_all(
        one.edit("Task", TASK.id, status="done", done_by="A"),
        two.edit("Task", TASK.id, status="done", done_by="B"),
    )
    late = suite()[1]
    late.edit("Task", TASK.id, done_note="x")
    late.confirmed[TASK.id] = (3, bodies.encode(centre.fields(TASK.id)))
    assert [item["done_by"] for item in late.fields("Task", TASK.id)["also_done"]] == ["B"]


def test_a_decision_shows_at_once_in_the_record_and_in_the_conflict():
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)))
    (conflict,) = centre.conflicts()
    one.pull(centre)
    values = conflict.alternatives[1].values
    operation, header = one.record(decision_on(conflict, 70, values=values))
    assert affected(operation, header) == (
        ("ConflictResolution", identifier(70)),
        ("CareLevel", LEVEL),
        ("Conflict", conflict.id),
    )
    assert one.fields("CareLevel", LEVEL)["level"] == 3
    shown = one.fields("Conflict", conflict.id)
    assert (shown["status"], shown["resolution"]) == ("resolved", identifier(70))
    assert one.shown("ConflictResolution", identifier(70)) == operation.payload
    assert project("CareLevel", None, [(header, operation)]) is None


def test_a_decision_between_facts_changes_no_fact():
    centre, one, two = suite()
    centre.take_all(one.record(fitness(50, Fitness.FIT)), two.record(fitness(51, Fitness.NOT_FIT)))
    (conflict,) = centre.conflicts()
    one.pull(centre)
    operation, header = one.record(decision_on(conflict, 70))
    assert affected(operation, header) == (
        ("ConflictResolution", identifier(70)),
        ("Conflict", conflict.id),
    )


_work = st.lists(
    st.tuples(
        st.sampled_from(["one", "two"]),
        st.sampled_from(["phone", "pregnancy", "family", "push", "pull"]),
    ),
    max_size=14,
)


@given(_work)
def test_ones_own_entry_never_leaves_the_screen_before_its_verdict(work):
    centre, one, two = suite()
    pcs = {"one": one, "two": two}
    pregnancy = {"one": "possible", "two": "pregnant"}
    typed: dict[str, tuple[str, str]] = {}
    for number, (name, what) in enumerate(work):
        pc = pcs[name]
        if what == "push":
            pc.push(centre)
        elif what == "pull":
            pc.pull(centre)
        else:
            value = pregnancy[name] if what == "pregnancy" else f"{name} {number}"
            if pc.fields("Patient", PATIENT.id)[what] != value:
                _, header = pc.edit("Patient", PATIENT.id, **{what: value})
                typed[header.op_id] = (what, value)
        for each in pcs.values():
            shown = each.fields("Patient", PATIENT.id)
            # The newest entry of each field that still waits for its verdict.
            waiting = dict(typed[header.op_id] for _, header in each.waiting)
            assert {field: shown[field] for field in waiting} == waiting
