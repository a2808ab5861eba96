from __future__ import annotations

from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.task import Task
from sonar_desktop.usecases.admit_detainee import admit_detainee
from sonar_desktop.usecases.give_medicine import Override
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.stop_order import stop_order
from sonar_desktop.usecases.strike_out import strike_out
from tests.usecases.clinic import arrival, paracetamol
from tests.usecases.fakes import all_shown, clock_of
from tests.usecases.two_pcs import TwoPCs

ASKED = Override(
    prescriber="Dr Shah", how="telephone", reason="May have one dose early", read_back=True
)
RASH = AllergyEntry(substance="Paracetamol", reaction="rash")


def said(tasks):
    return [task.what for task in tasks]


def test_two_doses_that_held_apart_break_the_interval_together_on_every_pc():
    pcs = TwoPCs()
    pcs.give(pcs.nurse, 100)
    pcs.give(pcs.doctor, 40)
    assert pcs.waiting(pcs.nurse) == pcs.waiting(pcs.doctor) == []
    pcs.sync()
    assert said(pcs.waiting(pcs.nurse)) == [
        "Check: Paracetamol given 23:52. Paracetamol 22:52, 1hr apart. The order says 4hr at least."
    ]
    assert pcs.waiting(pcs.doctor) == pcs.waiting(pcs.nurse)
    assert all_shown(pcs.nurse, Task) == [], "nobody wrote it"


def test_both_together_pass_the_maximum():
    pcs = TwoPCs()
    for ago in (580, 330):
        pcs.give(pcs.nurse, ago)
    for ago in (290, 40):
        pcs.give(pcs.doctor, ago)
    pcs.sync()
    assert len(pcs.waiting(pcs.nurse)) == 1, "330 and 290 are 40 minutes apart; 4000 mg is allowed"
    pcs.give(pcs.nurse, 0, override=ASKED)
    assert len(pcs.waiting(pcs.nurse)) == 1, "a prescriber overruled what the nurse was shown"


def test_a_maximum_that_nobody_was_shown_is_asked_about():
    pcs = TwoPCs()
    for ago, who in ((590, pcs.nurse), (440, pcs.doctor), (340, pcs.nurse), (190, pcs.doctor)):
        pcs.give(who, ago)
    pcs.give(pcs.nurse, 90)
    pcs.sync()
    assert "5000 mg in 24hr with this dose, of 4000 mg." in " ".join(said(pcs.waiting(pcs.doctor)))


def test_an_allergy_recorded_on_another_pc_is_asked_about_for_order_and_dose():
    pcs = TwoPCs()
    pcs.give(pcs.nurse, 40)
    record_allergy(pcs.doctor, pcs.found.patient, RASH)
    assert said(pcs.waiting(pcs.doctor)) == [
        "Check: Paracetamol is ordered. Allergy to Paracetamol: rash."
    ]
    pcs.sync()
    assert said(pcs.waiting(pcs.nurse)) == [
        "Check: Paracetamol is ordered. Allergy to Paracetamol: rash.",
        "Check: Paracetamol given 23:52. Allergy to Paracetamol: rash.",
    ]


def test_a_dose_given_after_the_order_was_stopped_elsewhere_is_asked_about():
    pcs = TwoPCs()
    stop_order(pcs.doctor, pcs.order.id, "Liver tests came back")
    clock_of(pcs.nurse).forward(10)
    pcs.give(pcs.nurse, 0)
    pcs.sync()
    assert said(pcs.waiting(pcs.nurse)) == [
        "Check: Paracetamol given 00:42. The order ended at 00:32."
    ]


def test_striking_a_dose_out_is_an_answer_of_its_own():
    pcs = TwoPCs()
    pcs.give(pcs.nurse, 100)
    second = pcs.give(pcs.doctor, 40)
    pcs.sync()
    strike_out(pcs.nurse, MedicationAdministration, second.id, "Charted on the wrong person")
    assert pcs.waiting(pcs.nurse) == []
    assert len(pcs.waiting(pcs.doctor)) == 1
    pcs.sync()
    assert pcs.waiting(pcs.doctor) == []


def test_a_dose_in_an_earlier_stay_counts_and_that_stays_orders_are_not_asked_about():
    pcs = TwoPCs()
    pcs.give(pcs.doctor, 100)
    release_detainee(pcs.nurse, pcs.found.episode, "Home")
    again = admit_detainee(
        pcs.nurse,
        arrival(
            pcs.nurse,
            person=None,
            known_patient=pcs.found.patient,
            custody_record_number="NF/3500",
            arrived_at=clock_of(pcs.nurse).moment(20),
            requested_at=clock_of(pcs.nurse).moment(20),
        ),
    )[0]
    order, _ = order_medicine(pcs.nurse, paracetamol(again.episode))
    pcs.give(pcs.nurse, 0, order)
    assert pcs.waiting(pcs.nurse, again.episode) == []
    pcs.sync()
    assert len(pcs.waiting(pcs.nurse, again.episode)) == 1
    assert pcs.waiting(pcs.doctor, again.episode) == pcs.waiting(pcs.nurse, again.episode)
