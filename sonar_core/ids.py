"""Identifiers: made by the author's device, never by the server.

Ids are UUIDs in canonical text inside record bodies, 16 raw bytes in stores and on the wire.
Random bytes and the time come in as arguments, so that this module stays pure.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NewType
from uuid import UUID, uuid5

RecordId = NewType("RecordId", str)
UserId = NewType("UserId", str)
DeviceId = NewType("DeviceId", str)
OperationId = NewType("OperationId", str)
ScopeId = NewType("ScopeId", str)

_NAMESPACE: Final = UUID("6f3c2d0a-7c0e-5b53-9b5e-2f7b0c9a51d4")
_RANDOM_BYTES: Final = 10


def uuid7(unix_ms: int, random: bytes) -> str:
    """Return a version 7 UUID (RFC 9562, 5.7) as canonical text.

    `unix_ms` is milliseconds since 1970 in UTC, `random` ten random bytes. Raises ValueError for
    another number of bytes or a time outside 48 bits.
    """
    if len(random) != _RANDOM_BYTES:
        raise ValueError("uuid7 needs exactly ten random bytes")
    if not 0 <= unix_ms < 1 << 48:
        raise ValueError("uuid7 needs a time within 48 bits of milliseconds")
    tail = int.from_bytes(random, "big")
    high = tail >> 68
    low = tail & ((1 << 62) - 1)
    value = unix_ms << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    return str(UUID(int=value))


def slot(*parts: str) -> RecordId:
    """Return the one id that every device gives to the same singleton or dose slot.

    The parts name it from the widest to the narrowest, as (episode, kind, key). Two devices that
    create it offline edit one record instead of making two.
    """
    if not parts or any("/" in part for part in parts):
        raise ValueError("a slot needs parts, none of which holds a slash")
    return RecordId(str(uuid5(_NAMESPACE, "/".join(parts))))


@lru_cache(4096)
def to_bytes(identifier: str) -> bytes:
    """Return the 16 bytes of an id in canonical text; raise ValueError for any other text."""
    if len(identifier) == 36:
        try:
            raw = bytes.fromhex(identifier.replace("-", ""))
        except ValueError:
            raw = b""
        # Capitals, blanks and dashes elsewhere would give one record two names.
        if len(raw) == 16 and from_bytes(raw) == identifier:
            return raw
    raise ValueError("an id is 36 characters of canonical UUID text")


def is_id(value: object) -> bool:
    """Return whether a value is an id in canonical text."""
    try:
        return isinstance(value, str) and len(to_bytes(value)) == 16
    except ValueError:
        return False


def from_bytes(raw: bytes) -> str:
    """Return the canonical text of an id's 16 bytes; raise ValueError for another length."""
    text = raw.hex()
    if len(text) != 32:
        raise ValueError("an id is 16 bytes")
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
