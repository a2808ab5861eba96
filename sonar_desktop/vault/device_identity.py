"""The PC's own keys: Ed25519 to sign operations and requests, X25519 to receive sealed things.

Pure functions on bytes. The private keys live inside the encrypted store; their public halves go to
the server at enrolment and are shown as a fingerprint.
"""

from __future__ import annotations

from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from sonar_core.bodies import UNREADABLE
from sonar_core.sync.fingerprint import device_fingerprint
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.vault.errors import IdentityDamaged

DOMAIN_PREFIX: Final = b"sonar/"
KEY_BYTES: Final = 32


class PublicIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What others may know: two public keys of 32 bytes."""

    sign: bytes
    receive: bytes

    @property
    def fingerprint(self) -> str:
        """Eight groups of four hex digits (128 bits) to compare by eye or voice."""
        return device_fingerprint(self.sign, self.receive)


class _Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: int
    sign: bytes
    receive: bytes


class DeviceIdentity:
    """The two private keys, in memory while the store is open."""

    def __init__(self, sign: bytes, receive: bytes) -> None:
        self._sign = Ed25519PrivateKey.from_private_bytes(sign)
        self._receive = PrivateKey(receive)

    @classmethod
    def generate(cls) -> DeviceIdentity:
        """Make a new identity, once per enrolment."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw(), bytes(PrivateKey.generate()))

    @classmethod
    def load(cls, stored: bytes) -> DeviceIdentity:
        """Read what `stored` returned.

        Raises:
            IdentityDamaged: it is something else.
        """
        try:
            keys = msgspec.json.decode(stored, type=_Stored)
        except UNREADABLE:
            raise IdentityDamaged from None
        if keys.v != 1 or len(keys.sign) != KEY_BYTES or len(keys.receive) != KEY_BYTES:
            raise IdentityDamaged
        return cls(keys.sign, keys.receive)

    @property
    def public(self) -> PublicIdentity:
        """The public halves."""
        return PublicIdentity(
            sign=self._sign.public_key().public_bytes_raw(),
            receive=bytes(self._receive.public_key),
        )

    def stored(self) -> bytes:
        """Return both private keys as bytes for the encrypted store, and for nothing else."""
        keys = _Stored(v=1, sign=self._sign.private_bytes_raw(), receive=bytes(self._receive))
        return msgspec.json.encode(keys, order="sorted")

    def sign(self, message: bytes) -> bytes:
        """Sign a message that begins with its domain, as `sonar/op/v1` and a zero byte.

        The domain keeps a signature over one kind of thing from being shown as one over another.
        """
        _require_domain(message)
        return self._sign.sign(message)

    def unseal(self, sealed: bytes) -> bytes:
        """Open what somebody sealed to this PC.

        Raises:
            IdentityDamaged: it was sealed to another key or altered.
        """
        try:
            return SealedBox(self._receive).decrypt(sealed)
        except CryptoError:
            raise IdentityDamaged from None


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 key (32 bytes) signed a message that begins with its domain."""
    _require_domain(message)
    if len(public_key) != KEY_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _require_domain(message: bytes) -> None:
    domain, zero, _ = message.partition(b"\x00")
    if not zero or not domain.startswith(DOMAIN_PREFIX):
        raise BugError("what is signed begins with a domain of ours and a zero byte")
