from __future__ import annotations

from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.registry import allergy_status_id
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.strike_out_allergy import strike_out_allergy
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import make_desk, shown


def status_of(desk, patient):
    return shown(desk, AllergyStatus, allergy_status_id(patient)).status


def test_striking_out_the_only_allergy_leaves_not_recorded_and_never_none():
    desk = make_desk()
    found = admitted(desk)
    allergy, _ = record_allergy(desk, found.patient, AllergyEntry(substance="Aspirin"))
    strike_out_allergy(desk, allergy, "Entered for the wrong person")
    record = shown(desk, AllergyIntolerance, allergy)
    assert record.status is AllergyStanding.ENTERED_IN_ERROR
    assert record.status_reason == "Entered for the wrong person"
    assert status_of(desk, found.patient) is AllergyKnowledge.NOT_RECORDED


def test_with_another_allergy_left_allergies_stay_known():
    desk = make_desk()
    found = admitted(desk)
    first, _ = record_allergy(desk, found.patient, AllergyEntry(substance="Aspirin"))
    record_allergy(desk, found.patient, AllergyEntry(substance="Penicillin"))
    strike_out_allergy(desk, first, "Took it last week without harm", is_refuted=True)
    assert shown(desk, AllergyIntolerance, first).status is AllergyStanding.REFUTED
    assert status_of(desk, found.patient) is AllergyKnowledge.KNOWN


def test_what_is_struck_out_is_not_struck_out_twice():
    desk = make_desk()
    found = admitted(desk)
    allergy, _ = record_allergy(desk, found.patient, AllergyEntry(substance="Aspirin"))
    strike_out_allergy(desk, allergy, "Entered for the wrong person")
    assert strike_out_allergy(desk, allergy, "Entered for the wrong person")[0] is None


def test_striking_out_needs_a_reason_others_can_understand():
    desk = make_desk()
    found = admitted(desk)
    allergy, _ = record_allergy(desk, found.patient, AllergyEntry(substance="Aspirin"))
    said = problems_of(lambda: strike_out_allergy(desk, allergy, "error"))
    assert said == {"reason": "Write why, in at least 10 characters."}
