from __future__ import annotations

from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.fitness_outcome import FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_core.records.outcome_told import ToldHow
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.complete_task import complete_task
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.record_marker import record_marker
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.tell_custody import Telling, tell_custody
from tests.usecases.clinic import admitted, not_fit
from tests.usecases.fakes import DOCTOR, Server, clock_of, make_desk, signing, sync


def test_a_new_record_says_what_nobody_has_asked_yet():
    desk = make_desk()
    found = admitted(desk)
    head = read_record(desk, found.episode)
    assert (head.patient.family, head.stay.cell) == ("Barrow", "M4")
    assert head.allergy_knowledge is AllergyKnowledge.NOT_RECORDED
    assert (head.allergies, head.markers, head.care, head.decisions) == ((), (), None, ())
    assert (head.care_told, head.care_provisional, head.ask_identity) == (None, False, False)
    assert [one.id for one in head.referrals] == [found.referral]
    assert head.row is not None
    assert head.names[desk.actor.user] == "R Okafor, nurse"


def test_the_record_shows_alerts_decisions_and_tasks_with_the_open_ones_first():
    desk = make_desk()
    found = admitted(desk)
    record_allergy(desk, found.patient, AllergyEntry(substance="Penicillin"))
    record_marker(desk, found.patient, FlagCategory.LONG_TERM_CONDITION, "Asthma")
    record_marker(desk, found.patient, FlagCategory.DRUGS, "Opioids today", is_urgent=True)
    done, _ = add_task(
        desk, found.episode, NewTask(what="Ring GP", due_at=clock_of(desk).in_minutes(1))
    )
    complete_task(desk, done)
    outcome, _ = record_fitness_outcome(desk, not_fit(desk, found.episode))
    care, _ = set_care_level(
        desk,
        CareSetting(
            episode=found.episode,
            level=2,
            check_every_minutes=30,
            rouse=True,
            reason="Opioids",
        ),
    )
    telling = Telling(
        signing=signing(desk, found.episode),
        about=care,
        told_to="Sgt Marsh",
        told_to_role="Custody officer",
        how=ToldHow.TELEPHONE,
        read_back=True,
    )
    told, _ = tell_custody(desk, telling)
    head = read_record(desk, found.episode)
    assert [one.substance for one in head.allergies] == ["Penicillin"]
    assert [one.text for one in head.markers] == ["Opioids today", "Asthma"]
    assert [one.outcome.id for one in head.decisions] == [outcome.id]
    assert head.decisions[0].outcome.purpose is FitnessPurpose.INTERVIEWED
    assert [task.done_at is None for task in head.tasks] == [True, False]
    assert head.care is not None
    assert (head.care.level, head.care_told) == (2, told)


def test_two_identities_apart_ask_for_name_and_date_of_birth_again():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    found = admitted(nurse)
    sync(server, nurse, doctor)
    for desk, family in ((nurse, "Farrow"), (doctor, "Harrow")):
        change = {"family": family}
        desk.store.write(
            desk.actor,
            "test",
            lambda writing, change=change: writing.edit(Patient, found.patient, change),
        )
    sync(server, nurse, doctor)
    assert read_record(nurse, found.episode).ask_identity


def test_a_released_persons_record_can_still_be_read():
    desk = make_desk()
    found = admitted(desk)
    release_detainee(desk, found.episode, "Home")
    head = read_record(desk, found.episode)
    assert head.row is None
    assert head.stay.released_to == "Home"
