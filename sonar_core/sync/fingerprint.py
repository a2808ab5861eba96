"""What two people compare to be sure that a PC is the one that was enrolled."""

from __future__ import annotations

import hashlib
from typing import Final

FINGERPRINT_DOMAIN: Final = b"sonar/device-fingerprint/v1\x00"
_DIGITS: Final = 32


def device_fingerprint(sign_public: bytes, seal_public: bytes) -> str:
    """Return eight groups of four hex digits (128 bits) of both keys, to compare by eye."""
    digest = hashlib.sha256(FINGERPRINT_DOMAIN + sign_public + seal_public).hexdigest()
    return " ".join(digest[place : place + 4] for place in range(0, _DIGITS, 4))
