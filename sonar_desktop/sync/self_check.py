"""Looking over this PC's own rows from time to time, while nobody waits for anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sonar_core.sync.buckets import Tally
from sonar_core.sync.healing import FoundBy
from sonar_core.sync.messages import Cursor
from sonar_desktop.usecases.healing_ports import Place
from sonar_desktop.usecases.ports import Changed, Clock
from sonar_desktop.usecases.sync_ports import SyncStore

CHECK_HOURS: Final = 24
"""How long a look over all rows counts. Version 1, November 2026: as often as a backup is made."""
AGAIN_HOURS: Final = 1
"""When to look again after news came in between, so that not all could be said."""
PAUSE_SECONDS: Final = 0.02
"""Between two steps, so that a look over all rows takes a small part of the processor."""
_HOUR_MS: Final = 3_600_000


@dataclass(kw_only=True)
class SelfCheck:
    """Hashes the stored rows anew, step by step, and suspects the scopes that do not add up.

    Used on the thread that takes rows from the server, and on no other. `has_found` says that the
    last look over all rows found something.
    """

    store: SyncStore
    clock: Clock
    has_found: bool = False
    _next_ms: int | None = None
    _began: tuple[Cursor, ...] = ()
    _after: Place | None = None
    _tallies: dict[str, Tally] = field(default_factory=dict)
    _is_under_way: bool = False

    def go_on(self) -> Changed | None:
        """Take one step if a look is due or under way; return None when nothing is left to do.

        What was found is said with the last step.
        """
        if not self._is_under_way and not self._begin():
            return None
        piece = self.store.healing.look_over(self._after)
        for one in piece.held:
            self._tallies.setdefault(one.scope, Tally()).take(one)
        self._after = piece.after
        return Changed() if piece.after is not None else self._end()

    def _begin(self) -> bool:
        now_ms = self.clock.now_ms()
        if self._next_ms is None:
            last = self.store.healing.last_check()
            if last is None or last > now_ms:
                # What came with a first sync was hashed as it came.
                self.store.healing.note_check()
                last = now_ms
            self._next_ms = last + CHECK_HOURS * _HOUR_MS
        if now_ms < self._next_ms:
            return False
        self._began, self._tallies = self.store.position().cursors, {}
        self._is_under_way, self.has_found = True, False
        return True

    def _end(self) -> Changed:
        """Compare the sums with what was kept as rows came; say which scopes differ."""
        self._is_under_way, self._after = False, None
        position = self.store.position()
        changed = Changed()
        stayed = set(self._began) & set(position.cursors)
        for cursor in position.cursors:
            tally = self._tallies.get(cursor.scope, Tally())
            differs = cursor in stayed and tally.digest != position.digests[cursor.scope]
            if tally.unsound or differs:
                self.has_found = True
                found = self.store.healing.suspect(cursor.scope, FoundBy.SELF_CHECK)
                changed = changed.with_also(found)
        is_whole = len(stayed) == len(position.cursors)
        if is_whole:
            self.store.healing.note_check()
        pause = CHECK_HOURS if is_whole else AGAIN_HOURS
        self._next_ms = self.clock.now_ms() + pause * _HOUR_MS
        self._tallies = {}
        return changed
