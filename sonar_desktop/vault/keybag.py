"""The key file: the store key wrapped once per person, and once for the organisation.

`keybag.json` and its former generation `keybag.previous.json` hold no secret in the clear, but
they hold the names of the staff who use this PC. Format 1; what it means is in
docs/security/crypto-inventory.md.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

import msgspec

from sonar_core.bodies import UNREADABLE
from sonar_desktop.vault.atomic_file import write_atomically
from sonar_desktop.vault.errors import KeybagDamaged, KeybagFromNewerVersion, NotEnrolled
from sonar_desktop.vault.keys import KdfCost, KdfHeader, Wrapped
from sonar_desktop.vault.recovery import RecoverySlot

FORMAT: Final = 1
LARGEST_FILE: Final = 1024 * 1024
SLOT_DOMAIN: Final = b"sonar/slot/v1\n"
CURRENT: Final = "keybag.json"
PREVIOUS: Final = "keybag.previous.json"


class Purpose(StrEnum):
    """What a slot is opened with."""

    PASSWORD = "password"  # noqa: S105 - a word of the format
    ENVELOPE = "envelope"


class SecretPlace(StrEnum):
    """Where the device secret was put at enrolment."""

    KEYRING = "keyring"
    FILE = "file"


class SlotHeader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a slot that is not secret; each bit of it is bound to the wrapped key.

    `id` is 16 random bytes. `gen` is the generation of the person's credentials on the server, 0 of
    somebody without an account whom an envelope let in. `not_after_ms` is the end of the lease
    (UTC). `kdf` is None for an envelope, whose printed code has 128 random bits and needs no
    stretching.
    """

    v: Literal[1] = 1
    alg: Literal["aes-256-gcm"] = "aes-256-gcm"
    id: bytes
    device: str
    user: str
    purpose: Purpose
    display_name: str
    initials: str
    role: str
    gen: int
    not_after_ms: int
    kdf: KdfHeader | None


class Slot(SlotHeader, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A header with the store key wrapped under it."""

    nonce: bytes
    ct: bytes

    @property
    def has_account(self) -> bool:
        """Whether the server knows the person, so that it can let them in again."""
        return self.gen > 0

    @property
    def header(self) -> SlotHeader:
        """The part that is bound as additional data."""
        return SlotHeader(**{name: getattr(self, name) for name in SlotHeader.__struct_fields__})

    @property
    def wrapped(self) -> Wrapped:
        """The part that is decrypted."""
        return Wrapped(nonce=self.nonce, ct=self.ct)


class Anchor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last audit-chain head known outside the store (used by the audit chain)."""

    seq: int = 0
    head: str = ""


class DeviceSecretMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the device secret is, and 16 derived bytes that tell it from another one."""

    v: Literal[1] = 1
    alg: Literal["hkdf-sha256"] = "hkdf-sha256"
    place: SecretPlace
    check: bytes


class Keybag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Key file, format 1.

    `in_use` turns true with the first password slot and stays: from then on the store may hold
    what somebody entered, and nothing overwrites the file. `dek_next` is the next store key
    wrapped under the present one while a change of key is under way. `wiped_ms` is when a wipe
    order destroyed the slots (decision 27).
    """

    v: Literal[1] = 1
    device: str
    db_uuid: str
    cipher_salt: bytes
    cost: KdfCost
    device_secret: DeviceSecretMark
    anchor: Anchor = Anchor()
    slots: tuple[Slot, ...] = ()
    recovery: RecoverySlot
    dek_next: Slot | None = None
    in_use: bool = False
    wiped_ms: int | None = None

    def bound(self, header: SlotHeader) -> bytes:
        """Return a slot's additional data: its header and the identity of this key file."""
        identity = {
            "v": self.v,
            "device": self.device,
            "db_uuid": self.db_uuid,
            "cipher_salt": self.cipher_salt,
        }
        return SLOT_DOMAIN + _canonical({"bag": identity, "slot": header})

    def password_slot(self, user: str) -> Slot | None:
        """Return a person's password slot."""
        for slot in self.slots:
            if slot.purpose is Purpose.PASSWORD and slot.user == user:
                return slot
        return None

    def envelope_slots(self) -> tuple[Slot, ...]:
        """Return the sealed-envelope slots not used yet."""
        return tuple(slot for slot in self.slots if slot.purpose is Purpose.ENVELOPE)

    def with_slot(self, fresh: Slot) -> Keybag:
        """Return the key file with one more password slot, in place of that person's old one."""
        kept = tuple(
            slot
            for slot in self.slots
            if slot.purpose is not Purpose.PASSWORD or slot.user != fresh.user
        )
        return msgspec.structs.replace(self, slots=(*kept, fresh), in_use=True)

    def has_envelope(self, identifier: bytes) -> bool:
        """Whether the sealed-envelope slot of that id is not used yet."""
        return any(slot.id == identifier for slot in self.envelope_slots())

    def without(self, identifier: bytes) -> Keybag:
        """Return the key file without the slot of that id."""
        kept = tuple(slot for slot in self.slots if slot.id != identifier)
        return msgspec.structs.replace(self, slots=kept)


class _Outer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file: a checksum that finds rot (forgery is found by the slots themselves)."""

    v: Literal[1] = 1
    sum: str
    bag: msgspec.Raw


class _Version(msgspec.Struct):
    v: int


class LoadedKeybag(msgspec.Struct, frozen=True, kw_only=True):
    """A key file that was read, and whether the former generation had to stand in."""

    bag: Keybag
    from_previous: bool


def encoded(bag: Keybag) -> bytes:
    """Return the bytes of a key file."""
    body = _canonical(bag)
    return _canonical(_Outer(sum=hashlib.sha256(body).hexdigest(), bag=msgspec.Raw(body)))


def decoded(content: bytes) -> Keybag:
    """Read the bytes of a key file.

    Raises:
        KeybagDamaged: cut off, rotten, oversized, unknown fields, not a key file.
        KeybagFromNewerVersion: a format we do not know.
    """
    if len(content) > LARGEST_FILE:
        raise KeybagDamaged
    try:
        version = msgspec.json.decode(content, type=_Version).v
    except UNREADABLE:
        raise KeybagDamaged from None
    if version > FORMAT:
        raise KeybagFromNewerVersion
    try:
        outer = msgspec.json.decode(content, type=_Outer)
        body = bytes(outer.bag)
        bag = msgspec.json.decode(body, type=Keybag)
    except UNREADABLE:
        raise KeybagDamaged from None
    if hashlib.sha256(body).hexdigest() != outer.sum:
        raise KeybagDamaged
    return bag


class KeybagFile:
    """The two generations in the data folder. Not thread-safe: the vault holds its lock."""

    def __init__(self, folder: Path) -> None:
        self._current = folder / CURRENT
        self._previous = folder / PREVIOUS
        self._good: bytes | None = None

    def exists(self) -> bool:
        """Whether either generation is there, readable or not."""
        return self._current.exists() or self._previous.exists()

    def load(self) -> LoadedKeybag:
        """Read the key file, or its former generation where the file is damaged or gone.

        Raises:
            NotEnrolled: neither is there.
            KeybagDamaged: neither can be read.
            KeybagFromNewerVersion: the file is newer than this program; the former generation is
                not taken in its place.
        """
        if not self.exists():
            raise NotEnrolled
        for path in (self._current, self._previous):
            try:
                content = path.read_bytes()
                bag = decoded(content)
            except (OSError, KeybagDamaged):
                continue
            self._good = content
            return LoadedKeybag(bag=bag, from_previous=path == self._previous)
        raise KeybagDamaged

    def save(self, bag: Keybag, *, forget_previous: bool = False) -> None:
        """Write the key file; what was last read or written well becomes the former generation.

        `forget_previous` is for removals (a used envelope, an old password, a wipe): the former
        generation is made equal too, so that what was removed opens nothing on this disk.

        Raises:
            NotWritten: disk full or refused; the old file stands.
        """
        content = encoded(bag)
        if self._good is not None and not forget_previous:
            write_atomically(self._previous, self._good)
        write_atomically(self._current, content)
        if forget_previous:
            write_atomically(self._previous, content)
        self._good = content

    def set_aside(self, label: str) -> None:
        """Rename a key file that was never used, so that enrolment can start over."""
        for path in (self._current, self._previous):
            if path.exists():
                path.rename(path.with_name(f"{path.stem}.unfinished-{label}.json"))
        self._good = None


def _canonical(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")
