"""Writing a small file so that a power cut leaves the old one or the new one, whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sonar_desktop.vault.errors import NotWritten


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, readable by this account only, durable on return.

    The temporary file has one fixed name beside the target, so a crash leaves at most one, and
    the next write takes it over. One process per data folder writes (platform/single_instance).

    Raises:
        NotWritten: disk full or refused; the old file is untouched.
    """
    fresh = path.with_name(f".{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(fresh, flags, 0o600)
        try:
            # A left-over of another mode keeps it through O_CREAT.
            os.chmod(fresh, 0o600)  # noqa: PTH101 - beside its os.open
            with os.fdopen(handle, "wb", closefd=False) as out:
                out.write(content)
            os.fsync(handle)
        finally:
            os.close(handle)
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError:
        raise NotWritten from None


def sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder durable (Windows does so by itself)."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
