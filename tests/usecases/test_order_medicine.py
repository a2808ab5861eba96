from __future__ import annotations

import pytest

from sonar_core.records.medication_request import MedicationRequest, RequestStatus, SupplyRoute
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.order_medicine import order_medicine
from tests.usecases.clinic import admitted, paracetamol, problems_of
from tests.usecases.fakes import all_shown, clock_of, make_desk, shown, store_of


def test_an_order_is_written_as_it_was_typed_with_its_own_limits():
    desk = make_desk()
    found = admitted(desk)
    keep_draft(desk, record="o1", form="order", episode=found.episode, body=b"", place="")
    record, _ = order_medicine(desk, paracetamol(found.episode, draft="o1"))
    assert record.id != "o1"
    assert shown(desk, MedicationRequest, record.id) == record
    assert record.ingredients == ("paracetamol",)
    assert (record.dose, record.interval_minutes, record.maximum_24h) == ("1000", 240, "4000")
    assert (record.status, record.start_at) == (RequestStatus.ACTIVE, clock_of(desk).moment())
    assert my_drafts(desk) == []
    assert store_of(desk).state.waiting[-1][0].scope.endswith("/medicines")


def test_a_regular_medicine_has_its_times_of_day_in_order():
    desk = make_desk()
    found = admitted(desk)
    regular = paracetamol(
        found.episode, as_needed=False, due_times=("18:00", "08:00"), maximum_24h=None
    )
    record, _ = order_medicine(desk, regular)
    assert record.due_times == ("08:00", "18:00")


@pytest.mark.parametrize("medicine", ["Methadone", "buprenorphine"])
def test_methadone_and_buprenorphine_are_never_ordered_under_a_pgd(medicine):
    desk = make_desk()
    found = admitted(desk)
    wrong = paracetamol(found.episode, medicine=medicine, ingredients=(medicine,))
    said = problems_of(lambda: order_medicine(desk, wrong))
    assert said == {"authority": "Methadone and buprenorphine are never given under a PGD."}
    allowed = paracetamol(
        found.episode,
        medicine=medicine,
        ingredients=(medicine,),
        authority=SupplyRoute.PRESCRIPTION,
    )
    assert order_medicine(desk, allowed)[0].medicine == medicine


@pytest.mark.parametrize("unit", ["U", "IU", "µg"])
def test_units_that_are_read_wrong_are_written_in_full(unit):
    desk = make_desk()
    found = admitted(desk)
    said = problems_of(lambda: order_medicine(desk, paracetamol(found.episode, unit=unit)))
    assert said == {"unit": "Write the unit in full: units, micrograms."}


def test_what_is_missing_from_an_order_is_said_beside_each_field():
    desk = make_desk()
    found = admitted(desk)
    wrong = paracetamol(
        found.episode,
        medicine="",
        ingredients=(" ",),
        dose="two",
        unit="",
        route="",
        authorised_by="",
        maximum_24h="-1",
        interval_minutes=0,
        due_times=("8am",),
    )
    said = problems_of(lambda: order_medicine(desk, wrong))
    assert said == {
        "medicine": "Enter the medicine.",
        "ingredients": "Enter what the medicine is made of.",
        "dose": "Dose must be a number above 0.",
        "unit": "Enter the unit.",
        "route": "Enter the route.",
        "authorised_by": "Enter who authorised it.",
        "maximum_24h": "The most in 24hr must be a number above 0.",
        "interval_minutes": "The least time between doses must be above 0.",
        "due_times": "Enter times of day as 08:00.",
    }
    assert all_shown(desk, MedicationRequest) == []


def test_a_dose_that_is_infinite_or_no_number_is_refused():
    desk = make_desk()
    found = admitted(desk)
    for dose in ("Infinity", "NaN", "0"):
        said = problems_of(
            lambda dose=dose: order_medicine(desk, paracetamol(found.episode, dose=dose))
        )
        assert said == {"dose": "Dose must be a number above 0."}
