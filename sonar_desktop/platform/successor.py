"""Ending this process and starting its successor: the surest way to forget a key.

What the successor is told goes through its standard input: never a file, an argument or the
environment (decision 25).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

RESUMED: Final = "--resumed"
MOST_BYTES: Final = 60_000
"""What a pipe takes without anyone reading yet, on every system we run on."""


def read_handed_over() -> bytes:
    """Return what the former process wrote, in the successor."""
    return sys.stdin.buffer.read(MOST_BYTES)


def command(program: Sequence[str] | None = None) -> list[str]:
    """Return this program's own command line, marked as a successor's."""
    parts = list(program if program is not None else [sys.executable, *sys.orig_argv[1:]])
    return [*(part for part in parts if part != RESUMED), RESUMED]


def restart(handed_over: bytes, program: Sequence[str] | None = None) -> NoReturn:
    """Become the successor: the same process on Linux, a new one on Windows. Does not return.

    Too much to hand over is left out whole: the successor then says that alarms are off.
    """
    told = handed_over if len(handed_over) <= MOST_BYTES else b""
    parts = command(program)
    if sys.platform == "win32":
        # exec makes a new process there, and whoever waits for this one would see it end.
        successor = subprocess.Popen(parts, stdin=subprocess.PIPE)  # noqa: S603 - our own program
        if successor.stdin is not None:
            successor.stdin.write(told)
            successor.stdin.close()
        os._exit(0)
    reader, writer = os.pipe()
    os.write(writer, told)
    os.close(writer)
    os.dup2(reader, 0)
    os.execv(parts[0], parts)  # noqa: S606 - our own program
