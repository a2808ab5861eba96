from __future__ import annotations

import msgspec

from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome
from sonar_core.records.note import Note
from sonar_core.records.registry import care_level_id
from sonar_core.records.task import Task, TaskKind, TaskStatus
from sonar_desktop.usecases.acting import Amending
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.usecases.clinic import admitted, not_fit, problems_of
from tests.usecases.fakes import (
    DOCTOR,
    Server,
    all_shown,
    clock_of,
    make_desk,
    shown,
    signing,
    sync,
)

WHY = "Seen together at 15:10"


class Apart:
    """Two PCs that changed the same thing without seeing each other."""

    def __init__(self):
        self.server = Server()
        self.nurse = make_desk("pc1")
        self.doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(self.nurse))
        self.found = admitted(self.nurse)
        self.sync()

    def sync(self):
        sync(self.server, self.nurse, self.doctor)

    def conflict(self, desk=None):
        (one,) = (desk or self.nurse).store.read(lambda reading: reading.conflicts())
        return one

    def choice(self, desk=None, **other):
        conflict = self.conflict(desk)
        seen = tuple(side.operation for side in conflict.alternatives)
        return Choice(**({"conflict": conflict.id, "seen": seen, "reason": WHY} | other))


def level(episode, number, minutes):
    return CareSetting(
        episode=episode,
        level=number,
        check_every_minutes=minutes,
        rouse=True,
        reason="Opioids",
    )


def care_apart():
    both = Apart()
    set_care_level(both.nurse, level(both.found.episode, 1, 60))
    both.sync()
    set_care_level(both.nurse, level(both.found.episode, 2, 30))
    set_care_level(both.doctor, level(both.found.episode, 3, None))
    both.sync()
    return both


def fitness_apart():
    both = Apart()
    mine, _ = record_fitness_outcome(both.nurse, not_fit(both.nurse, both.found.episode))
    fit = not_fit(both.doctor, both.found.episode, outcome=Fitness.FIT, reason="")
    theirs, _ = record_fitness_outcome(both.doctor, fit)
    both.sync()
    return both, mine, theirs


def open_tasks(desk):
    return {
        (task.kind, task.cause) for task in all_shown(desk, Task) if task.status is TaskStatus.OPEN
    }


def test_the_side_chosen_stands_whole_on_both_pcs():
    both = care_apart()
    record, _ = resolve_conflict(both.nurse, both.choice(side=1))
    assert record.values["level"] == 3
    both.sync()
    for desk in (both.nurse, both.doctor):
        care = shown(desk, CareLevel, care_level_id(both.found.episode))
        assert (care.level, care.set_by) == (3, DOCTOR.user)
        assert list_board(desk).rows[0].conflicts == ()


def test_the_decision_is_seen_at_once_also_while_offline():
    both = care_apart()
    resolve_conflict(both.nurse, both.choice(side=0))
    conflict = all_shown(both.nurse, Conflict)[0]
    assert conflict.status is ConflictStatus.RESOLVED
    (row,) = list_board(both.nurse).rows
    assert row.care is not None
    assert (row.care.level, row.care.is_provisional) == (2, False)


def test_a_third_level_written_in_the_normal_form_can_stand():
    both = care_apart()
    third = msgspec.structs.asdict(level(both.found.episode, 4, None))
    values = {name: third[name] for name in ("level", "check_every_minutes", "rouse", "reason")}
    record, _ = resolve_conflict(both.nurse, both.choice(values=values))
    assert record.values["level"] == 4
    assert set(record.values) >= {"patient", "episode", "set_at", "set_by"}
    both.sync()
    assert shown(both.doctor, CareLevel, care_level_id(both.found.episode)).level == 4


def test_values_that_make_no_record_are_refused():
    both = care_apart()
    said = problems_of(lambda: resolve_conflict(both.nurse, both.choice(values={"level": "high"})))
    assert said == {"values": "These values cannot be recorded together. Check each of them."}


def test_a_safety_item_is_not_decided_without_a_reason():
    both = care_apart()
    said = problems_of(lambda: resolve_conflict(both.nurse, both.choice(side=0, reason="ok")))
    assert said == {"reason": "Write why, in at least 10 characters."}


def test_exactly_one_thing_is_chosen():
    both = care_apart()
    sentence = {"choice": "Choose what stands."}
    decision = not_fit(both.nurse, both.found.episode)
    for wrong in (
        both.choice(),
        both.choice(side=0, values={"level": 4}),
        both.choice(side=2),
        both.choice(side=-1),
        both.choice(decision=decision),
    ):
        assert problems_of(lambda wrong=wrong: resolve_conflict(both.nurse, wrong)) == sentence


def test_a_version_that_was_not_on_the_screen_must_be_looked_at_first():
    both = care_apart()
    unseen = both.choice(side=0, seen=both.choice().seen[:1])
    assert problems_of(lambda: resolve_conflict(both.nurse, unseen)) == {
        "conflict": "Another version has come in. Look again before you decide."
    }


def test_what_was_decided_is_not_decided_again_on_the_same_pc():
    both = care_apart()
    choice = both.choice(side=0)
    resolve_conflict(both.nurse, choice)
    assert problems_of(lambda: resolve_conflict(both.nurse, choice)) == {
        "conflict": "This was decided meanwhile. Open it again."
    }


def test_two_who_decide_differently_see_it_open_again():
    both = care_apart()
    resolve_conflict(both.nurse, both.choice(side=0))
    resolve_conflict(both.doctor, both.choice(both.doctor, side=1))
    both.sync()
    assert len(both.conflict().alternatives) == 4
    assert list_board(both.nurse).rows[0].care.level == 3


def test_the_fitness_decision_chosen_stands_and_the_other_ones_task_is_closed():
    both, mine, theirs = fitness_apart()
    assert open_tasks(both.nurse) == {
        (TaskKind.TELL_CUSTODY, mine.id),
        (TaskKind.TELL_CUSTODY, theirs.id),
    }
    record, _ = resolve_conflict(both.doctor, both.choice(both.doctor, side=0))
    assert (record.stands, record.values) == (mine.id, {})
    both.sync()
    for desk in (both.nurse, both.doctor):
        (row,) = list_board(desk).rows
        assert [(one.id, one.is_provisional) for one in row.outcomes] == [(mine.id, False)]
        assert open_tasks(desk) == {(TaskKind.TELL_CUSTODY, mine.id)}
        assert shown(desk, FitnessOutcome, theirs.id) == theirs


def test_a_third_fitness_decision_takes_the_place_of_both_and_must_be_told():
    both, _, theirs = fitness_apart()
    decision = not_fit(both.nurse, both.found.episode, outcome=Fitness.DEFERRED)
    record, _ = resolve_conflict(both.nurse, both.choice(decision=decision))
    assert record.stands is not None
    third = shown(both.nurse, FitnessOutcome, record.stands)
    assert (third.replaces, third.outcome) == (theirs.id, Fitness.DEFERRED)
    both.sync()
    for desk in (both.nurse, both.doctor):
        (row,) = list_board(desk).rows
        assert [(one.id, one.is_provisional) for one in row.outcomes] == [(third.id, False)]
        assert open_tasks(desk) == {(TaskKind.TELL_CUSTODY, third.id)}


def test_a_decision_after_a_resolution_follows_the_one_that_stands():
    both, mine, _ = fitness_apart()
    resolve_conflict(both.nurse, both.choice(side=0))
    both.sync()
    clock_of(both.nurse).forward(30)
    later, _ = record_fitness_outcome(
        both.nurse, not_fit(both.nurse, both.found.episode, outcome=Fitness.FIT, reason="")
    )
    assert later.replaces == mine.id
    both.sync()
    assert both.nurse.store.read(lambda reading: reading.conflicts()) == []
    assert list_board(both.doctor).rows[0].outcomes[0].id == later.id


def test_a_third_fitness_decision_is_checked_like_any_other():
    both, _, _ = fitness_apart()
    decision = not_fit(both.nurse, both.found.episode, reason="")
    said = problems_of(lambda: resolve_conflict(both.nurse, both.choice(decision=decision)))
    assert said == {"reason": "Enter why."}


def test_two_amendments_of_one_note_are_decided_by_naming_the_one_that_stands():
    both = Apart()
    note, _ = write_note(
        both.nurse, Noting(signing=signing(both.nurse, both.found.episode), text="Slept")
    )
    both.sync()
    amending = Amending(of=note.id, reason="Left out the time")
    written = []
    for desk, text in ((both.nurse, "Slept from 13:00"), (both.doctor, "Slept from 14:00")):
        one = Noting(signing=signing(desk, both.found.episode, amending=amending), text=text)
        written.append(write_note(desk, one)[0])
    both.sync()
    record, _ = resolve_conflict(both.nurse, both.choice(side=1, reason=""))
    assert record.stands == written[1].id
    both.sync()
    assert shown(both.doctor, Note, written[0].id).text == "Slept from 13:00"
