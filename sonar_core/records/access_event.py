"""That somebody came, left, was refused, opened or disclosed something: FHIR AuditEvent."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sonar_core.moments import Moment
from sonar_core.records.base import Record

MOST_TYPED: Final = 80
"""Of a name that was typed and refused, no more is kept."""
MOST_REASON: Final = 500
"""A reason has no more characters."""


class AccessAction(StrEnum):
    """What was done; a disclosure is text of a record that left SONAR, as for custody's log."""

    SIGNED_IN = "signed_in"
    UNLOCKED = "unlocked"
    """Somebody who was signed in came back to a locked screen, by PIN or password."""
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
    EMERGENCY_ACCESS = "emergency_access"
    """Somebody whose lease had ended, away from the server, went on for hours; why is written."""
    ENVELOPE_OPENED = "envelope_opened"
    """Somebody without an account here came in by a sealed envelope, or went on; why is written."""
    ENVELOPES_MADE = "envelopes_made"
    OPENED_RECORD = "opened_record"
    DISCLOSED = "disclosed"


ANSWERED_FOR: Final = (
    AccessAction.EMERGENCY_ACCESS,
    AccessAction.ENVELOPE_OPENED,
    AccessAction.ENVELOPES_MADE,
)
"""What those who answer for a suite are shown of everybody who works there."""


class AccessEvent(Record, frozen=True, kw_only=True):
    """One line of the access log of this device; never pulled by another.

    `user` is who acted, or whose PIN or password was refused. Where somebody typed a name that
    was refused, `user` is None and `typed` the name, never more than MOST_TYPED characters of it.
    `reason` is what the person gave for emergency access or the envelope, else empty.
    """

    action: AccessAction
    recorded_at: Moment
    user: str | None
    patient: str | None = None
    episode: str | None = None
    typed: str = ""
    reason: str = ""
