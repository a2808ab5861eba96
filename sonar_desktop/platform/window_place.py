"""Where the window stood when it was last closed; numbers of pixels and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from sonar_desktop.platform.plain_file import keep_plain, read_plain

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
    return read_plain(folder / FILE, WindowPlace, _LARGEST)


def keep_place(folder: Path, place: WindowPlace) -> None:
    """Write the place; a disk that refuses leaves the old one, which harms nothing."""
    keep_plain(folder / FILE, place)
