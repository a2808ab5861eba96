from __future__ import annotations

from sonar_core.records.base import Replacement
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.note import Note
from sonar_core.records.task import Task, TaskStatus
from sonar_desktop.usecases.due_now import alarms_now
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.strike_out import strike_out
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.usecases.clinic import admitted, not_fit, paracetamol, problems_of
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

WHY = "Written in the wrong record"


def noted(desk):
    found = admitted(desk)
    return write_note(desk, Noting(signing=signing(desk, found.episode, 20), text="Slept"))[0]


def test_a_note_struck_out_stays_as_it_was_with_another_saying_why():
    desk = make_desk()
    note = noted(desk)
    clock_of(desk).forward(10)
    struck, _ = strike_out(desk, Note, note.id, WHY)
    assert shown(desk, Note, note.id) == note
    assert (struck.replaces, struck.replacement) == (note.id, Replacement.ENTERED_IN_ERROR)
    assert (struck.replacement_reason, struck.text) == (WHY, "Slept")
    assert struck.performed_at == note.performed_at
    assert struck.recorded_at == clock_of(desk).moment()


def test_what_is_struck_out_is_not_struck_out_twice():
    desk = make_desk()
    note = noted(desk)
    strike_out(desk, Note, note.id, WHY)
    said = problems_of(lambda: strike_out(desk, Note, note.id, WHY))
    assert said == {"entry": "This entry was already corrected. Open it again."}


def test_two_who_struck_out_the_same_apart_both_stand_and_are_shown():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    note = noted(nurse)
    sync(server, nurse, doctor)
    strike_out(nurse, Note, note.id, WHY)
    strike_out(doctor, Note, note.id, WHY)
    sync(server, nurse, doctor)
    assert len(all_shown(nurse, Note)) == 3


def test_a_decision_struck_out_leaves_none_and_nothing_rings_for_it():
    desk = make_desk()
    found = admitted(desk)
    outcome, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    assert len(alarms_now(desk)) == 1
    strike_out(desk, FitnessOutcome, outcome.id, WHY)
    assert list_board(desk).rows[0].outcomes == ()
    assert [task.status for task in all_shown(desk, Task)] == [TaskStatus.CANCELLED]
    assert alarms_now(desk) == ()


def test_a_dose_struck_out_carries_the_charts_code_for_it():
    desk = make_desk()
    found = admitted(desk)
    order, _ = order_medicine(desk, paracetamol(found.episode))
    withheld = Giving(
        signing=signing(desk, found.episode),
        request=order.id,
        code=DoseOutcome.WITHHELD,
        reason="Sedated",
    )
    entry, _ = give_medicine(desk, withheld)
    struck, _ = strike_out(desk, MedicationAdministration, entry.id, WHY)
    assert struck.code is DoseOutcome.ENTERED_IN_ERROR
    assert list_board(desk).rows[0].orders[0].last_code is None


def test_striking_out_needs_a_reason():
    desk = make_desk()
    note = noted(desk)
    said = problems_of(lambda: strike_out(desk, Note, note.id, "error"))
    assert said == {"reason": "Write why, in at least 10 characters."}
