"""Codes for sealed envelopes: the way in for somebody this PC has never seen, while offline.

A code has 128 random bits, printed as 28 letters and digits in groups of four (Crockford's
alphabet: no I, L, O, U). The last two are a check, so that a slip of the pen or key is told from a
wrong envelope and does not count as a try.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from sonar_desktop.vault.errors import CodeMistyped
from sonar_desktop.vault.keys import SecretBox, wipe

ENVELOPES: Final = 3
CODE_BYTES: Final = 16
_DIGITS: Final = 26
_CHECKS: Final = 2
_GROUP: Final = 4
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED: Final = str.maketrans("OIL", "011")


def new_code() -> tuple[SecretBox, str]:
    """Make a code: its 16 bytes, and the text to print and then forget."""
    raw = bytearray(secrets.token_bytes(CODE_BYTES))
    text = _letters(int.from_bytes(raw, "big"), _DIGITS) + _check(raw)
    groups = [text[place : place + _GROUP] for place in range(0, len(text), _GROUP)]
    return SecretBox(raw), "-".join(groups)


def read_code(typed: str) -> SecretBox:
    """Return the 16 bytes of a typed code; case, spaces and hyphens do not matter.

    Raises:
        CodeMistyped: wrong length, foreign character or wrong check.
    """
    text = "".join(typed.upper().replace("-", " ").split()).translate(_TYPED)
    if len(text) != _DIGITS + _CHECKS or any(letter not in _ALPHABET for letter in text):
        raise CodeMistyped
    number = 0
    for letter in text[:_DIGITS]:
        number = number * len(_ALPHABET) + _ALPHABET.index(letter)
    if number.bit_length() > CODE_BYTES * 8:
        raise CodeMistyped
    raw = bytearray(number.to_bytes(CODE_BYTES, "big"))
    if _check(raw) != text[_DIGITS:]:
        wipe(raw)
        raise CodeMistyped
    return SecretBox(raw)


def _check(raw: bytearray) -> str:
    return _letters(int.from_bytes(hashlib.sha256(raw).digest()[:2], "big") % 1024, _CHECKS)


def _letters(number: int, count: int) -> str:
    letters = []
    for _ in range(count):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(reversed(letters))
