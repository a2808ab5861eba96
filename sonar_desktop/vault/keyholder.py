"""What one process holds of the keys: the key file as read, and the keys in memory.

Used by the other modules of this package, which are the vault's doors; nobody outside touches it.
`lock` guards all of it and is never held while a secret is stretched.
"""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Clock
from sonar_desktop.vault.device_secret import read_device_secret
from sonar_desktop.vault.errors import NotKnownHere, PcRemoved, VaultLocked
from sonar_desktop.vault.keybag import Keybag, KeybagFile, Slot, SlotHeader
from sonar_desktop.vault.keys import DekBox, SecretBox, Wrapped, slot_key, stretched
from sonar_desktop.vault.pin import PinSlots
from sonar_desktop.vault.secret_store import SecretStore
from sonar_desktop.vault.throttle import Throttle


class Keyholder:
    """The state behind the vault."""

    def __init__(self, folder: Path, store: SecretStore, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.store = store
        self.file = KeybagFile(folder)
        self.pins = PinSlots(clock)
        self.stood_in = False
        # Counts the locks of the vault, so that a sign-in under way can see that one came.
        self.locks = 0
        # Slot keys of those who signed in with their password: a renewed lease is wrapped anew
        # with them, and a PIN is allowed to nobody else.
        self.slot_keys: dict[str, SecretBox] = {}
        self._folder = folder
        self._clock = clock
        self._bag: Keybag | None = None
        self._throttle: Throttle | None = None
        self._dek: DekBox | None = None
        self._secret: SecretBox | None = None

    @property
    def is_unlocked(self) -> bool:
        """Whether the store key is in memory."""
        with self.lock:
            return self._dek is not None

    @property
    def dek(self) -> DekBox:
        """The store key.

        Raises:
            VaultLocked: it is not in memory.
        """
        with self.lock:
            if self._dek is None:
                raise VaultLocked
            return self._dek

    @property
    def bag(self) -> Keybag:
        """The key file, read once.

        Raises:
            KeybagError: there is none, or it cannot be read.
        """
        with self.lock:
            if self._bag is None:
                loaded = self.file.load()
                self._bag, self.stood_in = loaded.bag, loaded.from_previous
            return self._bag

    @property
    def throttle(self) -> Throttle:
        """The counters of tries of this key file."""
        with self.lock:
            if self._throttle is None:
                self._throttle = Throttle(self._folder, self.store, self.bag.db_uuid, self._clock)
            return self._throttle

    def begin(self, bag: Keybag, dek: DekBox, secret: SecretBox) -> None:
        """Take over a newly made key file with its keys, and write it.

        Raises:
            NotWritten: nothing is held then.
        """
        with self.lock:
            throttle = Throttle(self._folder, self.store, bag.db_uuid, self._clock)
            throttle.start(secret)
            self.save(bag, forget_previous=True)
            self._throttle = throttle
            self._dek, self._secret = dek, secret

    def save(self, bag: Keybag, *, forget_previous: bool = False) -> None:
        """Write the key file and hold it; see `KeybagFile.save`."""
        with self.lock:
            self.file.save(bag, forget_previous=forget_previous)
            self._bag = bag

    def device_secret(self) -> SecretBox:
        """Return a copy of the device secret, asking its place unless somebody is signed in.

        Raises:
            PcRemoved: a wipe order destroyed it.
            DeviceSecretError: see `read_device_secret`.
        """
        with self.lock:
            if self._secret is not None:
                return self._secret.copy()
            bag = self.bag
        if bag.wiped_ms is not None:
            raise PcRemoved
        return read_device_secret(self.store, bag.db_uuid, bag.device_secret)

    def password_slot(self, user: str) -> Slot:
        """Return a person's password slot.

        Raises:
            NotKnownHere: there is none.
        """
        slot = self.bag.password_slot(user)
        if slot is None:
            raise NotKnownHere
        return slot

    def admit(self, dek: SecretBox, secret: SecretBox, *, since: int) -> DekBox:
        """Hold the store key that a slot gave, unless the vault was locked `since`.

        Raises:
            VaultLocked: a lock that came while a secret was being stretched wins.
        """
        with self.lock:
            self.refuse_if_locked(since)
            if self._dek is None:
                self._dek = DekBox(bytearray(dek.exposed()), self.bag.cipher_salt)
                self._secret = secret.copy()
            elif not self._dek.equals(dek):
                raise BugError("two slots of one key file hold different store keys")
            return self._dek

    def refuse_if_locked(self, since: int) -> None:
        """Raise `VaultLocked` if the vault was locked after its lock number `since`."""
        if self.locks != since:
            raise VaultLocked

    def keep_slot_key(self, user: str, kek: SecretBox) -> None:
        """Hold a person's slot key until they are forgotten."""
        with self.lock:
            self.forget(user)
            self.slot_keys[user] = kek

    def forget(self, user: str) -> None:
        """Wipe a person's slot key."""
        with self.lock:
            kek = self.slot_keys.pop(user, None)
            if kek is not None:
                kek.wipe()

    def wipe_people(self) -> None:
        """Wipe what belongs to people and to this PC, and leave the store key."""
        with self.lock:
            for user in tuple(self.slot_keys):
                self.forget(user)
            self.pins.drop_all()
            if self._secret is not None:
                self._secret.wipe()
                self._secret = None

    def wipe_all(self) -> None:
        """Wipe every key in memory."""
        with self.lock:
            self.locks += 1
            self.wipe_people()
            if self._dek is not None:
                self._dek.wipe()
                self._dek = None


def make_slot(header: SlotHeader, wrapped: Wrapped) -> Slot:
    """Join a header and the key wrapped under it."""
    return Slot(**msgspec.structs.asdict(header), nonce=wrapped.nonce, ct=wrapped.ct)


def password_key(header: SlotHeader, passphrase: str, secret: SecretBox) -> SecretBox:
    """Return the key of a password slot: one key derivation."""
    if header.kdf is None:
        raise BugError("a password slot without a key derivation")
    with stretched(passphrase, header.kdf) as half:
        return joined_key(header, half, secret)


def joined_key(header: SlotHeader, half: SecretBox, secret: SecretBox) -> SecretBox:
    """Return the key of a slot from its person's half and the PC's half."""
    return slot_key(
        half,
        secret,
        slot_id=header.id,
        device=header.device,
        user=header.user,
        purpose=header.purpose,
    )
