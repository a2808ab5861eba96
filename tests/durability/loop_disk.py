"""A real ext4 on a loop device whose power can be cut: what was not flushed is gone.

The file system's own shut-down call drops the page cache's dirty pages and the journal's open
transaction, as a power cut does (ext4: EXT4_IOC_SHUTDOWN with NOLOGFLUSH). Needs root.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
from pathlib import Path
from typing import Final

SHUT_DOWN: Final = 0x8004587D
WITHOUT_FLUSHING_THE_LOG: Final = 2
SIZE_BYTES: Final = 256 << 20


class LoopDisk:
    """One file system in a file, mounted at `folder`."""

    def __init__(self, root: Path) -> None:
        self._image = root / "disk.img"
        self.folder = root / "disk"
        self.folder.mkdir()
        with self._image.open("wb") as image:
            image.truncate(SIZE_BYTES)
        _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(self._image))
        self.mount()

    def mount(self) -> None:
        """Mount, and let the file system play its journal."""
        _run("mount", "-o", "loop", str(self._image), str(self.folder))

    def cut_power(self) -> None:
        """From now on nothing reaches the disk any more."""
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, SHUT_DOWN, struct.pack("I", WITHOUT_FLUSHING_THE_LOG))
        finally:
            os.close(handle)

    def unmount(self) -> None:
        """Let go of it; no process has a file of it open any more."""
        _run("umount", str(self.folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
