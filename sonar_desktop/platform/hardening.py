"""Keeping other programs of the same account out of our memory, as far as the system allows.

This slows malware of the same account and does not stop it (docs/security/threat-model.md, T8).
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from typing import Final

PR_GET_DUMPABLE: Final = 3
PR_SET_DUMPABLE: Final = 4


@dataclass(frozen=True, kw_only=True)
class Hardening:
    """What took effect, for the log."""

    memory_closed: bool
    core_dumps_off: bool


def harden() -> Hardening:
    """Close this process's memory to others and turn core dumps off; call before any key exists.

    Nothing is raised: the caller logs what did not take effect.
    """
    return Hardening(memory_closed=_close_memory(), core_dumps_off=_turn_core_dumps_off())


def _close_memory() -> bool:
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return bool(libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)


def _turn_core_dumps_off() -> bool:
    if sys.platform == "win32":
        return False
    import resource  # noqa: PLC0415 - POSIX only

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
