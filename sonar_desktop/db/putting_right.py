"""Putting a store that cannot be opened right from this PC's own copy of it.

The damaged file is put aside, never changed or deleted. What it had beyond the copy comes from the
side journal, from what can still be read of it, and from the server.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

import structlog

from sonar_desktop.db.copies import copy_into, copy_of
from sonar_desktop.db.database import Database, open_database
from sonar_desktop.db.engine import StoreKey, plain_connection
from sonar_desktop.db.errors import (
    ForeignFileError,
    StoreDamagedError,
    StoreError,
    StoreNotWritableError,
    WrongKeyError,
    translated,
)

ENDINGS: Final = ("-wal", "-shm", "")
_BEGUN: Final = """INSERT INTO disk_finding (found_ms, sort, copied_ms, aside, is_over)
    SELECT ?, 'put_right', ?, ?, 0 FROM device"""
_IS_BEGUN: Final = "SELECT count(*) FROM disk_finding WHERE is_over = 0"

_log: Final = structlog.get_logger("store")


def open_or_put_right(path: Path, key: StoreKey, now_ms: int) -> Database:
    """Open the store; one that is damaged or gone is put right first where there is a copy.

    Raises StoreError.
    """
    fresh = path.with_name(f"{path.name}.mending")
    if _is_gone(path) and not _goes_on(path, fresh, key):
        _put_right(path, fresh, key, now_ms)
    try:
        return open_database(path, key)
    except (StoreDamagedError, WrongKeyError, ForeignFileError):
        if not _put_right(path, fresh, key, now_ms):
            raise
    return open_database(path, key)


def put_aside(path: Path, name: str) -> None:
    """Rename a store's file, with its log.

    Raises StoreNotWritableError. Only while this process has no connection to it.
    """
    try:
        for ending in ENDINGS:
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(path.with_name(name + ending))
    except OSError:
        raise StoreNotWritableError from None


def copies_beside(path: Path) -> tuple[Path, ...]:
    """Return the files that hold what a store holds or held, finished or not."""
    endings = (".copy", ".copying", ".mending", ".before-upgrade-*[0-9]")
    return tuple(found for ending in endings for found in path.parent.glob(f"{path.name}{ending}"))


def free_name(path: Path, what: str) -> str:
    """Return a name beside a store's that says what it is, and that no file has."""
    names = (f"{path.stem}.{what}-{number}{path.suffix}" for number in count(1))
    return next(name for name in names if not path.with_name(name).exists())


def _is_gone(path: Path) -> bool:
    """Return whether no file is there, which is known only of a folder that can be read."""
    try:
        path.stat()
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    return False


def _goes_on(path: Path, fresh: Path, key: StoreKey) -> bool:
    """Go on where a stop came between the two renamings; return whether one did."""
    if not fresh.exists():
        return False
    try:
        mended = plain_connection(fresh, key)
        try:
            with translated():
                is_begun = bool(mended.execute(_IS_BEGUN).fetchone()[0])
        finally:
            mended.close()
        if is_begun:
            fresh.rename(path)
    except (StoreError, OSError):
        return False
    return is_begun


def _put_right(path: Path, fresh: Path, key: StoreKey, now_ms: int) -> bool:
    """Put the copy in the store's place; return False, with nothing changed, where none is sound.

    The name of what was put aside stands in the copy before anything is renamed.
    """
    copy = copy_of(path)
    if not copy.is_file():
        return False
    aside = free_name(path, "damaged")
    try:
        copied_ms = int(copy.stat().st_mtime * 1000)
        for ending in ENDINGS:
            fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
        copy_into(fresh, copy, key, lambda *_: None)
        mended = plain_connection(fresh, key)
        try:
            with translated():
                begun = mended.execute(_BEGUN, (now_ms, copied_ms, aside)).rowcount
        finally:
            mended.close()
    except (StoreError, OSError) as error:
        _log.warning("no_copy_to_put_right_from", reason=type(error).__name__)
        return False
    if not begun:
        with suppress(OSError):
            fresh.unlink()
        return False
    put_aside(path, aside)
    try:
        fresh.rename(path)
    except OSError:
        raise StoreNotWritableError from None
    _log.warning("store_put_right")
    return True
