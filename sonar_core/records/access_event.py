"""That somebody opened, exported or was refused something: FHIR AuditEvent."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.moments import Moment
from sonar_core.records.base import Record


class AccessAction(StrEnum):
    """What was done."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
    OPENED_RECORD = "opened_record"
    SEARCHED = "searched"
    CLOCK_CHANGED = "clock_changed"


class AccessEvent(Record, frozen=True, kw_only=True):
    """One line of the access log of this device; never pulled by another."""

    action: AccessAction
    recorded_at: Moment
    user: str | None
    patient: str | None = None
    episode: str | None = None
