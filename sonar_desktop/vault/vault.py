"""The vault: holds the store key while somebody is signed in, and lets people in.

Calls that stretch a secret (0.25 to 0.5 s each at the calibrated cost) or ask the keyring (some ms,
at most 5 s a question) say so; run them in a short-lived thread, never in the one that draws. All
methods may be called from any thread.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from sonar_desktop.usecases.ports import Clock
from sonar_desktop.vault.device_secret import make_device_secret
from sonar_desktop.vault.envelope_slots import TRIES, Envelopes
from sonar_desktop.vault.errors import (
    AlreadyEnrolled,
    LeaseEnded,
    PinNeedsPassword,
    VaultLocked,
    WrongCode,
    WrongPassword,
)
from sonar_desktop.vault.keybag import Keybag, Purpose, SecretPlace, Slot, SlotHeader
from sonar_desktop.vault.keyholder import Keyholder, make_slot, password_key
from sonar_desktop.vault.keys import (
    DekBox,
    KdfCost,
    KdfHeader,
    SecretBox,
    new_dek,
    new_salt,
    unwrap,
    wrap,
)
from sonar_desktop.vault.people import KnownPerson, Person, SignInWith
from sonar_desktop.vault.recovery import seal
from sonar_desktop.vault.secret_store import SecretStore
from sonar_desktop.vault.server_orders import ServerOrders
from sonar_desktop.vault.strength import check_password


class Vault:
    """The keys of one PC in one process.

    `store` is where the device secret is kept (`secret_store.open_secret_store`). `envelopes` and
    `orders` are the doors for sealed envelopes and for the server's word.
    """

    def __init__(self, data_folder: Path, *, store: SecretStore, clock: Clock) -> None:
        self._keys = Keyholder(data_folder, store, clock)
        self.envelopes = Envelopes(self._keys)
        self.orders = ServerOrders(self._keys)

    @property
    def is_enrolled(self) -> bool:
        """Whether somebody has, or had, a password here, so that the store may hold records.

        Raises:
            KeybagError: there is a key file and it cannot be read.
        """
        return self._keys.file.exists() and self._keys.bag.in_use

    @property
    def is_wiped(self) -> bool:
        """Whether a wipe order destroyed the keys of this PC."""
        return self._keys.file.exists() and self._keys.bag.wiped_ms is not None

    @property
    def is_unlocked(self) -> bool:
        """Whether the store key is in memory."""
        return self._keys.is_unlocked

    @property
    def reduced_protection(self) -> bool:
        """Whether the device secret lies in a file by the administrator's policy: always shown."""
        return self._keys.store.place is SecretPlace.FILE

    @property
    def used_former_generation(self) -> bool:
        """Whether the key file was damaged and its former generation stands in: to be said."""
        return self._keys.stood_in

    @property
    def device(self) -> str:
        """The id of this PC, as enrolled."""
        return self._keys.bag.device

    @property
    def db_uuid(self) -> str:
        """The id of the store that the key belongs to."""
        return self._keys.bag.db_uuid

    @property
    def dek(self) -> DekBox:
        """The store key.

        Raises:
            VaultLocked: nobody has signed in.
        """
        return self._keys.dek

    def certain_ms(self) -> int:
        """Return the latest time that is certain (UTC ms), by which leases end here; quick.

        Raises:
            KeybagError: there is no key file, or it cannot be read.
        """
        return self._keys.throttle.now_ms()

    def users(self) -> tuple[KnownPerson, ...]:
        """List who can sign in here, by name; quick, asks no keyring.

        Last come those whom an envelope let in, so that they take nobody's place on a page. A tile
        says PIN only while this process holds that slot.
        """
        now = self._keys.throttle.now_ms()
        people = []
        for slot in self._keys.bag.slots:
            if slot.purpose is not Purpose.PASSWORD:
                continue
            way = SignInWith.PIN if self._keys.pins.holds(slot.user) else SignInWith.PASSWORD
            if now >= slot.not_after_ms:
                way = SignInWith.ONLINE
            people.append(
                KnownPerson(
                    person=Person.of(slot),
                    sign_in_with=way,
                    gen=slot.gen,
                    not_after_ms=slot.not_after_ms,
                )
            )
        return tuple(
            sorted(people, key=lambda known: (not known.gen, known.person.display_name.casefold()))
        )

    def create(self, *, device: str, organisation_public_key: bytes, cost: KdfCost) -> DekBox:
        """Make store key, device secret and key file with its recovery slot; keyring calls.

        The PC counts as enrolled with the first password slot. A key file left by an enrolment
        that never got so far is set aside, not overwritten. `cost` is `keys.calibrated()`.

        Raises:
            AlreadyEnrolled: there is a key file in use.
            KeybagError: there is one that cannot be read; it stays as it is.
            DeviceSecretError, RecoveryRefused, KdfRefused, NotWritten: nothing was enrolled.
        """
        cost.check()
        keys = self._keys
        with keys.lock:
            if keys.file.exists():
                if keys.bag.in_use:
                    raise AlreadyEnrolled
                keys.file.set_aside(keys.bag.db_uuid)
            keys.wipe_all()
            dek = new_dek()
            recovery = seal(dek, organisation_public_key)
            db_uuid = str(uuid.uuid4())
            secret, mark = make_device_secret(keys.store, db_uuid)
            bag = Keybag(
                device=device,
                db_uuid=db_uuid,
                cipher_salt=dek.cipher_salt,
                cost=cost,
                device_secret=mark,
                recovery=recovery,
            )
            keys.begin(bag, dek, secret)
            return dek

    def add_password_slot(
        self,
        person: Person,
        passphrase: str,
        *,
        gen: int,
        not_after_ms: int,
        envelope: bytes = b"",
    ) -> None:
        """Wrap the store key for a person, in place of their old slot; one key derivation.

        For a first sign-in on this PC and for one after a password change elsewhere: the caller
        has had the password accepted by the server. Their count of tries starts anew. With the id
        of an envelope's slot, for whom it let in: it goes in the same writing.

        Raises:
            VaultLocked: the store key is not in memory: somebody known here signs in first.
            WrongCode: somebody else has used the envelope up meanwhile.
            SecretTooWeak: the password is refused.
            DeviceSecretError, NotWritten: nothing was changed.
        """
        check_password(passphrase, about=(person.display_name, person.user))
        keys, since = self._keys, self._keys.locks
        keys.dek.exposed()
        header = _password_header(keys.bag, person, gen, not_after_ms)
        with keys.device_secret() as secret:
            kek = password_key(header, passphrase, secret)
            with keys.lock:
                keys.refuse_if_locked(since)
                bag = keys.bag
                if envelope and not bag.has_envelope(envelope):
                    raise WrongCode
                wrapped = wrap(kek, keys.dek, bag.bound(header))
                removes = bool(envelope) or bag.password_slot(person.user) is not None
                fresh = bag.with_slot(make_slot(header, wrapped)).without(envelope)
                keys.save(fresh, forget_previous=removes)
                keys.pins.drop(person.user)
                keys.keep_slot_key(person.user, kek)
                others = (slot.user for slot in bag.slots if slot.user != person.user)
                keys.throttle.forgive(person.user, (*others, TRIES), secret)

    def unlock(self, user: str, passphrase: str) -> DekBox:
        """Let a person in by password and return the store key; keyring and one key derivation.

        Raises:
            NotKnownHere, WrongPassword, TryLater, TriesUsedUp, TriesAltered, LeaseEnded,
            PcRemoved, KdfRefused, DeviceSecretError, KeybagError: each with its own sentence.
        """
        return self._unlock(user, passphrase, may_have_ended=False)

    def unlock_to_renew(self, user: str, passphrase: str) -> DekBox:
        """As `unlock`, for a person whose lease has ended, so that the server can be asked.

        The PC's keys are in the store, and without them the server answers nobody. The caller
        shows nothing, and either has the lease renewed (`add_password_slot`) or calls `lock`.

        Raises:
            VaultError: as `unlock`, but for LeaseEnded.
        """
        return self._unlock(user, passphrase, may_have_ended=True)

    def _unlock(self, user: str, passphrase: str, *, may_have_ended: bool) -> DekBox:
        keys, since = self._keys, self._keys.locks
        with keys.device_secret() as secret:
            slot, kek, dek = self._opened(user, passphrase, secret)
            with dek, kek, keys.lock:
                if not may_have_ended and keys.throttle.now_ms() >= slot.not_after_ms:
                    raise LeaseEnded
                held = keys.admit(dek, secret, since=since)
                keys.keep_slot_key(user, kek.copy())
                return held

    def verify_password(self, user: str, passphrase: str) -> None:
        """Check a password without signing anyone in, as for a witness; as slow as `unlock`.

        Raises:
            VaultError: as `unlock`.
        """
        with self._keys.device_secret() as secret:
            slot, kek, dek = self._opened(user, passphrase, secret)
        kek.wipe()
        dek.wipe()
        if self._keys.throttle.now_ms() >= slot.not_after_ms:
            raise LeaseEnded

    def change_password(self, user: str, old: str, new: str) -> None:
        """Replace a person's passphrase on this PC; two key derivations.

        The old one opens neither generation of the key file afterwards. The PIN goes too.

        Raises:
            VaultLocked: nobody is signed in.
            VaultError: as `unlock` for the old one, `SecretTooWeak` for the new one.
        """
        self._keys.dek.exposed()
        slot = self._keys.password_slot(user)
        check_password(new, about=(slot.display_name, slot.user))
        self.verify_password(user, old)
        self.add_password_slot(Person.of(slot), new, gen=slot.gen, not_after_ms=slot.not_after_ms)

    def enrol_pin(self, user: str, pin: str) -> None:
        """Make a PIN for a person who signed in by password in this process; one derivation.

        Raises:
            VaultLocked: nobody is signed in.
            PinNeedsPassword: somebody is, but not they, or not by password.
            SecretTooWeak: the PIN is refused.
        """
        keys, since = self._keys, self._keys.locks
        with keys.lock:
            dek = keys.dek.copy()
            if user not in keys.slot_keys:
                dek.wipe()
                raise PinNeedsPassword
        with dek, keys.device_secret() as secret:
            keys.pins.make(
                user,
                pin,
                device=keys.bag.device,
                cost=keys.bag.cost,
                device_secret=secret,
                dek=dek,
            )
        with keys.lock:
            if keys.locks != since:
                keys.pins.drop(user)
                raise VaultLocked

    def verify_pin(self, user: str, pin: str) -> None:
        """Check a PIN, to sign, to witness or to lift the screen lock; one derivation.

        Raises:
            PinNeedsPassword: no PIN slot in this process, or it has ended.
            WrongPin: with the tries left.
            LeaseEnded: the person's lease is over.
        """
        self.unlock_pin(user, pin)

    def unlock_pin(self, user: str, pin: str) -> DekBox:
        """Let a person in by PIN and return the store key; one derivation.

        Raises:
            SignInError: as `verify_pin`.
        """
        keys, since = self._keys, self._keys.locks
        slot = keys.password_slot(user)
        if not keys.pins.holds(user):
            raise PinNeedsPassword
        with keys.device_secret() as secret:
            opened = keys.pins.open(user, pin, device=keys.bag.device, device_secret=secret)
            with opened:
                if keys.throttle.now_ms() >= slot.not_after_ms:
                    raise LeaseEnded
                return keys.admit(opened, secret, since=since)

    def drop_pin(self, user: str) -> None:
        """Forget a person's PIN, as at their sign-out."""
        self._keys.pins.drop(user)

    def lock(self) -> None:
        """Wipe every key in this process. Boxes handed out raise `VaultLocked` from then on."""
        self._keys.wipe_all()

    def _opened(
        self, user: str, passphrase: str, secret: SecretBox
    ) -> tuple[Slot, SecretBox, SecretBox]:
        """Count the try, stretch, decrypt; return slot, slot key and store key."""
        keys = self._keys
        bag, slot = keys.bag, keys.password_slot(user)
        with keys.lock:
            left = keys.throttle.begin_try(user, secret)
        kek = password_key(slot, passphrase, secret)
        dek = unwrap(kek, slot.wrapped, bag.bound(slot.header))
        if dek is None:
            kek.wipe()
            raise WrongPassword(tries_left=left)
        with keys.lock:
            keys.throttle.succeeded(user, secret)
        return slot, kek, dek


def _password_header(bag: Keybag, person: Person, gen: int, not_after_ms: int) -> SlotHeader:
    return SlotHeader(
        id=new_salt(),
        device=bag.device,
        user=person.user,
        purpose=Purpose.PASSWORD,
        display_name=person.display_name,
        initials=person.initials,
        role=person.role,
        gen=gen,
        not_after_ms=not_after_ms,
        kdf=KdfHeader(t=bag.cost.t, m=bag.cost.m, p=bag.cost.p, salt=new_salt()),
    )
