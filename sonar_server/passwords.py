"""Passwords of accounts: Argon2id (RFC 9106, second choice), and made-up ones that can be read."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

LEAST_LENGTH: Final = 12
MOST_LENGTH: Final = 256
_SALT_BYTES: Final = 16
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 4
_GROUP: Final = 4

# Each takes 64 MiB: a rush of sign-ins waits for a place instead of filling the memory.
_places = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """Return what is stored of a password, with its salt and cost, as PHC text."""
    with _places:
        return _kdf(secrets.token_bytes(_SALT_BYTES)).derive_phc_encoded(_bytes(password))


def is_right(password: str, stored: str) -> bool:
    """Return whether the password is the one stored, in the time that Argon2id takes."""
    with _places:
        try:
            Argon2id.verify_phc_encoded(_bytes(password), stored)
        except InvalidKey:
            return False
    return True


def made_up() -> str:
    """Return a new password of 79 bits in four groups."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _bytes(password: str) -> bytes:
    # An accent typed on another keyboard counts as the same.
    return unicodedata.normalize("NFC", password).encode()


def _kdf(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
