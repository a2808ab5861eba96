"""Close a referral: it is dealt with, or the request was taken back."""

from __future__ import annotations

from sonar_core.records.referral import Referral
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def close_referral(
    desk: Desk, referral: str, cancel_reason: str = ""
) -> tuple[str | None, Changed]:
    """Record the end of a referral; one that nobody has seen needs a reason.

    Raises InputError, RoleError.
    """
    require(desk.actor, Duty.RUN_STAY)

    def act(writing: Writing) -> str | None:
        found = existing(writing, Referral, referral)
        problems = Problems()
        if found.seen_at is None:
            problems.require("cancel_reason", cancel_reason, "why nobody needs to see them")
        problems.raise_if_any()
        changes = {"closed_at": now(desk), "cancel_reason": cancel_reason.strip()}
        return writing.edit(Referral, referral, changes)

    return desk.store.write(desk.actor, "close_referral", act)
