"""A thread that gives way: what is fetched ahead waits for those who store, draw and type."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from threading import get_native_id
from typing import Final

_NICENESS: Final = 10


def give_way() -> None:
    """Let other threads go first from now on, for as long as this one runs.

    Where the system does not allow it, nothing changes.
    """
    with suppress(OSError):
        if sys.platform == "linux":
            # Of this thread alone: that is how Linux counts.
            os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICENESS)
        elif sys.platform == "win32":
            import ctypes  # noqa: PLC0415 there is nothing to call elsewhere

            kernel = ctypes.windll.kernel32
            kernel.SetThreadPriority(kernel.GetCurrentThread(), -1)
