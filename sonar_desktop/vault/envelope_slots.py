"""Sealed envelopes: making them, and opening the store with one."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_desktop.usecases.identity_ports import Envelope, OpenedEnvelope
from sonar_desktop.vault.envelope import ENVELOPES, new_code, read_code
from sonar_desktop.vault.errors import WrongCode
from sonar_desktop.vault.keybag import Purpose, Slot, SlotHeader
from sonar_desktop.vault.keyholder import Keyholder, joined_key, make_slot
from sonar_desktop.vault.keys import new_salt, unwrap, wrap

TRIES: Final = "envelope"
USER: Final = "envelope-"


class Envelopes:
    """The envelopes of one PC. What was copied off the disk before stays openable by its code."""

    def __init__(self, keys: Keyholder) -> None:
        self._keys = keys

    @property
    def left(self) -> int:
        """How many are not used yet."""
        return len(self._keys.bag.envelope_slots())

    def make(self) -> tuple[Envelope, ...]:
        """Make three envelopes and void all earlier ones; quick. Print the codes, keep none.

        Raises:
            VaultLocked: nobody is signed in.
            NotWritten: the earlier ones stand.
        """
        keys = self._keys
        with keys.lock:
            dek, bag = keys.dek, keys.bag
            made: list[Slot] = []
            envelopes: list[Envelope] = []
            with keys.device_secret() as secret:
                for number in range(1, ENVELOPES + 1):
                    header = _header(bag.device, number)
                    half, code = new_code()
                    with half, joined_key(header, half, secret) as kek:
                        made.append(make_slot(header, wrap(kek, dek, bag.bound(header))))
                    envelopes.append(Envelope(number=number, code=code))
            kept = tuple(slot for slot in bag.slots if slot.purpose is not Purpose.ENVELOPE)
            fresh = msgspec.structs.replace(bag, slots=(*kept, *made))
            keys.save(fresh, forget_previous=True)
            return tuple(envelopes)

    def unlock(self, typed: str) -> OpenedEnvelope:
        """Hold the store key that a printed code opens; keyring. The envelope stays good.

        The caller shows nothing before who opens it is on the disk (decision 28), and then either
        gives them a key in the envelope's place (`Vault.add_password_slot`) or calls `lock`.

        Raises:
            CodeMistyped: not counted as a try.
            WrongCode, TryLater, TriesUsedUp, TriesAltered, DeviceSecretError, NotWritten.
        """
        keys, since = self._keys, self._keys.locks
        with read_code(typed) as half, keys.device_secret() as secret, keys.lock:
            bag = keys.bag
            keys.throttle.begin_try(TRIES, secret)
            for slot in bag.envelope_slots():
                with joined_key(slot, half, secret) as kek:
                    dek = unwrap(kek, slot.wrapped, bag.bound(slot.header))
                if dek is None:
                    continue
                with dek:
                    keys.throttle.succeeded(TRIES, secret)
                    keys.admit(dek, secret, since=since)
                return OpenedEnvelope(number=int(slot.user.removeprefix(USER)), slot=slot.id)
            raise WrongCode


def _header(device: str, number: int) -> SlotHeader:
    return SlotHeader(
        id=new_salt(),
        device=device,
        user=f"{USER}{number}",
        purpose=Purpose.ENVELOPE,
        display_name="",
        initials="",
        role="",
        gen=0,
        not_after_ms=0,
        kdf=None,
    )
