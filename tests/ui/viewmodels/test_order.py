from __future__ import annotations

import pytest

from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_desktop.ui.viewmodels.order import OrderModel, Pattern, read_length
from tests.ui.disputes import drain
from tests.ui.medicine_story import MedicineStory


@pytest.fixture
def story(seed):
    return MedicineStory(seed)


@pytest.fixture
def form(qtbot, workplace, background, story):
    opened = []

    def open_(**how) -> OrderModel:
        model = OrderModel(workplace, story.episode, **how)
        opened.append(model)
        drain(qtbot, background)
        return model

    yield open_
    for model in opened:
        model.close()
    drain(qtbot, background)


def fill(model, **texts):
    for name, text in texts.items():
        model.set_text(name, text)


def test_an_order_has_its_own_interval_and_most(form, workplace, qtbot):
    model = form()
    fill(
        model,
        medicine="Dihydrocodeine",
        strength="30 mg",
        form="tablet",
        dose="30",
        interval="4h 30m",
        maximum="180",
        authority="pgd",
        authorised_by="014 v3",
    )
    with qtbot.waitSignal(model.ordered) as said:
        model.record()
    order = workplace.desk.store.read(lambda r: r.get(MedicationRequest, said.args[0]))
    assert (order.interval_minutes, order.maximum_24h, order.as_needed) == (270, "180", True)
    assert (order.ingredients, order.authority) == (("dihydrocodeine",), SupplyRoute.PGD)


def test_what_is_missing_is_said_beside_its_field(form, qtbot):
    model = form()
    model.record()
    assert model.problem("authority") == "Choose the authority."
    fill(model, authority="pgd", interval="four", pattern=Pattern.REGULAR.value)
    model.record()
    assert model.problem("interval") == "Enter hours or minutes: 4h, 30m, 4h 30m."
    assert model.problem("times") == "Enter times of day as 08:00."
    fill(model, interval="4h", times="08:00, 20:00")
    model.record()
    qtbot.waitUntil(lambda: bool(model.problem("medicine")))
    assert model.problem("medicine") == "Enter the medicine."
    assert model.problem("dose") == "Dose must be a number above 0."


def test_methadone_is_never_given_under_a_pgd(form, qtbot):
    model = form()
    fill(model, medicine="Methadone", dose="30", authority="pgd", authorised_by="x")
    model.record()
    qtbot.waitUntil(lambda: bool(model.problem("authority")))
    assert "never given under a PGD" in model.problem("authority")


def test_an_emergency_starts_from_the_list(form, workplace, qtbot):
    model = form(in_emergency=True)
    naloxone = next(one for one in model.emergency_list if one.ingredient == "naloxone")
    model.start_from(naloxone)
    fill(model, dose="400", unit="micrograms", route="intramuscular")
    with qtbot.waitSignal(model.ordered) as said:
        model.record()
    order = workplace.desk.store.read(lambda r: r.get(MedicationRequest, said.args[0]))
    assert (order.medicine, order.ingredients, order.due_times, order.as_needed) == (
        "Naloxone",
        ("naloxone",),
        (),
        False,
    )


def test_another_name_typed_over_is_not_made_of_what_the_list_said(form):
    model = form(in_emergency=True)
    model.start_from(model.emergency_list[0])
    model.set_text("medicine", "Morphine")
    assert model.texts.ingredients == ""


def test_what_was_typed_is_there_again(form, qtbot, background):
    model = form()
    fill(model, medicine="Thiamine", dose="100")
    model.leave_field()
    drain(qtbot, background)
    assert (form().texts.medicine, model.texts.dose) == ("Thiamine", "100")


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("4h", 240), ("6hr", 360), ("30m", 30), ("4h 30m", 270), ("", None), ("4", None), ("x", None)],
)
def test_lengths_are_hours_or_minutes_never_bare_numbers(typed, minutes):
    assert read_length(typed) == minutes
