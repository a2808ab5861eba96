"""The open store with its two faces, as the sign-in hands it on: one for people, one for sync."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection

from sonar_core.sync.operations import Sign
from sonar_desktop.db.database import Database, open_database
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import StoreKey
from sonar_desktop.db.errors import StoreNotWritableError
from sonar_desktop.db.identity import enrol, enrolled_device
from sonar_desktop.db.outbox import outbox
from sonar_desktop.db.projections import BoardRow, renew, update_projections
from sonar_desktop.db.rolling_forward import is_over, roll_forward
from sonar_desktop.db.store import ClientStore
from sonar_desktop.db.sync_store import ClientSyncStore
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.identity_ports import Identity, OutboxEntry, PcRecord
from sonar_desktop.usecases.journal_ports import Journal
from sonar_desktop.usecases.ports import Clock, Ids, Store
from sonar_desktop.usecases.sync_ports import SyncStore

_log: Final = structlog.get_logger("store")


class Opened:
    """Implements `OpenedStore`. Entries can be made once the PC's keys are in it."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        ids: Ids,
        board_row: BoardRow,
        in_contact: Callable[[], bool],
        load_identity: Callable[[bytes], Identity],
        journal: Journal | None = None,
    ) -> None:
        """Take the open database and what its faces are not allowed to know by themselves.

        What the `journal` has beyond this store is in its outbox afterwards.
        """
        self._database = database
        self._journal = journal
        self._sign: Sign | None = None
        stored = enrolled_device(database)
        if stored is not None:
            self._sign = load_identity(stored.identity).sign
            if journal is not None:
                self._take_up_again(journal, board_row)
        self._store = ClientStore(
            database,
            clock=clock,
            ids=ids,
            sign=self._signed,
            board_row=board_row,
            in_contact=in_contact,
            journal=journal,
        )
        self._sync = ClientSyncStore(database, clock=clock, board_row=board_row, sign=self._signed)

    @property
    def store(self) -> Store:
        """For the use cases."""
        return self._store

    @property
    def sync(self) -> SyncStore:
        """For the exchange."""
        return self._sync

    def pc(self) -> PcRecord | None:
        """Return this PC's record, None in a new store."""
        return enrolled_device(self._database)

    def enrol(self, record: PcRecord, identity: Identity) -> None:
        """Write this PC's record, once; from then on entries are signed with its keys."""
        enrol(self._database, record)
        self._sign = identity.sign

    def outbox(self, most: int) -> tuple[OutboxEntry, ...]:
        """Return what is not held centrally; `outbox.outbox` says in which order."""
        return self._database.read(lambda connection: outbox(connection, most))

    def close(self) -> None:
        """Finish what is queued and let go of the files."""
        self._database.close()
        if self._journal is not None:
            self._journal.close()

    def _take_up_again(self, journal: Journal, board_row: BoardRow) -> None:
        def work(connection: Connection) -> int:
            touched = Touched()
            count = roll_forward(connection, journal, self._signed, touched)
            update_projections(connection, touched, board_row)
            return count

        if count := self._database.write(Priority.USER, work):
            _log.warning("entries_taken_up_again", operations=count)
        journal.forget(
            lambda segment: self._database.read(lambda connection: is_over(connection, segment))
        )

    def _signed(self, message: bytes) -> bytes:
        if self._sign is None:
            raise BugError("an entry before this PC has its keys")
        return self._sign(message)


def set_store_aside(path: Path) -> None:
    """Rename the file of a store that no key opens any more, with its log; nothing is deleted.

    Raises StoreNotWritableError. Only before this process has any connection to it.
    """
    if not path.exists():
        return
    number = next(n for n in count(1) if not _aside(path, n).exists())
    try:
        for ending in ("-wal", "-shm", ""):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(_aside(path, number).with_name(_aside(path, number).name + ending))
    except OSError:
        raise StoreNotWritableError from None


def remove_store(path: Path) -> None:
    """Delete the file of a store with its log, once a server has all of it (decision 27).

    Raises StoreNotWritableError. Only while this process has no connection to it.
    """
    try:
        for ending in ("-wal", "-shm", ""):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    except OSError:
        raise StoreNotWritableError from None


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}.unfinished-{number}{path.suffix}")


def open_pc_store(
    path: Path,
    key: StoreKey,
    *,
    clock: Clock,
    ids: Ids,
    board_row: BoardRow,
    in_contact: Callable[[], bool],
    load_identity: Callable[[bytes], Identity],
    journal: Journal | None = None,
) -> Opened:
    """Open this PC's store, making it where there is none; raises StoreError.

    Without a `journal` what is signed stands in the store alone.
    """
    database = open_database(path, key)
    try:
        database.write(Priority.USER, lambda connection: renew(connection, board_row))
        return Opened(
            database,
            clock=clock,
            ids=ids,
            board_row=board_row,
            in_contact=in_contact,
            load_identity=load_identity,
            journal=journal,
        )
    except BaseException:
        database.close()
        raise
