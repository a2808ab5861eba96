"""See a detainee: the first contact, which stops the referral's clock."""

from __future__ import annotations

from typing import Any

from sonar_core.moments import Moment
from sonar_core.records.referral import Referral
from sonar_core.roles import Duty
from sonar_desktop.usecases.accept_referral import check_after_request
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def see_detainee(
    desk: Desk, referral: str, seen_at: Moment | None = None
) -> tuple[str | None, Changed]:
    """Record that the signed-in person has seen the detainee; an unaccepted one is accepted too.

    Raises InputError for a time before the request, RoleError.
    """
    require(desk.actor, Duty.RUN_STAY)
    at = seen_at or now(desk)

    def act(writing: Writing) -> str | None:
        found = existing(writing, Referral, referral)
        check_after_request(desk, found, "seen_at", at)
        changes: dict[str, Any] = {"seen_at": at, "seen_by": desk.actor.user}
        if found.accepted_at is None:
            changes |= {"accepted_at": at, "accepted_by": desk.actor.user}
        return writing.edit(Referral, referral, changes)

    return desk.store.write(desk.actor, "see_detainee", act)
