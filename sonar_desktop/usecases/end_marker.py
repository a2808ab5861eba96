"""End a warning marker that no longer holds, or strike it out."""

from __future__ import annotations

from sonar_core.records.flag import Flag, FlagStanding
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def end_marker(
    desk: Desk, marker: str, reason: str, *, entered_in_error: bool = False
) -> tuple[str | None, Changed]:
    """End it with a reason; return the operation's id, None where it was not active.

    Raises InputError without a reason, RoleError.
    """
    require(desk.actor, Duty.KEEP_MARKERS)
    problems = Problems()
    problems.reason("reason", reason)
    problems.raise_if_any()
    status = FlagStanding.ENTERED_IN_ERROR if entered_in_error else FlagStanding.INACTIVE

    def act(writing: Writing) -> str | None:
        if existing(writing, Flag, marker).status is not FlagStanding.ACTIVE:
            return None
        return writing.edit(Flag, marker, {"status": status, "status_reason": reason.strip()})

    return desk.store.write(desk.actor, "end_marker", act)
