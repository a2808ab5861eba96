"""That somebody came, left, was refused, opened or disclosed something: FHIR AuditEvent."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.moments import Moment
from sonar_core.records.base import Record


class AccessAction(StrEnum):
    """What was done; a disclosure is text of a record that left SONAR, as for custody's log."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
    OPENED_RECORD = "opened_record"
    DISCLOSED = "disclosed"


class AccessEvent(Record, frozen=True, kw_only=True):
    """One line of the access log of this device; never pulled by another."""

    action: AccessAction
    recorded_at: Moment
    user: str | None
    patient: str | None = None
    episode: str | None = None
