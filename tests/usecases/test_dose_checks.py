from __future__ import annotations

from sonar_core.medicines.checks import CheckLevel, Rule, is_blocked
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_desktop.usecases.dose_checks import read_dose_checks
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.stop_order import stop_order
from sonar_desktop.usecases.strike_out import strike_out
from tests.usecases.clinic import admitted, paracetamol
from tests.usecases.fakes import DOCTOR, Server, clock_of, make_desk, signing, sync


def checks(desk, order, **other):
    at = clock_of(desk).moment()
    return read_dose_checks(desk, order, "1000", at, **({"unseen_since_ms": None} | other))


def test_a_dose_struck_out_no_longer_counts():
    desk = make_desk()
    found = admitted(desk)
    review_allergies(desk, found.patient, AllergyKnowledge.NONE_KNOWN)
    order, _ = order_medicine(desk, paracetamol(found.episode))
    given, _ = give_medicine(
        desk,
        Giving(
            signing=signing(desk, found.episode),
            request=order.id,
            code=DoseOutcome.GIVEN,
            dose="1000",
            identity_confirmed=True,
        ),
    )
    clock_of(desk).forward(5)
    assert is_blocked(checks(desk, order.id))
    strike_out(desk, MedicationAdministration, given.id, "Written for the wrong person")
    found_now = checks(desk, order.id)
    assert not is_blocked(found_now)
    assert {check.level for check in found_now} == {CheckLevel.CLEAR}


def test_two_versions_of_an_order_are_asked_about_before_either_is_given():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    found = admitted(nurse)
    review_allergies(nurse, found.patient, AllergyKnowledge.NONE_KNOWN)
    order, _ = order_medicine(nurse, paracetamol(found.episode))
    sync(server, nurse, doctor)
    stop_order(nurse, order.id, "Liver tests came back")
    changes = {"dose": "500"}
    doctor.store.write(
        doctor.actor, "test", lambda writing: writing.edit(MedicationRequest, order.id, changes)
    )
    sync(server, nurse, doctor)
    for desk in (nurse, doctor):
        first = checks(desk, order.id)[0]
        assert (first.rule, first.level) == (Rule.ORDER, CheckLevel.STOP)
        assert first.text == "There are two versions of this order. Ask a prescriber first."


def test_what_other_pcs_gave_meanwhile_is_said_to_be_unknown():
    desk = make_desk()
    found = admitted(desk)
    review_allergies(desk, found.patient, AllergyKnowledge.NONE_KNOWN)
    order, _ = order_medicine(desk, paracetamol(found.episode))
    since = clock_of(desk).now_ms()
    clock_of(desk).forward(192)
    unknown = checks(desk, order.id, unseen_since_ms=since)[0]
    assert unknown.level is CheckLevel.UNKNOWN
    assert unknown.text == "Doses given elsewhere since 14:32 are not known here."
