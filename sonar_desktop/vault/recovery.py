"""The recovery slot: the store key sealed to the organisation's X25519 key.

Every PC holds the public key only. The private one is kept offline with two people and is used
when a keyring, a password or a person is gone. It opens this PC's store and nothing else.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from sonar_desktop.vault.errors import RecoveryRefused
from sonar_desktop.vault.keys import KEY_BYTES, SecretBox


class RecoverySlot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sealed key, and the SHA-256 of the public key it was sealed to."""

    v: Literal[1] = 1
    alg: Literal["x25519-sealedbox"] = "x25519-sealedbox"
    key: str
    ct: bytes


def fingerprint(public_key: bytes) -> str:
    """Return the SHA-256 of a public key in hex, shown at enrolment for comparison."""
    return hashlib.sha256(public_key).hexdigest()


def seal(dek: SecretBox, organisation_public_key: bytes) -> RecoverySlot:
    """Seal the store key to the organisation's public key (32 bytes).

    Raises:
        RecoveryRefused: these are not the 32 bytes of an X25519 key.
    """
    if len(organisation_public_key) != KEY_BYTES:
        raise RecoveryRefused
    box = SealedBox(PublicKey(organisation_public_key))
    return RecoverySlot(
        key=fingerprint(organisation_public_key), ct=box.encrypt(bytes(dek.exposed()))
    )


def open_sealed(slot: RecoverySlot, organisation_private_key: bytes) -> SecretBox:
    """Open the recovery slot with the organisation's private key (32 bytes).

    Raises:
        RecoveryRefused: another key, or an altered slot.
    """
    if len(organisation_private_key) != KEY_BYTES:
        raise RecoveryRefused
    private = PrivateKey(organisation_private_key)
    if fingerprint(bytes(private.public_key)) != slot.key:
        raise RecoveryRefused
    try:
        opened = bytearray(SealedBox(private).decrypt(slot.ct))
    except CryptoError:
        raise RecoveryRefused from None
    if len(opened) != KEY_BYTES:
        raise RecoveryRefused
    return SecretBox(opened)
