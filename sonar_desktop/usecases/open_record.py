"""Open a record: who looked at whom is written down."""

from __future__ import annotations

from sonar_core.records.access_event import AccessAction
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import require
from sonar_desktop.usecases.log_access import log_access
from sonar_desktop.usecases.ports import Changed, Desk


def open_record(desk: Desk, episode: str) -> tuple[str, Changed]:
    """Write the line of the access log; return its id. Raises RoleError."""
    require(desk.actor, Duty.READ)
    event, changed = log_access(desk, AccessAction.OPENED_RECORD, episode)
    return event.id, changed
