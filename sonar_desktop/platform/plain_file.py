"""Small files beside the encrypted store that hold nothing secret and that may be lost."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from sonar_core.bodies import UNREADABLE

T = TypeVar("T")


def read_plain(path: Path, into: type[T], largest: int) -> T | None:
    """Return what was kept last, None where there is none or it is unreadable.

    A file of more than `largest` bytes is none of ours.
    """
    with suppress(OSError, *UNREADABLE):
        content = path.read_bytes()
        if len(content) <= largest:
            return msgspec.json.decode(content, type=into)
    return None


def keep_plain(path: Path, value: msgspec.Struct) -> None:
    """Write the file anew; a disk that refuses leaves the old one, which harms nothing."""
    with suppress(OSError):
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_bytes(msgspec.json.encode(value))
        os.replace(fresh, path)  # noqa: PTH105 - replaces on Windows too
