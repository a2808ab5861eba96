"""A copy of the store beside it, encrypted as it is: what a damaged file is put right from.

It is made through SQLite from one consistent state, beside whatever is being written, and takes the
place of the former one only when every page of it has been read again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog

from sonar_desktop.db.database import Database
from sonar_desktop.db.engine import StoreKey, check_pages, plain_connection
from sonar_desktop.db.errors import StoreDamagedError, StoreNotWritableError, translated
from sonar_desktop.usecases.errors import BugError, KnownError

FIRST_AFTER_S: Final = 60.0
EVERY_S: Final = 4 * 3600.0
"""So old may be a draft when a damaged file is put right from the copy."""
_PAGES: Final = 64
"""A mebibyte at a time: nobody waits longer for the interpreter."""

_log: Final = structlog.get_logger("store")


class _StoppedError(Exception):
    """The store is being closed."""


def copy_of(path: Path) -> Path:
    """Return where the copy of a store stands."""
    return path.with_name(f"{path.name}.copy")


def make_copy(path: Path, key: StoreKey, is_closing: Callable[[], bool] = lambda: False) -> None:
    """Make the copy of an open store anew; the former one stands until then, and after an error.

    Raises StoreError: StoreDamagedError where a page of the store cannot be read.
    """
    fresh = path.with_name(f"{path.name}.copying")

    def go_on(*_: Any) -> None:
        if is_closing():
            raise _StoppedError

    try:
        fresh.unlink(missing_ok=True)
        copy_into(fresh, path, key, go_on)
        go_on()
        fresh.replace(copy_of(path))
    except OSError:
        raise StoreNotWritableError from None
    except _StoppedError:
        return


def copy_into(
    target: Path, source: Path, key: StoreKey, progress: Callable[[int, int, int], None]
) -> None:
    """Copy a store, open or not, into a new file of the same key, and read every page of it.

    Raises StoreError, and what `progress` raises.
    """
    origin = plain_connection(source, key, reads_only=True)
    try:
        copy = plain_connection(target, key)
        try:
            with translated():
                # One state from the first page to the last, whatever is written meanwhile.
                origin.execute("BEGIN")
                origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
                origin.backup(copy, pages=_PAGES, progress=progress)
                check_pages(copy)
                # In one file, whose name can be changed.
                copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        finally:
            copy.close()
    finally:
        origin.close()


def fresh_for_s(path: Path) -> float:
    """Return for how many seconds more the copy of a store need not be made anew.

    A clock that was wrong when it was made, or is now, has it made early, never late.
    """
    with suppress(OSError):
        age_s = time.time() - copy_of(path).stat().st_mtime
        return EVERY_S - age_s if 0 <= age_s <= EVERY_S else 0.0
    return 0.0


class CopyKeeper:
    """Makes the copy anew every few hours while the store is open, on a thread of its own."""

    def __init__(self, database: Database, path: Path, key: StoreKey) -> None:
        """Take the open store, which is told when a page of it cannot be read, and its file."""
        self._database = database
        self._path = path
        self._key = key
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-copy", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, also in the middle of a copy."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        pause_s = max(FIRST_AFTER_S, fresh_for_s(self._path))
        while not self._closing.wait(pause_s):
            try:
                make_copy(self._path, self._key, self._closing.is_set)
            except (KnownError, BugError) as error:
                # The disk's, or the vault's: a PC being wiped has no key. The next try comes.
                _log.warning("copy_not_made", reason=type(error).__name__)
                if isinstance(error, StoreDamagedError):
                    self._database.note_damaged()
            pause_s = EVERY_S
