from __future__ import annotations

from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.read_chart import read_chart
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.stop_order import stop_order
from sonar_desktop.usecases.strike_out import strike_out
from tests.usecases.clinic import admitted, paracetamol
from tests.usecases.fakes import clock_of, make_desk, signing


def test_the_chart_shows_each_order_with_its_entries_and_what_is_next():
    desk = make_desk()
    found = admitted(desk)
    review_allergies(desk, found.patient, AllergyKnowledge.NONE_KNOWN)
    order, _ = order_medicine(desk, paracetamol(found.episode))
    regular, _ = order_medicine(
        desk,
        paracetamol(
            found.episode,
            medicine="Amoxicillin",
            ingredients=("amoxicillin",),
            as_needed=False,
            due_times=("18:00",),
        ),
    )
    one = Giving(
        signing=signing(desk, found.episode),
        request=order.id,
        code=DoseOutcome.GIVEN,
        dose="1000",
        identity_confirmed=True,
    )
    given, _ = give_medicine(desk, one)
    lines = read_chart(desk, found.episode)
    assert [line.order.id for line in lines] == [regular.id, order.id]
    assert lines[1].entries == (given,)
    assert lines[1].free_ms == given.performed_at.utc_ms + 4 * 3_600_000
    assert lines[1].next_ms is None
    assert lines[0].next_ms == clock_of(desk).now_ms() + (3 * 60 + 28) * 60_000
    assert not any(line.ask_first or line.is_emergency for line in lines)


def test_struck_out_entries_and_stopped_orders_stay_readable():
    desk = make_desk()
    found = admitted(desk)
    order, _ = order_medicine(desk, paracetamol(found.episode))
    one = Giving(
        signing=signing(desk, found.episode),
        request=order.id,
        code=DoseOutcome.WITHHELD,
        reason="Sedated",
    )
    entry, _ = give_medicine(desk, one)
    struck, _ = strike_out(desk, MedicationAdministration, entry.id, "Written for another")
    stop_order(desk, order.id, "Liver tests came back")
    (line,) = read_chart(desk, found.episode)
    assert line.entries == ()
    assert {one.id for one in line.struck} == {entry.id, struck.id}
    assert (line.next_ms, line.free_ms) == (None, None)
