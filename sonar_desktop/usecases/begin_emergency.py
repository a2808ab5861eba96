"""Emergency access: somebody whose lease has ended, away from the server, goes on for 12 hours.

Care is not cut off because a network is (security.md 2.5; ADR 39). Nothing is waived but the end of
the lease: who the person is, what their role may do, which PC and suite, and that their account is
not closed and this PC not taken out of use are asked as at any sign-in.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.moments import HOUR_MS, moment_at
from sonar_core.records.access_event import MOST_REASON, AccessAction, AccessEvent
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import OpenedStore, Premises
from sonar_desktop.usecases.ports import Writing
from sonar_desktop.usecases.sign_in import (
    Admitted,
    Emergency,
    admitted_here,
    emergency_setting,
    member_of,
    standing_lease,
    under_emergency,
)

LASTS_MS: Final = 12 * HOUR_MS
LEAST_REASON: Final = 10
"""A reason of fewer characters says nothing to whoever answers for it."""


class ReasonMissingError(KnownError):
    """Nobody could answer for it later."""

    def __init__(self) -> None:
        super().__init__("Write why you need emergency access, in a few words.")


class ReasonTooLongError(KnownError):
    """It would not be kept whole."""

    def __init__(self) -> None:
        super().__init__(
            f"The reason has more than {MOST_REASON} characters. Shorten it; write the rest into a "
            "note once you are signed in."
        )


def begin_emergency(premises: Premises, opened: OpenedStore, user: str, reason: str) -> Admitted:
    """Let a person go on whose password has just opened this PC and whom the server cannot renew.

    The line of the access log with the reason is on disk before their key is lengthened; what they
    record names it. For a lease that still runs nothing is begun. Raises ReasonMissingError,
    ReasonTooLongError, as `admitted_here`, or what the disk says; nothing was begun then.
    """
    reason = checked_reason(reason)
    keys = premises.keys
    lease = standing_lease(premises, opened, user, may_have_ended=True)
    now_ms = keys.certain_ms()
    if now_ms < lease.not_after_ms:
        return admitted_here(premises, opened, user)
    event = AccessEvent(
        id=premises.ids.new(),
        action=AccessAction.EMERGENCY_ACCESS,
        recorded_at=moment_at(premises.clock.latest_ms(), premises.clock.zone()),
        user=user,
        reason=reason,
    )
    begun = Emergency(event=event.id, lease_id=lease.lease_id, until_ms=now_ms + LASTS_MS)
    admitted = under_emergency(lease, begun)

    def keep(writing: Writing) -> None:
        writing.record(event)
        writing.put_setting(emergency_setting(user), msgspec.json.encode(begun).decode())

    opened.store.write(admitted.actor, event.action.value, keep)
    keys.renew(member_of(lease), gen=lease.cred_gen, not_after_ms=begun.until_ms)
    return admitted


def checked_reason(reason: str) -> str:
    """Return the reason without the blanks around it; raise for one that says nothing."""
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise ReasonMissingError
    if len(reason) > MOST_REASON:
        raise ReasonTooLongError
    return reason
