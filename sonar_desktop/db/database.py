"""The open store: its file, its two threads, and what happens at opening and closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, select, update
from sqlcipher3 import dbapi2

from sonar_desktop.db import schema
from sonar_desktop.db.engine import (
    StoreKey,
    backup,
    check_file,
    check_pages,
    driver_connection,
    reader_engine,
    writer_engine,
)
from sonar_desktop.db.errors import translated
from sonar_desktop.db.migrate import MIGRATIONS, Migration, migrate
from sonar_desktop.db.writer import Priority, StoreThread
from sonar_desktop.usecases.errors import BugError

T = TypeVar("T")


class InFlight(msgspec.Struct, frozen=True):
    """The numbers of operations being sent, and when to stop saying so without an answer."""

    numbers: frozenset[int] = frozenset()
    until_ms: int = 0

    def at(self, monotonic_ms: int) -> frozenset[int]:
        """Return what is being sent at a time."""
        return self.numbers if monotonic_ms < self.until_ms else frozenset()


class Database:
    """The store of this PC while it is open. Connections never leave its threads.

    `in_flight` says which operations are in the batch last taken for sending.
    """

    def __init__(self, writer: StoreThread, reader: StoreThread) -> None:
        """Take the two threads; use `open_database`."""
        self._writer = writer
        self._reader = reader
        self.in_flight = InFlight()
        self._is_damaged = False
        self._seen: dict[Callable[[Connection], Any], tuple[int, Any]] = {}

    def write(self, priority: Priority, work: Callable[[Connection], T]) -> T:
        """Run one transaction on the writer; return its answer after the commit is on disk."""
        return self._writer.run(priority, work)

    def is_person_waiting(self) -> bool:
        """Return whether somebody's own entry or draft waits for the transaction under way."""
        return self._writer.is_wanted(Priority.SYNC)

    def read(self, look: Callable[[Connection], T], priority: Priority = Priority.USER) -> T:
        """Run `look` on one consistent state, beside whatever is being written."""
        return self._reader.run(priority, look)

    def seen(self, look: Callable[[Connection], T]) -> T:
        """Return what `look` finds, without looking again where nothing was written since.

        For what is asked all the time and changes seldom: only this program writes to the file.
        """
        written = self._writer.ended
        known = self._seen.get(look)
        if known is None or known[0] != written:
            known = self._seen[look] = (written, self.read(look))
        found: T = known[1]
        return found

    @property
    def is_damaged(self) -> bool:
        """Whether part of the file could not be read since it was opened."""
        return self._is_damaged or self._writer.is_damaged or self._reader.is_damaged

    def note_damaged(self) -> None:
        """Say that part of the file cannot be read, as found beside the two threads."""
        self._is_damaged = True

    def close(self) -> None:
        """Finish what is queued, note that nothing was cut off, and let go of the file.

        Of a file found damaged that is not noted: the next start checks all of it.
        """
        self._reader.close()
        if not self.is_damaged:
            with suppress(BugError):  # closed already
                # Should the disk be full, the note is missing and the next start checks the file.
                self._writer.submit(Priority.CLOSE, _note_clean)
        self._writer.close()


def open_database(
    path: Path, key: StoreKey, migrations: Sequence[Migration] = MIGRATIONS
) -> Database:
    """Open the store, making it where there is none; bring its tables up to this program.

    A file that cannot be used is never changed, moved or deleted.

    Raises:
        StoreError: see errors.py; the key's own error when it has been wiped.
    """
    check_file(path, key)
    engine = writer_engine(path, key)
    with translated():
        connection = engine.connect()
        try:
            _prepare(connection, path, key, migrations)
            reader = _reader(path, key)
        except BaseException:
            connection.close()
            engine.dispose()
            raise
    return Database(
        StoreThread("store-writer", connection, commits=True, when_idle=_tidy),
        StoreThread("store-reader", reader, commits=False),
    )


def _prepare(
    connection: Connection, path: Path, key: StoreKey, migrations: Sequence[Migration]
) -> None:
    def keep_copy(present: int) -> None:
        backup(connection, path.with_name(f"{path.name}.before-upgrade-from-{present}"), key)

    raw = driver_connection(connection)
    migrate(raw, keep_copy, migrations)
    with connection.begin():
        was_clean = connection.scalar(select(schema.store_state.c.is_clean))
    if not was_clean:
        check_pages(raw)
    with connection.begin():
        connection.execute(update(schema.store_state).values(is_clean=0))


def _reader(path: Path, key: StoreKey) -> Connection:
    engine: Engine = reader_engine(path, key)
    try:
        return engine.connect()
    except BaseException:
        engine.dispose()
        raise


def _note_clean(connection: Connection) -> None:
    connection.execute(update(schema.store_state).values(is_clean=1))


def _tidy(connection: Connection) -> None:
    """Refresh the planner's statistics and empty the write-ahead log, while nobody waits."""
    raw = driver_connection(connection)
    # Postponed work, not anybody's entry: an error shows itself at the next real write.
    with suppress(dbapi2.Error):
        raw.execute("PRAGMA optimize").fetchall()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
