"""The open store with its two faces, as the sign-in hands it on: one for people, one for sync."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sonar_core.sync.operations import Sign
from sonar_desktop.db.copies import CopyKeeper, copy_of
from sonar_desktop.db.database import Database, open_database
from sonar_desktop.db.engine import StoreKey
from sonar_desktop.db.errors import StoreNotWritableError
from sonar_desktop.db.found import findings
from sonar_desktop.db.identity import enrol, enrolled_device
from sonar_desktop.db.outbox import outbox
from sonar_desktop.db.projections import BoardRow, renew
from sonar_desktop.db.putting_right import (
    ENDINGS,
    copies_beside,
    free_name,
    open_or_put_right,
    put_aside,
)
from sonar_desktop.db.store import ClientStore
from sonar_desktop.db.sync_store import ClientSyncStore
from sonar_desktop.db.taking_up import take_up_again
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.disk_ports import DiskReport
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.identity_ports import Identity, OutboxEntry, PcRecord
from sonar_desktop.usecases.journal_ports import Journal
from sonar_desktop.usecases.ports import Clock, Ids, Store
from sonar_desktop.usecases.sync_ports import SyncStore


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
        keeper: CopyKeeper | None = None,
    ) -> None:
        """Take the open database and what its faces are not allowed to know by themselves."""
        self._database = database
        self._journal = journal
        self._keeper = keeper
        self._sign: Sign | None = None
        stored = enrolled_device(database)
        if stored is not None:
            self._sign = load_identity(stored.identity).sign
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

    def disk(self) -> DiskReport:
        """Return what was found of this PC's disk, and whether it fails now."""
        return DiskReport(
            findings=self._database.seen(findings),
            is_damaged=self._database.is_damaged,
            is_journal_refused=self._journal is not None and self._journal.is_refused,
        )

    def close(self) -> None:
        """Finish what is queued and let go of the files."""
        if self._keeper is not None:
            self._keeper.close()
        self._database.close()
        if self._journal is not None:
            self._journal.close()

    def _signed(self, message: bytes) -> bytes:
        if self._sign is None:
            raise BugError("an entry before this PC has its keys")
        return self._sign(message)


def set_store_aside(path: Path) -> None:
    """Rename the file of a store that no key opens any more, with its log; nothing is deleted.

    And its copy. Raises StoreNotWritableError. Only before this process has a connection to it.
    """
    for part in (path, copy_of(path)):
        if part.exists():
            put_aside(part, free_name(part, "unfinished"))


def remove_store(path: Path) -> None:
    """Delete the file of a store with its log, once a server has all of it (decision 27).

    And its copies. What was put aside as damaged stays: nobody knows all that it holds. Raises
    StoreNotWritableError. Only while this process has no connection to it.
    """
    try:
        for part in (path, *copies_beside(path)):
            for ending in ENDINGS:
                part.with_name(part.name + ending).unlink(missing_ok=True)
    except OSError:
        raise StoreNotWritableError from None


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

    With a `journal`, what that has beyond this store is in its outbox afterwards, a copy of the
    store is kept beside it, and a damaged file is put right from that. Without one what is signed
    stands in the store alone.
    """
    if journal is None:
        database = open_database(path, key)
    else:
        database = open_or_put_right(path, key, clock.now_ms())
    try:
        database.write(Priority.USER, lambda connection: renew(connection, board_row))
        stored = enrolled_device(database)
        if journal is not None and stored is not None:
            take_up_again(
                database,
                path,
                key,
                journal=journal,
                sign=load_identity(stored.identity).sign,
                board_row=board_row,
                now_ms=clock.now_ms(),
            )
        keeper = None if journal is None else CopyKeeper(database, path, key)
        return Opened(
            database,
            clock=clock,
            ids=ids,
            board_row=board_row,
            in_contact=in_contact,
            load_identity=load_identity,
            journal=journal,
            keeper=keeper,
        )
    except BaseException:
        database.close()
        raise
