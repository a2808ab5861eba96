from __future__ import annotations

from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.registry import allergy_status_id
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.record_allergy import AllergyEntry, change_allergy, record_allergy
from sonar_desktop.usecases.review_allergies import review_allergies
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import (
    DOCTOR,
    NURSE,
    Server,
    clock_of,
    make_desk,
    shown,
    store_of,
    sync,
)

PENICILLIN = AllergyEntry(
    substance=" Penicillin ",
    reaction="anaphylaxis",
    severity=AllergySeverity.LIFE_THREATENING,
    source="Detainee",
)


def test_an_allergy_and_the_words_known_allergies_are_written_in_one_action():
    desk = make_desk()
    found = admitted(desk)
    keep_draft(desk, record="al-1", form="allergy", episode=None, body=b"", place="")
    allergy, _ = record_allergy(desk, found.patient, PENICILLIN, draft="al-1")
    assert allergy != "al-1"
    assert shown(desk, AllergyIntolerance, allergy).substance == "Penicillin"
    status = shown(desk, AllergyStatus, allergy_status_id(found.patient))
    assert status.status is AllergyKnowledge.KNOWN
    assert (status.reviewed_by, status.reviewed_at) == (NURSE.user, clock_of(desk).moment())
    headers = [header for header, _ in store_of(desk).state.waiting][-2:]
    assert [header.kind for header in headers] == ["AllergyIntolerance", "AllergyStatus"]
    assert len({header.txn_id for header in headers}) == 1
    assert my_drafts(desk) == []


def test_no_known_allergies_written_elsewhere_meets_the_allergy_and_does_not_hide_it():
    server = Server()
    nurse = make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    found = admitted(nurse)
    sync(server, nurse, doctor)
    review_allergies(nurse, found.patient, AllergyKnowledge.NONE_KNOWN)
    record_allergy(doctor, found.patient, PENICILLIN)
    sync(server, nurse, doctor)
    conflicts = nurse.store.read(lambda reading: reading.conflicts())
    assert [(one.entity_kind, one.group) for one in conflicts] == [("AllergyStatus", "status")]


def test_an_allergy_can_be_changed_and_that_is_a_review():
    desk = make_desk()
    found = admitted(desk)
    allergy, _ = record_allergy(desk, found.patient, PENICILLIN)
    clock_of(desk).forward(5)
    worse = AllergyEntry(substance="Penicillin", reaction="rash", source="GP")
    operation, _ = change_allergy(desk, allergy, worse)
    assert operation is not None
    assert shown(desk, AllergyIntolerance, allergy).reaction == "rash"
    status = shown(desk, AllergyStatus, allergy_status_id(found.patient))
    assert status.reviewed_at == clock_of(desk).moment()


def test_changing_nothing_writes_nothing():
    desk = make_desk()
    found = admitted(desk)
    allergy, _ = record_allergy(desk, found.patient, PENICILLIN)
    before = len(store_of(desk).state.waiting)
    operation, change = change_allergy(desk, allergy, PENICILLIN)
    assert (operation, change.records) == (None, frozenset())
    assert len(store_of(desk).state.waiting) == before


def test_an_allergy_needs_a_substance():
    desk = make_desk()
    found = admitted(desk)
    said = problems_of(lambda: record_allergy(desk, found.patient, AllergyEntry(substance=" ")))
    assert said == {"substance": "Enter what they are allergic to."}
