"""Opening what a wiped PC left, offline, where the organisation's recovery key is."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from sonar_core.bodies import UNREADABLE
from sonar_server.administration import AdministrationError
from sonar_server.keys import write_private


def open_parcel(parcel: Path, recovery_file: Path, into: Path) -> int:
    """Write the drafts of a parcel as readable JSON, for this account alone; return how many.

    Raises AdministrationError for another key, a damaged parcel, and a file that is there already.
    """
    if into.exists():
        raise AdministrationError(f"{into} is there already")
    try:
        private = PrivateKey(bytes.fromhex(recovery_file.read_text().strip()))
        content = msgspec.json.decode(SealedBox(private).decrypt(parcel.read_bytes()))
    except (ValueError, TypeError, CryptoError, *UNREADABLE):
        raise AdministrationError(
            "the parcel does not open: it is damaged, or sealed to another recovery key"
        ) from None
    for draft in content["drafts"]:
        draft["body"] = msgspec.json.decode(f'"{draft["body"]}"', type=bytes).decode(
            errors="replace"
        )
    write_private(into, msgspec.json.format(msgspec.json.encode(content)) + os.linesep.encode())
    return len(content["drafts"])
