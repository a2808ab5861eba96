"""The question who looked at a person's record, asked by a PC and answered from the server's log.

With it another one of the same log: who went on under emergency access at the suite.

No PC holds another's access log (decision 2), so that none can answer by itself.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.moments import Moment

MOST_LINES: Final = 500
"""At most so many lines are sent, the newest."""


class AskLooked(msgspec.Struct, frozen=True, kw_only=True):
    """Ask who looked at a patient's record at the device's site, in a person's name and lease.

    An empty `patient` asks who began emergency access there.
    """

    protocol: int
    patient: str
    user: str
    lease_id: str


class LookedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an access log: the event's id, what was done, by whom, on which PC, when.

    `role` is that of the account today; name and role are empty where the server knows no account.
    `at` is by the PC's clock, `received_ms` when the server had it (UTC). `reason` is what was
    given for emergency access, empty for any other action.
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


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """The lines, newest first, as the server had them at `server_ms` (UTC, its clock).

    `has_more` says that older ones were left out.
    """

    lines: tuple[LookedLine, ...]
    server_ms: int
    has_more: bool = False
