"""Where tests put what is written hundreds of times a minute and outlives no session."""

from __future__ import annotations

import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108
_ROOM = 4 << 30


def memory_folder() -> str | None:
    """Return a folder in memory where the system has one with room; otherwise None, for /tmp."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return str(_MEMORY) if has_room else None
