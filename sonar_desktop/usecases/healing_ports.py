"""What putting a copy right needs of the local store, and what is known of it afterwards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import msgspec

from sonar_core.sync.buckets import Held, Repair
from sonar_core.sync.healing import CopyIncident, FoundBy, LostRow
from sonar_core.sync.messages import Cursor
from sonar_desktop.usecases.ports import Changed

Place = tuple[str, int]
"""Where a look over all rows is: a table and the number of the last row seen in it."""


class Slice(msgspec.Struct, frozen=True):
    """Some rows of the store; `after` is where the next ones begin, None at the end."""

    held: list[Held]
    after: Place | None


class Suspicion(msgspec.Struct, frozen=True):
    """A scope whose rows are not the server's; `is_due` says whether to try to heal it now."""

    scope: str
    is_due: bool


class HealingStore(Protocol):
    """The store as the healing of a copy sees it. Each method is one transaction.

    Nobody but the caller's thread takes rows from the server meanwhile.
    """

    def look_over(self, after: Place | None) -> Slice:
        """Return the next rows of all scopes; people's looks go before it."""

    def suspect(self, scope: str, found_by: FoundBy) -> Changed:
        """Write down that a scope's rows are not the server's, unless it is known."""

    def postpone(self, scope: str) -> Changed:
        """Note that healing did not succeed: it is tried again ever more seldom."""

    def repair(self, at: Cursor, repair: Repair) -> Changed:
        """Make the rows of a scope those of the repair; own entries stay as they are.

        Raises SyncHoleError, with nothing written, when the rows or the cursor are not the ones
        that the repair was made for.
        """

    def healed(self, scope: str) -> Changed:
        """Write down that the scope's rows are the server's again."""

    def untold(self) -> tuple[CopyIncident, ...]:
        """Return the incidents of which the server is to be told now."""

    def told(self, incidents: tuple[CopyIncident, ...], *, is_kept: bool) -> None:
        """Note that the server knows these, or that it does not take them now."""

    def unheld(self) -> int:
        """Return how many records the server lost that another PC has not given back yet."""

    def lost(self) -> tuple[LostRow, ...]:
        """Return the rows of stays taken for lost that the server is to be asked about now.

        Not those of which it said at these very places of its logs that it lacks them.
        """

    def lacking(self, operations: Collection[str]) -> None:
        """Note that the server lacks these operations' rows."""

    def last_incident(self) -> CopyIncident | None:
        """Return the newest incident."""

    def last_check(self) -> int | None:
        """Return when all rows were last looked over (UTC ms), None for never."""

    def note_check(self) -> None:
        """Write down that all rows were looked over now."""
