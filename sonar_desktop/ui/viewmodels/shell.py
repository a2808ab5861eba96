"""What stands round every page: place, clock, who is signed in, badges, and finding a person."""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from sonar_core.board.rows import BoardRow
from sonar_core.board.words import name_text, who_text
from sonar_core.moments import format_date, format_time, moment_at, wall_date
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.roles import Duty, role_word
from sonar_desktop.ui.viewmodels.lease_words import LeaseNotice, lease_notice
from sonar_desktop.ui.viewmodels.session import SessionModel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.viewmodels.sync_words import unsent
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace
from sonar_desktop.usecases.find_person import Found as Stay
from sonar_desktop.usecases.find_person import find_person
from sonar_desktop.usecases.sync_ports import is_in_contact

MOST_FOUND: Final = 8
LEAST_TYPED: Final = 2

_LEFT: Final = {
    EpisodeStatus.RELEASED: "Released",
    EpisodeStatus.TRANSFERRED: "Transferred",
    None: "Was here before. The record comes back to this PC once a new referral is sent",
}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A person found by the find field; without an episode there is no record here to open."""

    episode: str | None
    name: str
    detail: str


class ShellModel(QObject):
    """The frame's state.

    Signals:
        changed(): clock, badges, title or counts changed.
        found(str, tuple[Found, ...]): who fits this text, released people and aliases too.
    """

    changed = Signal()
    found = Signal(str, object)

    def __init__(self, session: SessionModel, sync: SyncModel, workplace: Workplace) -> None:
        """Take the session and the person's workplace."""
        super().__init__()
        self.session = session
        self.sync = sync
        self.workplace = workplace
        self._clock = session.premises.clock
        session.alarms.changed.connect(self.changed)
        sync.changed.connect(self.changed)

    def close(self) -> None:
        """Stop listening."""
        self.session.alarms.changed.disconnect(self.changed)
        self.sync.changed.disconnect(self.changed)

    def offers(self, page: Page) -> bool:
        """Return whether the person's role has the page; for any other it is not there at all."""
        return page is not Page.EMERGENCIES or not self.workplace.keeps_from(Duty.SEE_ACCESS)

    @property
    def place(self) -> tuple[str, str]:
        """The suite, and this PC's name."""
        return self.workplace.site_name, f"PC {self.workplace.pc_name}"

    @property
    def person(self) -> tuple[str, str, str]:
        """Name, initials and role of who is signed in."""
        actor = self.workplace.desk.actor
        return actor.name, actor.initials, role_word(actor.role)

    @property
    def clock(self) -> tuple[str, str]:
        """``14:32`` and ``Sat 14-Nov-2026``."""
        return clock_words(self._clock.now_ms(), self.workplace.zone)

    @property
    def late(self) -> int:
        """How many due items are late."""
        return self.session.alarms.due_late_count

    @property
    def to_check(self) -> int:
        """How many rules of medicines wait for an answer."""
        return self.session.alarms.to_check_count

    @property
    def title(self) -> str:
        """The window's title."""
        return window_title(self.session)

    @property
    def sound_line(self) -> str:
        """What is said while this PC cannot sound."""
        return "This PC cannot sound: look often" if self.session.alarms.is_silent else ""

    @property
    def protection_line(self) -> str:
        """What is said while the device secret is in a file by policy."""
        return "Reduced protection" if self.session.premises.keys.reduced_protection else ""

    @property
    def lease(self) -> LeaseNotice | None:
        """What is said while the person works under a lease that has ended."""
        admitted, background = self.session.admitted, self.session.background
        if admitted is None:
            return None
        return lease_notice(
            admitted,
            self.session.premises.keys.certain_ms(),
            self.workplace.zone,
            in_contact=is_in_contact(background.latest_status),
        )

    @property
    def unsent_words(self) -> str:
        """What is said before a sign-out, empty where everything is sent."""
        waiting = self.sync.waiting
        words = unsent(waiting)
        if not words:
            return ""
        they = ("They stay", "are sent") if waiting.entries > 1 else ("It stays", "is sent")
        return (
            f"{words} not sent yet. {they[0]} encrypted on this PC and {they[1]} when anyone signs "
            "in here."
        )

    def find(self, text: str) -> tuple[Found, ...]:
        """Return who fits a name, a cell or a record number, best first; nobody for one letter."""
        words = text.casefold().split()
        if len("".join(words)) < LEAST_TYPED:
            return ()
        now = self._clock.now_ms()
        fitting = [
            (rank, row.cell, row)
            for row in self.session.alarms.rows
            if (rank := _rank(row, words)) is not None
        ]
        fitting.sort(key=lambda item: item[:2])
        return tuple(
            Found(
                episode=row.episode,
                name=f"{row.cell} {name_text(row)}".strip(),
                detail=who_text(row, now),
            )
            for _, _, row in fitting[:MOST_FOUND]
        )

    def search(self, text: str) -> None:
        """Look through released people and aliases too; `found` tells who fits, the board first."""
        here = self.find(text)
        desk, background = self.workplace.desk, self.workplace.background

        def merge(stays: tuple[Stay, ...]) -> None:
            known = {one.episode for one in here}
            more = tuple(
                Found(episode=one.episode, name=_stay_name(one), detail=self._stay_detail(one))
                for one in stays
                if one.episode not in known
            )
            self.found.emit(text, (*here, *more)[:MOST_FOUND])

        background.look(lambda: find_person(desk, text), merge)

    def _stay_detail(self, one: Stay) -> str:
        alias = f"Also known as {one.through_alias}" if one.through_alias else ""
        left = f"Moved to {one.moved_to}" if one.moved_to else _LEFT.get(one.status, "")
        parts = (alias, left, self._arrived(one.arrived_ms), one.custody_record_number)
        return " · ".join(part for part in parts if part)

    def _arrived(self, at_ms: int | None) -> str:
        if at_ms is None:
            return ""
        return f"Arrived {format_date(wall_date(moment_at(at_ms, self.workplace.zone)))}"

    def open_found(self, episode: str) -> None:
        """Go to a found person's record."""
        self.workplace.go(Destination(page=Page.RECORD, episode=episode))


def window_title(session: SessionModel) -> str:
    """Return the window's title: no name, how many are late."""
    late = session.alarms.late_count
    return f"SONAR Desktop ({late} late)" if late else "SONAR Desktop"


def clock_words(now_ms: int, zone: str) -> tuple[str, str]:
    """Return ``14:32`` and ``Sat 14-Nov-2026``."""
    moment = moment_at(now_ms, zone)
    day = wall_date(moment)
    return format_time(moment), f"{_DAYS[day.weekday()]} {format_date(day)}"


def long_clock_words(now_ms: int, zone: str) -> tuple[str, str]:
    """Return ``07:06`` and ``Saturday 14-Nov-2026``."""
    moment = moment_at(now_ms, zone)
    day = wall_date(moment)
    return format_time(moment), f"{_LONG_DAYS[day.weekday()]} {format_date(day)}"


def _stay_name(one: Stay) -> str:
    is_here = one.status is EpisodeStatus.OPEN and not one.moved_to
    return f"{one.cell} {one.name}".strip() if is_here else one.name


def _rank(row: BoardRow, words: list[str]) -> int | None:
    """Return how well a row fits: the cell, the beginning of a name, anywhere; None for not."""
    parts = [row.cell, row.family, row.given, row.custody_record_number]
    known = [part.casefold() for part in parts if part]
    if not all(any(word in part for part in known) for word in words):
        return None
    if row.cell.casefold() == " ".join(words):
        return 0
    begins = all(any(part.startswith(word) for part in known) for word in words)
    return 1 if begins else 2
