"""What every view model is given: who acts, the threads, the place, and the way to another page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sonar_core.roles import Duty, refusal, refusal_to_write
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.identity_ports import Keys
from sonar_desktop.usecases.ports import Clock, Desk


class Page(StrEnum):
    """The pages of the rail, in its order; RECORD has no place in the rail."""

    BOARD = "board"
    DUE = "due"
    REFERRALS = "referrals"
    MEDICINES = "medicines"
    HANDOVER = "handover"
    CONFLICTS = "conflicts"
    EMERGENCIES = "emergencies"
    SYNC = "sync"
    HELP = "help"
    RECORD = "record"


class Tab(StrEnum):
    """The tabs of a record, in their order."""

    SUMMARY = "summary"
    ASSESSMENT = "assessment"
    OBSERVATIONS = "observations"
    MEDICINES = "medicines"
    PLAN = "plan"
    ACCESS_LOG = "access_log"


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where to go: a page; for a record which episode, which tab, which record or form in it.

    `sent_again` is the kind of an entry held back that is to be opened in the form it was written
    with, to be corrected; empty for any other.
    """

    page: Page
    episode: str | None = None
    tab: Tab = Tab.SUMMARY
    focus: str | None = None
    sent_again: str = ""


class Signing(Protocol):
    """How a screen asks that the person at the PC signs."""

    def confirm(self, then: Callable[[], None]) -> None:
        """Call `then` at once if their last PIN is fresh, else once they have entered it."""


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """One signed-in person at one PC; a new one is made at each sign-in.

    `door` opens a connection of its own to the server, for what is asked on the person's behalf.
    `keys` gives those of the PC.
    """

    background: Background
    desk: Desk
    clock: Clock
    zone: str
    site_name: str
    pc_name: str
    go: Callable[[Destination], None]
    signing: Signing
    late: LateDrafts
    door: Callable[[], ServerDoor]
    keys: Callable[[], Keys]

    def keeps_from(self, duty: Duty) -> str:
        """Return why the person's role cannot do something, in one sentence; empty where it can."""
        return refusal(self.desk.actor.role, duty)

    def may_correct(self, kind: str) -> bool:
        """Return whether the person's role amends and strikes out records of a kind."""
        return not refusal_to_write(self.desk.actor.role, kind)
