from __future__ import annotations

import pytest

from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.task import Task, TaskStatus
from sonar_desktop.usecases.answer_recheck import answer_recheck
from sonar_desktop.usecases.give_medicine import Override
from sonar_desktop.usecases.inputs import RoleError
from sonar_desktop.usecases.strike_out import strike_out
from tests.usecases.clinic import problems_of
from tests.usecases.fakes import AUDITOR, all_shown, clock_of, make_desk
from tests.usecases.two_pcs import TwoPCs

ASKED = Override(
    prescriber="Dr Shah", how="telephone", reason="May have one dose early", read_back=True
)
LOOKED = "Seen, well, liver tests asked for"


def too_soon():
    pcs = TwoPCs()
    pcs.give(pcs.nurse, 100)
    pcs.give(pcs.doctor, 40)
    pcs.sync()
    return pcs, pcs.waiting(pcs.nurse)[0]


def test_the_answer_is_a_closed_task_with_who_when_and_what_came_of_it():
    pcs, asked = too_soon()
    answer_recheck(pcs.nurse, pcs.found.episode, asked.id, f" {LOOKED} ")
    (answered,) = all_shown(pcs.nurse, Task)
    assert (answered.id, answered.what, answered.status) == (asked.id, asked.what, TaskStatus.DONE)
    assert (answered.done_by, answered.done_note) == (pcs.nurse.actor.user, LOOKED)
    assert answered.done_at == clock_of(pcs.nurse).moment()
    assert pcs.waiting(pcs.nurse) == []
    assert len(pcs.waiting(pcs.doctor)) == 1
    pcs.sync()
    assert pcs.waiting(pcs.doctor) == []
    assert all_shown(pcs.doctor, Task) == [answered]


def test_that_nothing_was_needed_is_said_with_a_reason_too():
    pcs, asked = too_soon()
    answer_recheck(
        pcs.nurse, pcs.found.episode, asked.id, "One dose, written twice", was_needed=False
    )
    (answered,) = all_shown(pcs.nurse, Task)
    assert answered.status is TaskStatus.CANCELLED


@pytest.mark.parametrize("words", ["", "ok", "         "])
def test_an_answer_needs_words_that_somebody_else_can_understand(words):
    pcs, asked = too_soon()
    said = problems_of(lambda: answer_recheck(pcs.nurse, pcs.found.episode, asked.id, words))
    assert said == {"note": "Write why, in at least 10 characters."}
    assert len(pcs.waiting(pcs.nurse)) == 1


def test_two_people_who_answer_apart_are_both_kept_and_nothing_is_disputed():
    pcs, asked = too_soon()
    answer_recheck(pcs.nurse, pcs.found.episode, asked.id, LOOKED)
    answer_recheck(pcs.doctor, pcs.found.episode, asked.id, "Bloods taken at six o'clock")
    pcs.sync()
    for desk in (pcs.nurse, pcs.doctor):
        (answered,) = all_shown(desk, Task)
        assert (answered.done_by, answered.done_note) == (pcs.nurse.actor.user, LOOKED)
        (also,) = answered.also_done
        assert (also.done_by, also.done_note) == (
            pcs.doctor.actor.user,
            "Bloods taken at six o'clock",
        )
        assert desk.store.read(lambda reading: reading.conflicts()) == []
        assert pcs.waiting(desk) == []


def test_what_is_answered_or_corrected_meanwhile_is_not_written_again():
    pcs, asked = too_soon()
    answer_recheck(pcs.nurse, pcs.found.episode, asked.id, LOOKED)
    again, _ = answer_recheck(pcs.nurse, pcs.found.episode, asked.id, LOOKED)
    assert again is None
    pcs, asked = too_soon()
    newest = max(
        all_shown(pcs.nurse, MedicationAdministration), key=lambda one: one.performed_at.utc_ms
    )
    strike_out(pcs.nurse, MedicationAdministration, newest.id, "Charted on the wrong person")
    late, _ = answer_recheck(pcs.nurse, pcs.found.episode, asked.id, LOOKED)
    assert late is None
    assert all_shown(pcs.nurse, Task) == []


def test_an_answer_does_not_settle_a_dose_that_comes_to_light_after_it():
    pcs, asked = too_soon()
    pcs.give(pcs.doctor, 75, override=ASKED)
    answer_recheck(pcs.nurse, pcs.found.episode, asked.id, LOOKED)
    assert pcs.waiting(pcs.nurse) == []
    pcs.sync()
    assert len(pcs.waiting(pcs.nurse)) == 1


def test_who_only_reads_answers_nothing():
    pcs, asked = too_soon()
    auditor = make_desk(actor=AUDITOR)
    with pytest.raises(RoleError):
        answer_recheck(auditor, pcs.found.episode, asked.id, LOOKED)
