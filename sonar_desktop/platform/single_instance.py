"""One running program per data folder, held by a lock of the operating system.

The lock is on a file of its own, never on the store: an open and close of the store's file by
ourselves would drop SQLite's lock on it (decision 33). It ends with the process, however that ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sonar_desktop.platform.errors import AlreadyRunning, FolderUnusable


class SingleInstance:
    """The lock, held from `take` to `release` or to the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            AlreadyRunning: another process has it.
            FolderUnusable: the lock file cannot be made.
        """
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            raise FolderUnusable from None
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise AlreadyRunning from None
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; the file stays, because removing it could let two in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - POSIX only

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
