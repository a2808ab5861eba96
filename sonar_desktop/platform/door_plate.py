"""What this PC says of itself before anyone has a key: its place and its name.

Nothing on the plate is secret and nothing is trusted: records, keys and the address used for the
exchange are in the encrypted store.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "door-plate.json"
_LARGEST: Final = 64 * 1024


class DoorPlate(msgspec.Struct, frozen=True, kw_only=True):
    """The words on the plate; empty ones are not shown."""

    site_name: str = ""
    pc_name: str = ""
    zone: str = ""


def read_plate(folder: Path) -> DoorPlate:
    """Return what was hung up last, an empty plate where there is none or it is unreadable."""
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        content = (folder / FILE).read_bytes()
        if len(content) <= _LARGEST:
            return msgspec.json.decode(content, type=DoorPlate)
    return DoorPlate()


def hang_plate(folder: Path, plate: DoorPlate) -> None:
    """Write the plate; a disk that refuses leaves the old one, which harms nothing."""
    with suppress(OSError):
        fresh = folder / f"{FILE}.new"
        fresh.write_bytes(msgspec.json.encode(plate))
        os.replace(fresh, folder / FILE)  # noqa: PTH105 - replaces on Windows too
