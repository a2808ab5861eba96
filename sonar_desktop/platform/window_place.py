"""Where the window stood when it was last closed; numbers of pixels and nothing else."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "window.json"
_LARGEST: Final = 4 * 1024


class WindowPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The window as it stands when it is neither maximised nor full screen, in logical pixels."""

    left: int
    top: int
    width: int
    height: int
    is_maximised: bool = False


def read_place(folder: Path) -> WindowPlace | None:
    """Return the place kept last, None where there is none or it is unreadable."""
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        content = (folder / FILE).read_bytes()
        if len(content) <= _LARGEST:
            return msgspec.json.decode(content, type=WindowPlace)
    return None


def keep_place(folder: Path, place: WindowPlace) -> None:
    """Write the place; a disk that refuses leaves the old one, which harms nothing."""
    with suppress(OSError):
        fresh = folder / f"{FILE}.new"
        fresh.write_bytes(msgspec.json.encode(place))
        os.replace(fresh, folder / FILE)  # noqa: PTH105 - replaces on Windows too
