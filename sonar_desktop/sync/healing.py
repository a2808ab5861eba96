"""Putting a copy right that is not the server's: compare by buckets, fetch what differs, repair.

Nothing is done that the server's own digest does not bear out, one scope is repaired in one
transaction, and what could not be put right is tried again ever more seldom.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

import structlog

from sonar_core.sync.buckets import (
    MOST_BUCKETS,
    MOST_REPAIRED,
    Held,
    Repair,
    StrangeSumsError,
    Tally,
    Theirs,
    check_sums,
    differing,
    repair_of,
)
from sonar_core.sync.healing import AskBuckets, AskSums, FoundBy, Report
from sonar_core.sync.messages import PROTOCOL, Cursor, Head, SnapshotFrame
from sonar_core.sync.port import SyncPort
from sonar_desktop.sync.errors import DivergedError, RefusedError, RubbishError
from sonar_desktop.usecases.healing_ports import HealingStore, Suspicion
from sonar_desktop.usecases.ports import Changed

_NOT_KNOWN_THERE: Final = "bad_request"
"""What an older server says to a question that it does not know."""

_log = structlog.get_logger("sync")


@dataclass(kw_only=True)
class Healing:
    """Heals scopes at the places where the server's heads are. `changed` is told of each write."""

    port: SyncPort
    store: HealingStore
    changed: Callable[[Changed], None]

    def run(
        self,
        cursors: Mapping[str, Cursor],
        heads: Mapping[str, Head],
        unlike: Collection[str],
        suspicions: Collection[Suspicion],
    ) -> None:
        """Heal what differs now or was found to differ before, and tell the server.

        `heads` stand where `cursors` do. Raises DivergedError when a scope stays unlike.
        """
        try:
            self._settle(cursors, heads, unlike, suspicions)
        finally:
            self._tell()

    def _settle(
        self,
        cursors: Mapping[str, Cursor],
        heads: Mapping[str, Head],
        unlike: Collection[str],
        suspicions: Collection[Suspicion],
    ) -> None:
        known = {one.scope: one.is_due for one in suspicions if one.scope in cursors}
        frozen = []
        for scope in sorted({*unlike, *known}):
            if scope not in known:
                self.changed(self.store.suspect(scope, FoundBy.DIGEST))
            if not known.get(scope, True) or not self._heal(cursors[scope], heads[scope]):
                frozen.append(scope)
        if frozen:
            raise DivergedError(frozen[0])

    def _tell(self) -> None:
        """Tell the server of incidents; one that cannot take them now is told later."""
        incidents = self.store.untold()
        if not incidents:
            return
        try:
            self.port.report(Report(protocol=PROTOCOL, incidents=incidents))
        except RefusedError as error:
            if error.code != _NOT_KNOWN_THERE:
                raise
            self.store.told(incidents, is_kept=False)
        else:
            self.store.told(incidents, is_kept=True)

    def _heal(self, at: Cursor, head: Head) -> bool:
        """Return whether the scope is the server's afterwards."""
        try:
            found = self._repair(at, head)
            if found is not None:
                self.changed(self.store.repair(at, found))
                after = tally_of(self.store, at.scope)
                if after.digest == head.digest and not after.unsound:
                    self.changed(self.store.healed(at.scope))
                    return True
        except StrangeSumsError:
            _log.warning("healing_stopped", scope=at.scope, reason="strange_sums")
        except RefusedError as error:
            if error.code != _NOT_KNOWN_THERE:
                raise
        except RubbishError:
            self.changed(self.store.postpone(at.scope))
            raise
        self.changed(self.store.postpone(at.scope))
        return False

    def _repair(self, at: Cursor, head: Head) -> Repair | None:
        """Return what makes this side's rows the server's, None for more than is healed."""
        mine = tally_of(self.store, at.scope)
        told = self.port.bucket_sums(AskSums(protocol=PROTOCOL, cursor=at))
        check_sums(told.sums, head.digest)
        buckets = differing(mine, told.sums)
        if len(buckets) > MOST_BUCKETS:
            _log.warning("healing_stopped", scope=at.scope, buckets=len(buckets))
            return None
        theirs = Theirs(buckets, told.sums, at)
        if buckets:
            asked = AskBuckets(protocol=PROTOCOL, cursor=at, buckets=buckets)
            for frame in self.port.bucket_rows(asked):
                if isinstance(frame, SnapshotFrame):
                    theirs.take(frame.rows)
        held = chain.from_iterable(looked_over(self.store))
        found = repair_of(at.scope, mine, buckets, held, theirs.whole())
        _log.warning("copy_differs", scope=at.scope, buckets=len(buckets), rows=found.rows)
        return found if found.rows <= MOST_REPAIRED else None


def tally_of(store: HealingStore, scope: str) -> Tally:
    """Return what this side's rows of a scope add up to by their bytes."""
    tally = Tally()
    for held in looked_over(store):
        for one in held:
            if one.scope == scope:
                tally.take(one)
    return tally


def looked_over(store: HealingStore) -> Iterator[list[Held]]:
    """Yield all rows of the store, some at a time."""
    piece = store.look_over(None)
    yield piece.held
    while piece.after is not None:
        piece = store.look_over(piece.after)
        yield piece.held
