"""The parcel of a wiped PC: sealed to the organisation's recovery key, and kept in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from nacl.public import PublicKey, SealedBox

from sonar_core.bodies import UNREADABLE
from sonar_desktop.usecases.identity_ports import KeptParcel
from sonar_desktop.vault.atomic_file import write_atomically
from sonar_desktop.vault.errors import RecoveryRefused
from sonar_desktop.vault.keys import KEY_BYTES

FILE: Final = "parcel.json"


def sealed_parcel(content: bytes, organisation_public_key: bytes) -> bytes:
    """Seal what a PC leaves to the organisation's public key (32 bytes).

    Raises:
        RecoveryRefused: these are not the 32 bytes of an X25519 key.
    """
    if len(organisation_public_key) != KEY_BYTES:
        raise RecoveryRefused
    return SealedBox(PublicKey(organisation_public_key)).encrypt(content)


class ParcelFile:
    """Implements `ParcelShelf` in the data folder; nothing in it can be read without that key."""

    def __init__(self, folder: Path) -> None:
        """Take the data folder."""
        self._path = folder / FILE

    def kept(self) -> KeptParcel | None:
        """Return the parcel that lies here; None where there is none, or none to be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=KeptParcel)
        except (OSError, *UNREADABLE):
            return None

    def keep(self, parcel: KeptParcel) -> None:
        """Put a parcel here in place of the one before.

        Raises:
            NotWritten: disk full or refused; the one before stands.
        """
        write_atomically(self._path, msgspec.json.encode(parcel))
