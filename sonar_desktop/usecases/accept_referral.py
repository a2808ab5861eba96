"""Accept a referral: somebody has taken it on."""

from __future__ import annotations

from sonar_core.moments import Moment
from sonar_core.records.referral import Referral
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def accept_referral(
    desk: Desk, referral: str, accepted_at: Moment | None = None
) -> tuple[str | None, Changed]:
    """Record that the signed-in person accepted it; return the operation's id, None if no change.

    Who accepts an accepted one takes it over; the first value stays in its history. Raises
    InputError for a time before the request, RoleError.
    """
    require(desk.actor, Duty.RUN_STAY)
    at = accepted_at or now(desk)

    def act(writing: Writing) -> str | None:
        found = existing(writing, Referral, referral)
        check_after_request(desk, found, "accepted_at", at)
        changes = {"accepted_at": at, "accepted_by": desk.actor.user}
        return writing.edit(Referral, referral, changes)

    return desk.store.write(desk.actor, "accept_referral", act)


def check_after_request(desk: Desk, referral: Referral, field: str, at: Moment) -> None:
    """Raise InputError for a time in the future or before the request."""
    problems = Problems()
    problems.happened(field, at, desk.clock)
    if at.utc_ms < referral.requested_at.utc_ms:
        problems.add(field, "This is before the referral was asked for.")
    problems.raise_if_any()
