from __future__ import annotations

from sonar_core.records.medication_request import MedicationRequest, RequestStatus
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.stop_order import stop_order
from tests.usecases.clinic import admitted, paracetamol, problems_of
from tests.usecases.fakes import clock_of, make_desk, shown


def test_a_stopped_order_leaves_the_board_with_its_reason_kept():
    desk = make_desk()
    found = admitted(desk)
    order, _ = order_medicine(desk, paracetamol(found.episode))
    assert list_board(desk).rows[0].orders[0].request == order.id
    clock_of(desk).forward(5)
    stop_order(desk, order.id, "Liver tests came back")
    record = shown(desk, MedicationRequest, order.id)
    assert (record.status, record.status_reason) == (
        RequestStatus.STOPPED,
        "Liver tests came back",
    )
    assert record.stop_at == clock_of(desk).moment()
    assert list_board(desk).rows[0].orders == ()
    assert stop_order(desk, order.id, "Liver tests came back")[0] is None


def test_an_order_for_the_wrong_person_is_struck_out_with_a_reason():
    desk = make_desk()
    found = admitted(desk)
    order, _ = order_medicine(desk, paracetamol(found.episode))
    assert problems_of(lambda: stop_order(desk, order.id, "wrong")) == {
        "reason": "Write why, in at least 10 characters."
    }
    stop_order(desk, order.id, "Entered for the wrong person", entered_in_error=True)
    assert shown(desk, MedicationRequest, order.id).status is RequestStatus.ENTERED_IN_ERROR
