from __future__ import annotations

import pytest

from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.registry import allergy_status_id
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.review_allergies import review_allergies
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import NURSE, clock_of, make_desk, shown


@pytest.mark.parametrize("knowledge", [AllergyKnowledge.NONE_KNOWN, AllergyKnowledge.UNAVAILABLE])
def test_who_asked_and_when_is_kept_with_the_answer(knowledge):
    desk = make_desk()
    found = admitted(desk)
    review_allergies(desk, found.patient, knowledge)
    status = shown(desk, AllergyStatus, allergy_status_id(found.patient))
    assert (status.status, status.reviewed_by) == (knowledge, NURSE.user)
    assert status.reviewed_at == clock_of(desk).moment()


def test_allergies_on_the_record_are_confirmed_as_known():
    desk = make_desk()
    found = admitted(desk)
    record_allergy(desk, found.patient, AllergyEntry(substance="Penicillin"))
    clock_of(desk).forward(60)
    review_allergies(desk, found.patient, AllergyKnowledge.KNOWN)
    status = shown(desk, AllergyStatus, allergy_status_id(found.patient))
    assert status.reviewed_at == clock_of(desk).moment()


def test_no_known_allergies_cannot_be_said_over_an_allergy_that_stands():
    desk = make_desk()
    found = admitted(desk)
    record_allergy(desk, found.patient, AllergyEntry(substance="Penicillin"))
    said = problems_of(lambda: review_allergies(desk, found.patient, AllergyKnowledge.NONE_KNOWN))
    assert said == {"knowledge": "Strike out the allergies on the record first."}


@pytest.mark.parametrize(
    ("knowledge", "sentence"),
    [
        (AllergyKnowledge.KNOWN, "Record what they are allergic to."),
        (AllergyKnowledge.NOT_RECORDED, "Choose known, none known or unavailable."),
    ],
)
def test_known_needs_an_allergy_and_not_recorded_is_no_answer(knowledge, sentence):
    desk = make_desk()
    found = admitted(desk)
    said = problems_of(lambda: review_allergies(desk, found.patient, knowledge))
    assert said == {"knowledge": sentence}
