"""The encrypted store as the healing of a copy knows it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from sqlalchemy import Connection, insert, select

from sonar_core.sync.buckets import Repair
from sonar_core.sync.grants import is_reference
from sonar_core.sync.healing import CopyIncident, FoundBy, LostRow
from sonar_core.sync.messages import Cursor
from sonar_desktop.db import grants, healing, incidents, not_lost, schema, unheld
from sonar_desktop.db.cursors import cursor_at
from sonar_desktop.db.database import Database
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.identity import must_be_enrolled
from sonar_desktop.db.projections import BoardRow, update_projections
from sonar_desktop.db.store import changed
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.healing_ports import Place, Slice
from sonar_desktop.usecases.ports import Changed, Clock

_CHECKED: Final = insert(schema.self_check).prefix_with("OR REPLACE")


class ClientHealingStore:
    """Implements `HealingStore`. Looks and writes give way to people's."""

    def __init__(self, database: Database, *, clock: Clock, board_row: BoardRow) -> None:
        """Take the open store, and the function that makes board rows."""
        self._database = database
        self._clock = clock
        self._board_row = board_row
        self._lacking_at: frozenset[Cursor] = frozenset()
        self._lacking: frozenset[str] = frozenset()

    def look_over(self, after: Place | None) -> Slice:
        """Return the next rows of all scopes; people's looks go before it."""
        return self._database.read(
            lambda connection: healing.look_over(connection, after), Priority.SYNC
        )

    def suspect(self, scope: str, found_by: FoundBy) -> Changed:
        """Write down that a scope's rows are not the server's, unless it is known."""
        now_ms = self._clock.now_ms()
        return self._noted(lambda connection: incidents.begin(connection, scope, found_by, now_ms))

    def postpone(self, scope: str) -> Changed:
        """Note that healing did not succeed: it is tried again ever more seldom."""
        now_ms = self._clock.now_ms()
        return self._noted(lambda connection: incidents.postpone(connection, scope, now_ms))

    def repair(self, at: Cursor, repair: Repair) -> Changed:
        """Make the rows of a scope those of the repair; own entries stay as they are.

        Raises SyncHoleError, with nothing written, when the rows or the cursor are not the ones
        that the repair was made for.
        """

        def work(connection: Connection) -> Changed:
            touched = Touched()
            healing.repair(connection, at, repair, touched)
            if is_reference(at.scope):
                # A word that was followed as the disk had spoilt it may have said something else.
                grants.follow(connection, touched)
            update_projections(connection, touched, self._board_row)
            return changed(touched, outbox=True)

        return self._database.write(Priority.SYNC, work)

    def healed(self, scope: str) -> Changed:
        """Write down that the scope's rows are the server's again."""
        now_ms = self._clock.now_ms()
        return self._noted(lambda connection: incidents.end(connection, scope, now_ms))

    def untold(self) -> tuple[CopyIncident, ...]:
        """Return the incidents of which the server is to be told now."""
        now_ms = self._clock.now_ms()
        return self._database.read(lambda connection: incidents.untold(connection, now_ms))

    def told(self, told: tuple[CopyIncident, ...], *, is_kept: bool) -> None:
        """Note that the server knows these, or that it does not take them now."""
        now_ms = self._clock.now_ms()
        self._database.write(
            Priority.SYNC,
            lambda connection: incidents.note_told(connection, told, now_ms, is_kept=is_kept),
        )

    def unheld(self) -> int:
        """Return how many records the server lost that another PC has not given back yet."""
        return self._database.read(lambda connection: connection.scalar(unheld.COUNT) or 0)

    def lost(self) -> tuple[LostRow, ...]:
        """Return the rows of stays taken for lost that the server is to be asked about now."""

        def look(connection: Connection) -> tuple[frozenset[Cursor], tuple[LostRow, ...]]:
            scopes = must_be_enrolled(connection).scopes
            at = frozenset(cursor_at(connection, scope) for scope in scopes)
            return at, not_lost.asked_about(connection)

        at, rows = self._database.read(look)
        if at != self._lacking_at:
            self._lacking_at, self._lacking = at, frozenset()
        return tuple(row for row in rows if row.operation not in self._lacking)

    def lacking(self, operations: Collection[str]) -> None:
        """Note that the server lacks these operations' rows, as long as its logs do not grow."""
        self._lacking = self._lacking.union(operations)

    def last_incident(self) -> CopyIncident | None:
        """Return the newest incident."""
        return self._database.read(incidents.newest)

    def last_check(self) -> int | None:
        """Return when all rows were last looked over (UTC ms), None for never."""
        column = schema.self_check.c.checked_ms
        return self._database.read(lambda connection: connection.scalar(select(column)))

    def note_check(self) -> None:
        """Write down that all rows were looked over now."""
        values = {"only_one": 1, "checked_ms": self._clock.now_ms()}
        self._database.write(
            Priority.SYNC, lambda connection: connection.execute(_CHECKED, values).close()
        )

    def _noted(self, note: Callable[[Connection], None]) -> Changed:
        self._database.write(Priority.SYNC, note)
        return Changed(outbox=True)
