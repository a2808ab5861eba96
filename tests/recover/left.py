"""A PC of which only the disk is left: nobody's password, no keyring, and the recovery key."""

from __future__ import annotations

from pathlib import Path

from sonar_desktop.vault.keybag import DeviceSecretMark, Keybag, KeybagFile
from sonar_desktop.vault.keys import SecretBox
from sonar_desktop.vault.recovery import seal
from sonar_desktop.vault.secret_store import SecretPlace
from tests.vault.world import CHEAP, DEVICE, ORGANISATION, ORGANISATION_PUBLIC


def leave_key_file(folder: Path, secret: bytes, salt: bytes) -> None:
    """Write the key file of a store that this key opens; no slot of a person is in it."""
    with SecretBox(bytearray(secret)) as key:
        bag = Keybag(
            device=DEVICE,
            db_uuid=DEVICE,
            cipher_salt=salt,
            cost=CHEAP,
            device_secret=DeviceSecretMark(place=SecretPlace.KEYRING, check=bytes(16)),
            recovery=seal(key, ORGANISATION_PUBLIC),
        )
    KeybagFile(folder).save(bag)


def recovery_file(folder: Path, private: bytes = bytes(ORGANISATION)) -> Path:
    """Write the organisation's private key as the ceremony leaves it."""
    path = folder / "recovery.txt"
    path.write_text(private.hex() + "\n")
    return path
