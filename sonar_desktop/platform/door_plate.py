"""What this PC says of itself before anyone has a key: its place and its name.

Nothing on the plate is secret and nothing is trusted: records, keys and the address used for the
exchange are in the encrypted store.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from sonar_desktop.platform.plain_file import keep_plain, read_plain

FILE: Final = "door-plate.json"
_LARGEST: Final = 64 * 1024


class DoorPlate(msgspec.Struct, frozen=True, kw_only=True):
    """The words on the plate; empty ones are not shown."""

    site_name: str = ""
    pc_name: str = ""
    zone: str = ""


def read_plate(folder: Path) -> DoorPlate:
    """Return what was hung up last, an empty plate where there is none or it is unreadable."""
    return read_plain(folder / FILE, DoorPlate, _LARGEST) or DoorPlate()


def hang_plate(folder: Path, plate: DoorPlate) -> None:
    """Write the plate; a disk that refuses leaves the old one, which harms nothing."""
    keep_plain(folder / FILE, plate)
