"""The question who looked at a person's record, asked by a PC and answered from the server's log.

With it another one of the same log: who went on under emergency access at the suite, or came by a
sealed envelope.

No PC holds another's access log (decision 2), so that none can answer by itself.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner

MOST_LINES: Final = 500
"""At most so many lines are sent, the newest."""


class AskLooked(msgspec.Struct, frozen=True, kw_only=True):
    """Ask who looked at a patient's record at the device's site, in a person's name and lease.

    An empty `patient` asks who began emergency access there, made envelopes or opened one.
    """

    protocol: int
    patient: str
    user: str
    lease_id: str


class LookedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an access log: the event's id, what was done, by whom, on which PC, when.

    `role` is that of the account today; name and role are empty where the server knows no account.
    `at` is by the PC's clock, `received_ms` when the server had it (UTC). `reason` is what was
    given for emergency access or an envelope, else empty. Of somebody who came by an envelope, name
    and role are what they said, with their `registration` and their `witness`.
    """

    id: str
    action: str
    user: str
    name: str
    role: str
    pc: str
    at: Moment
    received_ms: int
    reason: str = ""
    registration: str = ""
    witness: str = ""


def as_said(line: LookedLine, person: UnconfirmedPractitioner) -> LookedLine:
    """Return the line with what its author, whom an envelope let in, says of themselves."""
    return msgspec.structs.replace(
        line,
        name=person.shown_name,
        role=person.role.value,
        registration=person.registration,
        witness=person.witness,
    )


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """The lines, newest first, as the server had them at `server_ms` (UTC, its clock).

    `has_more` says that older ones were left out.
    """

    lines: tuple[LookedLine, ...]
    server_ms: int
    has_more: bool = False
