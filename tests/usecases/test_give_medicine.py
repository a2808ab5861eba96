from __future__ import annotations

import pytest

from sonar_core.medicines.doses import TAKEN
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_desktop.usecases.acting import Amending
from sonar_desktop.usecases.give_medicine import Giving, Override, give_medicine
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.review_allergies import review_allergies
from tests.usecases.clinic import admitted, paracetamol, problems_of
from tests.usecases.fakes import NURSE, all_shown, clock_of, make_desk, shown, signing, store_of

ASKED = Override(
    prescriber="Dr Shah", how="telephone", reason="May have one dose early", read_back=True
)


def ordered(desk, *, allergies=AllergyKnowledge.NONE_KNOWN, **order):
    found = admitted(desk)
    if allergies is not None:
        review_allergies(desk, found.patient, allergies)
    return found, order_medicine(desk, paracetamol(found.episode, **order))[0]


def giving(desk, found, order, code=DoseOutcome.GIVEN, **other):
    given = {
        "signing": signing(desk, found.episode),
        "request": order.id,
        "code": code,
        "dose": "1000" if code in TAKEN else None,
        "identity_confirmed": True,
    }
    return Giving(**(given | other))


def test_a_dose_given_is_written_with_the_checks_as_they_stood():
    desk = make_desk()
    found, order = ordered(desk)
    one = giving(desk, found, order, unseen_since_ms=clock_of(desk).now_ms())
    record, _ = give_medicine(desk, one)
    assert shown(desk, MedicationAdministration, record.id) == record
    assert (record.medicine, record.strength, record.dose, record.unit) == (
        "Paracetamol",
        "500 mg",
        "1000",
        "mg",
    )
    assert [(check.rule, check.level) for check in record.checks] == [
        ("elsewhere", "unknown"),
        ("allergies_recorded", "clear"),
        ("interval", "clear"),
        ("maximum", "clear"),
    ]
    assert record.checks[0].text == "Doses given elsewhere since 14:32 are not known here."


@pytest.mark.parametrize(
    ("code", "more"),
    [
        (DoseOutcome.GIVEN, {}),
        (DoseOutcome.GIVEN_BY_CUSTODY, {"given_by_custody": "DO Perry"}),
        (DoseOutcome.PARTLY_GIVEN, {"dose": "500"}),
        (DoseOutcome.REFUSED, {"reason": "Says it makes him sick"}),
        (DoseOutcome.WITHHELD, {"reason": "Sedated"}),
        (DoseOutcome.NOT_AVAILABLE, {"reason": "None in the cupboard"}),
        (DoseOutcome.ASLEEP, {}),
        (DoseOutcome.NOT_IN_SUITE, {}),
        (DoseOutcome.VOMITED, {}),
    ],
)
def test_every_code_of_the_chart_can_be_recorded(code, more):
    desk = make_desk()
    found, order = ordered(desk)
    due = clock_of(desk).moment(10)
    again = clock_of(desk).in_minutes(30)
    one = giving(desk, found, order, code, due_at=due, again_at=again, **more)
    record, _ = give_medicine(desk, one)
    assert (record.code, record.due_at, record.again_at) == (code, due, again)
    assert bool(record.checks) == (code in TAKEN)


def test_allergies_not_recorded_hold_up_every_medicine_but_an_emergency():
    desk = make_desk()
    found, order = ordered(desk, allergies=None)
    said = problems_of(lambda: give_medicine(desk, giving(desk, found, order)))
    assert said == {
        "check.allergies_recorded": "Allergies are not recorded. Record them first."
        " Emergency medicines can still be given."
    }
    overruled = giving(desk, found, order, override=ASKED)
    assert "check.allergies_recorded" in problems_of(lambda: give_medicine(desk, overruled))
    naloxone, _ = order_medicine(
        desk,
        paracetamol(
            found.episode,
            medicine="Naloxone",
            strength="400 micrograms/mL",
            ingredients=("naloxone",),
            dose="400",
            unit="micrograms",
            route="intramuscular",
            interval_minutes=None,
            maximum_24h=None,
        ),
    )
    record, _ = give_medicine(desk, giving(desk, found, naloxone, dose="400"))
    assert record.code is DoseOutcome.GIVEN


def test_a_dose_given_an_hour_ago_before_anyone_asked_about_allergies_is_explained_not_lost():
    desk = make_desk()
    found, order = ordered(desk, allergies=None, start_at=clock_of(desk).moment(120))
    late = giving(desk, found, order, signing=signing(desk, found.episode, 60), override=ASKED)
    record, _ = give_medicine(desk, late)
    assert record.override_reason == "Dr Shah, telephone, read back: May have one dose early"


def test_a_second_dose_within_the_interval_needs_a_prescribers_word():
    desk = make_desk()
    found, order = ordered(desk)
    give_medicine(desk, giving(desk, found, order))
    clock_of(desk).forward(239)
    said = problems_of(lambda: give_medicine(desk, giving(desk, found, order)))
    assert said == {
        "check.interval": "Paracetamol 14:32, 3hr 59min apart. The order says 4hr at least."
    }
    record, _ = give_medicine(desk, giving(desk, found, order, override=ASKED))
    assert record.override_reason.startswith("Dr Shah")
    assert ("interval", "stop") in [(check.rule, check.level) for check in record.checks]


def test_a_known_allergy_to_what_it_holds_stops_the_dose():
    desk = make_desk()
    found, order = ordered(desk)
    record_allergy(desk, found.patient, AllergyEntry(substance="paracetamol", reaction="hives"))
    said = problems_of(lambda: give_medicine(desk, giving(desk, found, order)))
    assert said == {"check.allergy": "Allergy to paracetamol: hives."}


def test_what_custody_handed_over_has_happened_and_is_recorded_whatever_the_checks_say():
    desk = make_desk()
    found, order = ordered(desk)
    give_medicine(desk, giving(desk, found, order))
    clock_of(desk).forward(10)
    one = giving(desk, found, order, DoseOutcome.GIVEN_BY_CUSTODY, given_by_custody="DO Perry")
    record, _ = give_medicine(desk, one)
    assert record.checks[0].level == "stop"


def test_amending_a_dose_does_not_count_it_twice():
    desk = make_desk()
    found, order = ordered(desk)
    first, _ = give_medicine(desk, giving(desk, found, order))
    clock_of(desk).forward(5)
    amending = Amending(of=first.id, reason="One tablet, not two")
    corrected = giving(
        desk, found, order, dose="500", signing=signing(desk, found.episode, 5, amending=amending)
    )
    second, _ = give_medicine(desk, corrected)
    assert (second.replaces, second.dose) == (first.id, "500")
    assert {check.level for check in second.checks} == {"clear"}


def test_what_is_missing_from_a_dose_is_said_beside_its_field():
    desk = make_desk()
    found, order = ordered(desk)
    weak = Override(prescriber=" ", how="", reason="yes", read_back=False)
    given = giving(
        desk,
        found,
        order,
        dose="two",
        witness=NURSE.user,
        override=weak,
    )
    assert problems_of(lambda: give_medicine(desk, given)) == {
        "dose": "Dose must be a number above 0.",
        "witness": "The witness must be a different person from the giver.",
        "override.prescriber": "Enter the prescriber.",
        "override.how": "Enter how they were reached.",
        "override.reason": "Write why, in at least 10 characters.",
        "override.read_back": "Read it back to the prescriber first.",
    }
    refused = giving(desk, found, order, DoseOutcome.REFUSED, dose="1000")
    assert problems_of(lambda: give_medicine(desk, refused)) == {
        "dose": "No dose was taken. Leave it empty.",
        "reason": "Enter why.",
    }
    custody = giving(desk, found, order, DoseOutcome.GIVEN_BY_CUSTODY)
    assert problems_of(lambda: give_medicine(desk, custody)) == {
        "given_by_custody": "Enter who handed it over."
    }
    error = giving(desk, found, order, DoseOutcome.ENTERED_IN_ERROR)
    assert problems_of(lambda: give_medicine(desk, error)) == {
        "code": "Strike the entry out instead."
    }
    assert all_shown(desk, MedicationAdministration) == []
    assert store_of(desk).state.waiting[-1][0].kind == "MedicationRequest"


def test_who_it_is_must_have_been_asked_before_giving():
    desk = make_desk()
    found, order = ordered(desk)
    given = giving(desk, found, order, identity_confirmed=None)
    assert problems_of(lambda: give_medicine(desk, given)) == {
        "identity_confirmed": "Ask for name and date of birth first."
    }


def test_nobody_who_needs_naloxone_is_asked_for_their_name():
    desk = make_desk()
    found, order = ordered(
        desk,
        allergies=None,
        medicine="Naloxone",
        ingredients=("naloxone",),
        dose="400",
        unit="micrograms",
        route="intramuscular",
    )
    given = giving(desk, found, order, dose="400", identity_confirmed=None)
    record, _ = give_medicine(desk, given)
    assert (record.dose, record.identity_confirmed) == ("400", None)
