from __future__ import annotations

from sonar_core.records.base import Replacement
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.task import Task, TaskKind, TaskOwner, TaskStatus
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.held_entry import sent_again
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.strike_out import strike_out
from tests.usecases.clinic import admitted, not_fit, problems_of
from tests.usecases.fakes import (
    DOCTOR,
    Server,
    all_shown,
    clock_of,
    make_desk,
    shown,
    store_of,
    sync,
)


def test_a_decision_makes_the_task_to_tell_the_custody_officer_in_the_same_action():
    desk = make_desk()
    found = admitted(desk)
    record, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    (task,) = all_shown(desk, Task)
    assert task.what == "Tell custody officer: not fit to be interviewed"
    assert (task.kind, task.owner) == (TaskKind.TELL_CUSTODY, TaskOwner.HEALTHCARE)
    assert (task.cause, task.due_at) == (record.id, record.performed_at)
    headers = [header for header, _ in store_of(desk).state.waiting][-2:]
    assert len({header.txn_id for header in headers}) == 1


def test_a_time_of_review_makes_the_task_to_review():
    desk = make_desk()
    found = admitted(desk)
    at = clock_of(desk).in_minutes(88)
    record_fitness_outcome(desk, not_fit(desk, found.episode, review_at=at))
    review = [task for task in all_shown(desk, Task) if task.kind is TaskKind.REVIEW_FITNESS]
    assert [(task.due_at, task.what) for task in review] == [
        (at, "Review: not fit to be interviewed")
    ]


def test_a_later_decision_stands_in_the_place_of_the_first_and_closes_its_tasks():
    desk = make_desk()
    found = admitted(desk)
    review_at = clock_of(desk).in_minutes(60)
    first, _ = record_fitness_outcome(desk, not_fit(desk, found.episode, review_at=review_at))
    clock_of(desk).forward(50)
    later = not_fit(desk, found.episode, outcome=Fitness.FIT, reason="")
    second, _ = record_fitness_outcome(desk, later)
    assert (second.replaces, second.replacement) == (first.id, Replacement.LATER_DECISION)
    (row,) = list_board(desk).rows
    assert [(one.id, one.outcome) for one in row.outcomes] == [(second.id, Fitness.FIT)]
    tasks = {(task.kind, task.cause): task.status for task in all_shown(desk, Task)}
    assert tasks == {
        (TaskKind.TELL_CUSTODY, first.id): TaskStatus.CANCELLED,
        (TaskKind.REVIEW_FITNESS, first.id): TaskStatus.DONE,
        (TaskKind.TELL_CUSTODY, second.id): TaskStatus.OPEN,
    }


def test_each_purpose_has_its_own_decision():
    desk = make_desk()
    found = admitted(desk)
    record_fitness_outcome(desk, not_fit(desk, found.episode))
    other = not_fit(
        desk,
        found.episode,
        purpose=FitnessPurpose.DETAINED,
        outcome=Fitness.FIT_WITH_CONDITIONS,
        conditions=("Rouse every 30 min", " "),
    )
    record, _ = record_fitness_outcome(desk, other)
    assert record.replaces is None
    assert record.conditions == ("Rouse every 30 min",)
    (row,) = list_board(desk).rows
    assert [one.purpose for one in row.outcomes] == [
        FitnessPurpose.INTERVIEWED,
        FitnessPurpose.DETAINED,
    ]


def test_a_decision_after_a_struck_out_one_takes_the_place_of_the_strike_out():
    desk = make_desk()
    found = admitted(desk)
    first, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    clock_of(desk).forward(1)
    struck, _ = strike_out(desk, FitnessOutcome, first.id, "Wrong detainee's record")
    clock_of(desk).forward(1)
    second, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    assert second.replaces == struck.id
    server = Server()
    verdicts = store_of(desk).push(server)
    assert {verdict.value for verdict in verdicts} == {"applied"}


def test_what_is_missing_from_a_decision_is_said_beside_its_field():
    desk = make_desk()
    found = admitted(desk)
    past = clock_of(desk).moment(5)
    wrong = not_fit(desk, found.episode, reason=" ", valid_until=past, review_at=past)
    assert problems_of(lambda: record_fitness_outcome(desk, wrong)) == {
        "reason": "Enter why.",
        "valid_until": "This time has passed. Enter a time to come.",
        "review_at": "This time has passed. Enter a time to come.",
    }
    bare = not_fit(desk, found.episode, outcome=Fitness.FIT_WITH_CONDITIONS, reason="")
    assert problems_of(lambda: record_fitness_outcome(desk, bare)) == {
        "conditions": "Enter the conditions."
    }


def test_two_who_decided_apart_are_sent_to_the_conflicts_before_a_third_decision():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    found = admitted(nurse)
    sync(server, nurse, doctor)
    mine, _ = record_fitness_outcome(nurse, not_fit(nurse, found.episode))
    fit = not_fit(doctor, found.episode, outcome=Fitness.FIT, reason="")
    record_fitness_outcome(doctor, fit)
    sync(server, nurse, doctor)
    (row,) = list_board(doctor).rows
    assert [(one.id, one.is_provisional) for one in row.outcomes] == [(mine.id, True)]
    said = problems_of(lambda: record_fitness_outcome(doctor, fit))
    assert said == {"purpose": "Two people decided this differently. Decide in Conflicts first."}
    other = not_fit(nurse, found.episode, purpose=FitnessPurpose.CHARGED)
    record_fitness_outcome(nurse, other)
    assert shown(nurse, FitnessOutcome, mine.id) == mine
    elsewhere = admitted(doctor, cell="M9", custody_record_number="NF/3500")
    record_fitness_outcome(doctor, not_fit(doctor, elsewhere.episode))


def again(desk, held, **other):
    signing = Signing(
        episode=held.episode, performed_at=held.performed_at, amending=sent_again(held)
    )
    fields = {"purpose": held.purpose, "outcome": held.outcome, "reason": held.reason} | other
    return Deciding(signing=signing, **fields)


def test_one_sent_again_takes_the_place_of_that_one_and_of_no_later_time():
    desk = make_desk()
    found = admitted(desk)
    first, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    before, later = clock_of(desk).in_minutes(-1), clock_of(desk).in_minutes(30)
    clock_of(desk).forward(60)
    assert problems_of(
        lambda: record_fitness_outcome(desk, again(desk, first, review_at=before))
    ) == {"review_at": "This is before the decision. Enter a later time."}
    sent, _ = record_fitness_outcome(desk, again(desk, first, review_at=later))
    assert (sent.replaces, sent.replacement) == (first.id, Replacement.AMENDED)
    assert (sent.review_at, sent.performed_at) == (later, first.performed_at)


def test_one_sent_again_is_for_the_same_purpose():
    desk = make_desk()
    first, _ = record_fitness_outcome(desk, not_fit(desk, admitted(desk).episode))
    wrong = again(desk, first, purpose=FitnessPurpose.RELEASED)
    assert list(problems_of(lambda: record_fitness_outcome(desk, wrong))) == ["purpose"]
