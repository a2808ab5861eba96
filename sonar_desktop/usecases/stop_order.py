"""Stop an order, so that no more doses are given under it."""

from __future__ import annotations

from sonar_core.records.medication_request import MedicationRequest, RequestStatus
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def stop_order(
    desk: Desk, request: str, reason: str, *, entered_in_error: bool = False
) -> tuple[str | None, Changed]:
    """Stop the order now, or strike it out; return the operation's id, None if it was not active.

    Raises InputError without a reason, RoleError.
    """
    require(desk.actor, Duty.ORDER_MEDICINE)
    problems = Problems()
    problems.reason("reason", reason)
    problems.raise_if_any()
    status = RequestStatus.ENTERED_IN_ERROR if entered_in_error else RequestStatus.STOPPED

    def act(writing: Writing) -> str | None:
        order = existing(writing, MedicationRequest, request)
        if order.status is not RequestStatus.ACTIVE:
            return None
        changes = {"status": status, "status_reason": reason.strip(), "stop_at": now(desk)}
        return writing.edit(MedicationRequest, request, changes)

    return desk.store.write(desk.actor, "stop_order", act)
