"""What the server's word changes in the key file: leases, newer credentials, a wipe."""

from __future__ import annotations

import msgspec

from sonar_desktop.vault.device_secret import destroy_device_secret
from sonar_desktop.vault.envelope_slots import TRIES
from sonar_desktop.vault.errors import PinNeedsPassword
from sonar_desktop.vault.keybag import Purpose
from sonar_desktop.vault.keyholder import Keyholder, make_slot
from sonar_desktop.vault.keys import wrap
from sonar_desktop.vault.people import Person


class ServerOrders:
    """Carried out after the caller has verified the server's signature or answer."""

    def __init__(self, keys: Keyholder) -> None:
        self._keys = keys

    def renew(self, person: Person, *, gen: int, not_after_ms: int) -> None:
        """Write a new lease into a person's slot; quick, no passphrase needed.

        Raises:
            PinNeedsPassword: they have not signed in by password in this process.
            NotKnownHere: they have no slot.
            NotWritten: the old lease stands.
        """
        keys = self._keys
        with keys.lock:
            bag, old = keys.bag, keys.password_slot(person.user)
            kek = keys.slot_keys.get(person.user)
            if kek is None:
                raise PinNeedsPassword
            header = msgspec.structs.replace(
                old.header,
                display_name=person.display_name,
                initials=person.initials,
                role=person.role,
                gen=gen,
                not_after_ms=not_after_ms,
            )
            wrapped = wrap(kek, keys.dek, bag.bound(header))
            keys.save(bag.with_slot(make_slot(header, wrapped)))

    def drop_older_slot(self, user: str, gen: int) -> bool:
        """Remove a person's slot if it is older than their credentials on the server.

        The last password slot of somebody with an account is kept, since nobody could open the
        store without it: the caller goes on asking for an online sign-in, which replaces it.
        Returns whether it was removed.

        Raises:
            NotWritten: it was not removed.
        """
        keys = self._keys
        with keys.lock:
            bag = keys.bag
            slot = bag.password_slot(user)
            others = any(
                other.purpose is Purpose.PASSWORD and other.user != user and other.has_account
                for other in bag.slots
            )
            if slot is None or slot.gen >= gen or not others:
                return False
            keys.save(bag.without(slot.id), forget_previous=True)
            keys.forget(user)
            keys.pins.drop(user)
            return True

    def forgive_tries(self, user: str) -> None:
        """Let a person try again here, after the server has accepted their password; keyring.

        Raises:
            DeviceSecretError, NotWritten: nothing was changed.
        """
        keys = self._keys
        with keys.device_secret() as secret, keys.lock:
            others = (slot.user for slot in keys.bag.slots if slot.user != user)
            keys.throttle.forgive(user, (*others, TRIES), secret)

    def wipe_slots(self) -> None:
        """Destroy every slot and the device secret by a wipe order (decision 27); keyring.

        The store and the recovery slot stay; a store key in memory stays until the vault is
        locked, so that what was not sent can still be. May be repeated where the keyring failed.

        Raises:
            NotWritten: nothing was destroyed yet.
            DeviceSecretError: the slots are gone, the device secret is not yet.
        """
        keys = self._keys
        with keys.lock:
            bag = keys.bag
            if bag.wiped_ms is None:
                now = keys.throttle.now_ms()
                emptied = msgspec.structs.replace(bag, slots=(), dek_next=None, wiped_ms=now)
                keys.save(emptied, forget_previous=True)
            keys.wipe_people()
            destroy_device_secret(keys.store, bag.db_uuid)
