from __future__ import annotations

from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.patient import Patient
from sonar_core.records.registry import allergy_status_id
from sonar_desktop.usecases.allergies import knowledge_of, standing_allergies
from sonar_desktop.usecases.record_allergy import AllergyEntry, change_allergy, record_allergy
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.strike_out_allergy import strike_out_allergy
from tests.usecases.clinic import admitted
from tests.usecases.fakes import DOCTOR, Server, clock_of, make_desk, shown, sync


def knowledge(desk, patient):
    def look(reading):
        status = reading.get(AllergyStatus, allergy_status_id(patient))
        return knowledge_of(standing_allergies(reading, patient), status, reading.conflicts())

    return desk.store.read(look)


def substances(desk, patient):
    standing = desk.store.read(lambda reading: standing_allergies(reading, patient))
    return [one.substance for one in standing]


def two_desks():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    found = admitted(nurse)
    sync(server, nurse, doctor)
    return server, nurse, doctor, found.patient


def test_a_patient_whose_allergy_status_has_not_come_yet_is_not_recorded():
    desk = make_desk()
    person = Patient(id="p1", family="Barrow", given="")
    desk.store.write(desk.actor, "test", lambda writing: writing.record(person))
    assert knowledge(desk, "p1") is AllergyKnowledge.NOT_RECORDED
    review_allergies(desk, "p1", AllergyKnowledge.NONE_KNOWN)
    status = shown(desk, AllergyStatus, allergy_status_id("p1"))
    assert status.status is AllergyKnowledge.NONE_KNOWN
    assert knowledge(desk, "p1") is AllergyKnowledge.NONE_KNOWN


def test_an_allergy_struck_out_on_one_pc_and_changed_on_another_stands_until_decided():
    server, nurse, doctor, patient = two_desks()
    allergy, _ = record_allergy(nurse, patient, AllergyEntry(substance="Penicillin"))
    sync(server, nurse, doctor)
    strike_out_allergy(nurse, allergy, "Entered for the wrong person")
    change_allergy(doctor, allergy, AllergyEntry(substance="Penicillin", reaction="rash"))
    sync(server, nurse, doctor)
    assert shown(nurse, AllergyIntolerance, allergy).reaction == ""
    for desk in (nurse, doctor):
        assert substances(desk, patient) == ["Penicillin"]
        assert knowledge(desk, patient) is AllergyKnowledge.KNOWN


def test_two_names_given_to_one_allergy_are_both_avoided_until_decided():
    server, nurse, doctor, patient = two_desks()
    allergy, _ = record_allergy(nurse, patient, AllergyEntry(substance="Penicilin"))
    sync(server, nurse, doctor)
    change_allergy(nurse, allergy, AllergyEntry(substance="Penicillin"))
    change_allergy(doctor, allergy, AllergyEntry(substance="Amoxicillin"))
    sync(server, nurse, doctor)
    assert sorted(substances(nurse, patient)) == ["Amoxicillin", "Penicillin"]
