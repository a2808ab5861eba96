"""A server that is asked who looked, a duty manager who asks, and a line of its answer."""

from __future__ import annotations

import threading

import msgspec

from sonar_core.moments import moment_at
from sonar_core.sync.looked import Looked, LookedLine
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.usecases.errors import KnownError
from tests.ui.conftest import RHONA, ZONE

HELEN = msgspec.structs.replace(
    RHONA, user="0192d3a4-0000-7000-8000-0000000000e9", name="Helen Ward", role="manager"
)
MINUTE = 60_000


class Door:
    """A server that answers, or says why not, when it is let to."""

    def __init__(self) -> None:
        self.answer: Looked | KnownError = OfflineError()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked: list[tuple[str, str, str]] = []
        self.is_abandoned = False

    def hello(self) -> None:
        self.may_answer.wait()
        if isinstance(self.answer, KnownError):
            raise self.answer

    def looked(self, patient, user, lease_id):
        self.asked.append((patient, user, lease_id))
        return self.answer

    def abandon(self) -> None:
        self.is_abandoned = True
        self.may_answer.set()


def line(number: int, at_ms: int, **more) -> LookedLine:
    fields = {
        "id": f"0192d3a4-0000-7000-8000-0000000009{number:02}",
        "action": "opened_record",
        "user": RHONA.user,
        "name": RHONA.name,
        "role": "nurse",
        "pc": "NF-MED-02",
        "at": moment_at(at_ms, ZONE),
        "received_ms": at_ms + MINUTE,
    }
    return LookedLine(**(fields | more))
