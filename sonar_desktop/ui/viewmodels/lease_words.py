"""What stands over every page while somebody works under a lease that has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sonar_core.moments import format_moment, moment_at
from sonar_desktop.usecases.sign_in import Admitted

_RUNS: Final = "Your reason is kept for the duty manager, and what you record is marked."
_ANSWERS: Final = (
    "The server can be reached: lock the screen, switch person and sign in with your password, and "
    "the emergency access ends."
)
_AWAY: Final = "Sign in again with your password once the server can be reached."
_OVER: Final = (
    "You can go on until this screen locks. Then sign in with your password, or give a reason for "
    "another 12 hours."
)
_UNCONFIRMED: Final = (
    "Nobody has confirmed who you are: what you said and why is kept for the duty manager, and "
    "what you record is marked."
)
_BY_NAME: Final = (
    "The server can be reached: switch person and sign in by name, and you record as yourself."
)
_ENDED: Final = (
    "You can go on until this screen locks; what you record meanwhile is marked. Then sign in with "
    "your password, or use emergency access."
)


@dataclass(frozen=True, kw_only=True)
class LeaseNotice:
    """A headline and what it means."""

    headline: str
    text: str


def lease_notice(
    admitted: Admitted, certain_ms: int, zone: str, *, in_contact: bool
) -> LeaseNotice | None:
    """Return what is to be said of a person's permission to work here; None while it runs.

    `certain_ms` is the latest time that is certain (UTC).
    """
    until = format_moment(moment_at(admitted.until_ms, zone))
    is_over = certain_ms >= admitted.until_ms
    if admitted.actor.emergency:
        if admitted.actor.lease_id is None:
            return _by_envelope(until, is_over=is_over, in_contact=in_contact)
        if is_over:
            return LeaseNotice(headline=f"Emergency access ended on {until}", text=_OVER)
        text = f"{_RUNS} {_ANSWERS if in_contact else _AWAY}"
        return LeaseNotice(headline=f"Emergency access until {until}", text=text)
    if is_over:
        return LeaseNotice(headline=f"Your sign-in on this PC ended on {until}", text=_ENDED)
    return None


def _by_envelope(until: str, *, is_over: bool, in_contact: bool) -> LeaseNotice:
    if is_over:
        return LeaseNotice(headline=f"Your hours by sealed envelope ended on {until}", text=_OVER)
    text = f"{_UNCONFIRMED} {_BY_NAME}" if in_contact else _UNCONFIRMED
    return LeaseNotice(headline=f"By sealed envelope until {until}", text=text)
