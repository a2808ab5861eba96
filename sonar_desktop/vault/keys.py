"""Keys in memory, their derivation from a secret, and the wrap around the store key.

Primitives and limits: docs/security/crypto-inventory.md. Nothing here reads or writes a file.
"""

from __future__ import annotations

import ctypes
import hmac
import os
import secrets
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Literal, Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sonar_desktop.usecases.errors import BugError
from sonar_desktop.vault.errors import KdfRefused, VaultLocked

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEK_DOMAIN: Final = "sonar/kek/v1"

# What is accepted from a file. The floor is that of OWASP ASVS 5.0 for key derivation
# (t=2 with 19 MiB); the ceiling keeps an altered file from hanging or starving the PC.
LEAST_T, MOST_T = 2, 16
LEAST_M_KIB, MOST_M_KIB = 19 * 1024, 1024 * 1024
LEAST_P, MOST_P = 1, 8

CALIBRATED_MS: Final = 250
_HEX = b"0123456789abcdef"


class SecretBox:
    """A secret in memory that can be wiped; copies made through it are wiped after use."""

    def __init__(self, secret: bytearray) -> None:
        """Take ownership of the buffer: nobody else may keep or change it."""
        self._secret: bytearray | None = secret

    @classmethod
    def random(cls) -> Self:
        """Make a new 256-bit key."""
        return cls(bytearray(secrets.token_bytes(KEY_BYTES)))

    @property
    def is_wiped(self) -> bool:
        """Whether the secret is gone."""
        return self._secret is None

    def exposed(self) -> bytearray:
        """Return the living buffer itself; the caller does not keep it.

        Raises:
            VaultLocked: it has been wiped.
        """
        if self._secret is None:
            raise VaultLocked
        return self._secret

    def copy(self) -> Self:
        """Return a second box with the same secret, to be wiped on its own."""
        return type(self)(bytearray(self.exposed()))

    def equals(self, other: SecretBox) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.exposed(), other.exposed())

    def wipe(self) -> None:
        """Overwrite the secret; later uses raise `VaultLocked`. May be called again."""
        if self._secret is not None:
            wipe(self._secret)
            self._secret = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'wiped' if self.is_wiped else 'closed'}>"


class DekBox(SecretBox):
    """The store key of this PC, together with the salt that heads its store file."""

    def __init__(self, secret: bytearray, cipher_salt: bytes) -> None:
        super().__init__(secret)
        self.cipher_salt = cipher_salt

    @contextmanager
    def key_literal(self) -> Iterator[bytearray]:
        """Yield SQLCipher's raw key with salt, `x'<64 hex><32 hex>'`, 99 bytes, wiped after.

        For `connection.set_key(literal)` only. The salt makes a new store begin with it and lets
        an old one be read even if its first 16 bytes are damaged.

        Raises:
            VaultLocked: the key has been wiped.
        """
        literal = bytearray(b"x'" + bytes(2 * (KEY_BYTES + SALT_BYTES)) + b"'")
        # Digit by digit: bytes.hex() would leave a copy of the key that cannot be wiped.
        place = 2
        for part in (self.exposed(), self.cipher_salt):
            for byte in part:
                literal[place] = _HEX[byte >> 4]
                literal[place + 1] = _HEX[byte & 15]
                place += 2
        try:
            yield literal
        finally:
            wipe(literal)

    def copy(self) -> Self:
        """Return a second box with the same key and salt."""
        return type(self)(bytearray(self.exposed()), self.cipher_salt)


class KdfCost(msgspec.Struct, frozen=True, kw_only=True):
    """How hard Argon2id works: passes, memory in KiB, lanes (RFC 9106, second choice)."""

    t: int = 3
    m: int = 65536
    p: int = 4

    def check(self) -> None:
        """Refuse what is weaker or heavier than the compiled-in bounds.

        Raises:
            KdfRefused: some number is out of bounds.
        """
        within = (
            LEAST_T <= self.t <= MOST_T
            and LEAST_M_KIB <= self.m <= MOST_M_KIB
            and LEAST_P <= self.p <= MOST_P
        )
        if not within:
            raise KdfRefused


class KdfHeader(KdfCost, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cost with the salt it was used with, as written in a slot."""

    alg: Literal["argon2id"] = "argon2id"
    v: Literal[19] = 19
    salt: bytes

    def check(self) -> None:
        """Refuse costs out of bounds and a short salt.

        Raises:
            KdfRefused: see `KdfCost.check`.
        """
        super().check()
        if len(self.salt) != SALT_BYTES:
            raise KdfRefused


class Wrapped(msgspec.Struct, frozen=True, kw_only=True):
    """A store key under AES-256-GCM: 12 bytes of nonce, 32 of key and 16 of tag."""

    nonce: bytes
    ct: bytes


def wipe(buffer: bytearray) -> None:
    """Overwrite a buffer in place, out of reach of any optimisation."""
    if buffer:
        ctypes.memset((ctypes.c_char * len(buffer)).from_buffer(buffer), 0, len(buffer))


def new_dek() -> DekBox:
    """Make a new store key and the salt of its store file."""
    return DekBox(bytearray(secrets.token_bytes(KEY_BYTES)), new_salt())


def new_salt() -> bytes:
    """Return 128 random bits."""
    return secrets.token_bytes(SALT_BYTES)


def stretched(secret: str, kdf: KdfHeader) -> SecretBox:
    """Run Argon2id over a passphrase or PIN: some 0.25 to 0.5 s at the calibrated cost.

    The text is brought to NFC first, so that an accent typed on another keyboard counts as the
    same. For a short-lived thread, never the one that draws.

    Raises:
        KdfRefused: the header is out of bounds; the secret has not been touched then.
    """
    kdf.check()
    typed = bytearray(unicodedata.normalize("NFC", secret).encode())
    out = bytearray(KEY_BYTES)
    try:
        Argon2id(
            salt=kdf.salt, length=KEY_BYTES, iterations=kdf.t, lanes=kdf.p, memory_cost=kdf.m
        ).derive_into(typed, out)  # type: ignore[arg-type]  # any buffer; the stub says bytes
    finally:
        wipe(typed)
    return SecretBox(out)


def slot_key(
    half: SecretBox,
    device_secret: SecretBox,
    *,
    slot_id: bytes,
    device: str,
    user: str,
    purpose: str,
) -> SecretBox:
    """Join what a person knows with what the PC holds into the key of one slot.

    `half` is the stretched passphrase or the printed code. Neither half is of use alone.
    """
    for part in (device, user, purpose):
        if "|" in part:
            raise BugError("an id in a key's context must not hold the separator")
    joined = bytearray(half.exposed() + device_secret.exposed())
    try:
        info = f"{KEK_DOMAIN}|{device}|{user}|{purpose}".encode()
        return derived(joined, salt=slot_id, info=info)
    finally:
        wipe(joined)


def derived(secret: bytearray, *, salt: bytes | None, info: bytes) -> SecretBox:
    """Return HKDF-SHA256 of a secret for one purpose."""
    out = bytearray(KEY_BYTES)
    HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive_into(secret, out)
    return SecretBox(out)


def wrap(kek: SecretBox, dek: SecretBox, header: bytes) -> Wrapped:
    """Encrypt the store key; the header's bytes are bound to it."""
    nonce = os.urandom(NONCE_BYTES)
    return Wrapped(nonce=nonce, ct=AESGCM(kek.exposed()).encrypt(nonce, dek.exposed(), header))


def unwrap(kek: SecretBox, wrapped: Wrapped, header: bytes) -> SecretBox | None:
    """Decrypt a store key, or return None: wrong secret, wrong device secret or altered header.

    The three cannot be told apart here, and must not be.
    """
    out = bytearray(KEY_BYTES)
    try:
        AESGCM(kek.exposed()).decrypt_into(wrapped.nonce, wrapped.ct, header, out)
    except (InvalidTag, ValueError):
        # ValueError: a nonce or a text of the wrong length, which is an altered slot too.
        wipe(out)
        return None
    return SecretBox(out)


def measured_ms(cost: KdfCost) -> int:
    """Return how long one derivation takes on this PC, in ms."""
    begun = time.perf_counter_ns()
    stretched("calibration", KdfHeader(t=cost.t, m=cost.m, p=cost.p, salt=new_salt())).wipe()
    return (time.perf_counter_ns() - begun) // 1_000_000


def calibrated(measure: Callable[[KdfCost], int] = measured_ms) -> KdfCost:
    """Raise the passes until one derivation takes 250 ms, never below RFC 9106's second choice.

    Some 0.5 to 1.5 s, once, at enrolment. A slow PC keeps the floor and takes longer.
    """
    cost = KdfCost()
    while cost.t < MOST_T:
        ms = measure(cost)
        if ms >= CALIBRATED_MS:
            break
        # Time grows in proportion to the passes; at least one more, so that it ends.
        wanted = -(-cost.t * CALIBRATED_MS // max(ms, 1))
        cost = KdfCost(t=min(MOST_T, max(cost.t + 1, wanted)), m=cost.m, p=cost.p)
    return cost
