"""The server's own keys, in a file apart from the database, readable by its owner only.

The Ed25519 lease key signs what people may do offline; the X25519 escrow key opens what devices
seal to the server. The organisation's recovery key is not here: its private half is kept offline.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError

from sonar_core.bodies import UNREADABLE

_PRIVATE = 0o600


class KeyFileError(Exception):
    """The key file is missing, damaged or open to others; the message says which."""


class _Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: int
    lease: bytes
    escrow: bytes


class ServerKeys:
    """The two private keys in memory."""

    def __init__(self, lease: bytes, escrow: bytes) -> None:
        """Take the private halves, 32 bytes each."""
        self._lease = Ed25519PrivateKey.from_private_bytes(lease)
        self._escrow = X25519PrivateKey.from_private_bytes(escrow)

    @classmethod
    def generate(cls) -> ServerKeys:
        """Make new keys, once per organisation."""
        lease, escrow = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        return cls(lease.private_bytes_raw(), escrow.private_bytes_raw())

    @classmethod
    def load(cls, file: Path) -> ServerKeys:
        """Read the key file; raise KeyFileError when it is not ours alone or not one."""
        try:
            if os.name == "posix" and file.stat().st_mode & 0o077:
                raise KeyFileError("the key file can be read by others: chmod 600 it first")
            stored = msgspec.json.decode(file.read_bytes(), type=_Stored)
            return cls(stored.lease, stored.escrow)
        except OSError as error:
            raise KeyFileError(f"the key file cannot be read: {error.strerror}") from None
        except (ValueError, *UNREADABLE):
            raise KeyFileError("the key file is damaged") from None

    def save(self, file: Path) -> None:
        """Write the key file; never over another."""
        stored = _Stored(
            v=1, lease=self._lease.private_bytes_raw(), escrow=self._escrow.private_bytes_raw()
        )
        write_private(file, msgspec.json.encode(stored))

    @property
    def lease_public(self) -> bytes:
        """Return the key that devices check leases with."""
        return self._lease.public_key().public_bytes_raw()

    @property
    def escrow_public(self) -> bytes:
        """Return the key that devices seal to."""
        return self._escrow.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign a message that begins with its domain."""
        return self._lease.sign(message)


class DeviceKey:
    """A device's public signing key.

    Checked by libsodium, in two thirds of the time that OpenSSL takes: nothing else in a push
    takes as much (docs/adr/0020).
    """

    def __init__(self, public: bytes) -> None:
        """Take 32 bytes; raise ValueError for what is no key."""
        if len(public) != crypto_sign_PUBLICKEYBYTES:
            raise ValueError("a public key has 32 bytes")
        self._public = public

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Return whether this key made the signature."""
        if len(signature) != crypto_sign_BYTES:
            # It would be taken for the beginning of the message, and the message for its end.
            return False
        try:
            crypto_sign_open(signature + message, self._public)
        except BadSignatureError:
            return False
        return True


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, to the disk; raise FileExistsError over one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
