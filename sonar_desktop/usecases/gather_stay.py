"""Gather what is known of a stay and its person: read once, for everything that is shown of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import msgspec

from sonar_core.board.rows import BoardRow, decode
from sonar_core.board.suite_change import SuiteChange
from sonar_core.conflicts import open_conflicts, set_aside
from sonar_core.medicines.recheck import Broken
from sonar_core.records.base import Record
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.site_move import SiteMove, site_move_id
from sonar_core.records.task import Task
from sonar_core.roles import Duty
from sonar_core.sync.moving import sites_of, versions_of
from sonar_desktop.usecases.acting import existing, facts_of, require
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk, Reading, Seen, Standing
from sonar_desktop.usecases.rechecks import rules_to_check
from sonar_desktop.usecases.suite_changes import coming_from, going_to

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class GatheredStay:
    """One state of the store about one person, each record decoded once.

    `stay` is the stay as it is stored, whatever is disputed about it. `seen` are all records of
    the person, newest first; `every_conflict` all this PC knows, settled ones too. `row` is the
    board's row, None after release. `names` are people by user id. `unreadable` are the kinds of
    the person's records that only a newer program can show, each as often as there is one.
    `site` is this PC's suite, `change` where the person came from or is going to.
    """

    stay: CustodyEpisode
    seen: list[Seen]
    unreadable: tuple[str, ...]
    every_conflict: list[Conflict]
    row: BoardRow | None
    names: dict[str, str]
    site: str
    change: SuiteChange | None = None

    @cached_property
    def here(self) -> list[Seen]:
        """The records of this stay alone, newest first."""
        return [one for one in self.seen if getattr(one.record, "episode", None) == self.stay.id]

    @cached_property
    def disputes(self) -> tuple[Conflict, ...]:
        """The open conflicts, newest first."""
        return open_conflicts(self.every_conflict)

    @cached_property
    def lost(self) -> frozenset[str]:
        """The facts that a person set aside when deciding a conflict."""
        return set_aside(self.every_conflict, facts_of(ConflictResolution, self.seen))

    @cached_property
    def broken(self) -> tuple[tuple[Broken, Task], ...]:
        """The rules of medicines that do not hold and wait for an answer, each with its task."""
        return rules_to_check(self.stay, self.seen, self.disputes, self.lost)

    def entry(self, identifier: str) -> Seen | None:
        """Return one of the person's records with where it came from, None where it is not here."""
        return self._by_id.get(identifier)

    def get(self, kind: type[R], identifier: str) -> R | None:
        """Return one of the person's records, None where it is not here."""
        found = self.entry(identifier)
        return found.record if found is not None and isinstance(found.record, kind) else None

    @cached_property
    def move(self) -> SiteMove | None:
        """Where the person is if not here; None where a version of the stay says here."""
        move = self.last_move
        if move is None or not self._named or self.site in self._named:
            return None
        return None if self.site in {suite.site for suite in move.suites} else move

    @property
    def is_leaving(self) -> bool:
        """Whether this PC alone knows that the person was moved away from here."""
        entry = self.entry(self.stay.id)
        is_sent = entry is None or entry.standing in (Standing.CENTRAL, Standing.DECISION)
        is_elsewhere = bool(self._named) and self.site not in self._named
        return not is_sent and self.move is None and is_elsewhere

    @property
    def last_move(self) -> SiteMove | None:
        """What the server said last of where the person is; None if they never moved."""
        return self.get(SiteMove, site_move_id(self.stay.patient))

    @cached_property
    def _named(self) -> frozenset[str]:
        """The suites that the versions of the stay name, none once it is over."""
        return sites_of(versions_of(msgspec.to_builtins(self.stay), self.disputes))

    @cached_property
    def _by_id(self) -> dict[str, Seen]:
        return {one.record.id: one for one in self.seen}


def of_stay(desk: Desk, episode: str, look: Callable[[GatheredStay], T]) -> T:
    """Read everything of a stay's person from one state of the store; return what `look` makes."""
    require(desk.actor, Duty.READ)
    return desk.store.read(lambda reading: look(_gathered(desk, reading, episode)))


def _gathered(desk: Desk, reading: Reading, episode: str) -> GatheredStay:
    stay = existing(reading, CustodyEpisode, episode)
    row = reading.board_row(episode)
    seen, unreadable = reading.readable_of_patient(stay.patient)
    found = GatheredStay(
        stay=stay,
        seen=seen,
        unreadable=unreadable,
        every_conflict=reading.conflicts(open_only=False),
        row=None if row is None else decode(row),
        names=people(reading, desk.actor),
        site=desk.site,
    )
    return dataclasses.replace(found, change=_change(reading, found))


def _change(reading: Reading, found: GatheredStay) -> SuiteChange | None:
    if found.is_leaving:
        return going_to(reading, found.stay.site)
    if found.last_move is None or found.stay.site != found.site:
        return None
    return coming_from(reading, found.stay.id, found.site)
