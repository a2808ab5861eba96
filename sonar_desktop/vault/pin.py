"""PIN slots: memory of this process only, never on disk.

On a disk six digits would fall in some core-days at our Argon2id cost. In memory they end with the
process, after five wrong tries, or 12 h after they were made.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from sonar_desktop.usecases.ports import Clock
from sonar_desktop.vault.errors import PinNeedsPassword, WrongPin
from sonar_desktop.vault.keys import (
    KdfCost,
    KdfHeader,
    SecretBox,
    Wrapped,
    new_salt,
    slot_key,
    stretched,
    unwrap,
    wrap,
)
from sonar_desktop.vault.strength import check_pin

PURPOSE: Final = "pin"
PIN_TRIES: Final = 5
PIN_LIFE_MS: Final = 12 * 60 * 60 * 1000


@dataclass(frozen=True, kw_only=True)
class _PinSlot:
    slot_id: bytes
    kdf: KdfHeader
    wrapped: Wrapped
    made_at: int
    tries: int = 0


class PinSlots:
    """The PIN slots of one process. Safe to call from several threads.

    The KDF runs outside the lock; a try is counted before it runs.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._slots: dict[str, _PinSlot] = {}

    def holds(self, user: str) -> bool:
        """Whether this person can use a PIN now."""
        with self._lock:
            return self._living(user) is not None

    def make(
        self,
        user: str,
        pin: str,
        *,
        device: str,
        cost: KdfCost,
        device_secret: SecretBox,
        dek: SecretBox,
    ) -> None:
        """Make a person's PIN slot, in place of an older one: one key derivation.

        Raises:
            SecretTooWeak: no PIN, or one that anyone would try.
        """
        check_pin(pin)
        slot_id = new_salt()
        kdf = KdfHeader(t=cost.t, m=cost.m, p=cost.p, salt=new_salt())
        header = _header(device, user, slot_id, kdf)
        with (
            stretched(pin, kdf) as half,
            slot_key(
                half, device_secret, slot_id=slot_id, device=device, user=user, purpose=PURPOSE
            ) as kek,
        ):
            wrapped = wrap(kek, dek, header)
        slot = _PinSlot(
            slot_id=slot_id, kdf=kdf, wrapped=wrapped, made_at=self._clock.monotonic_ms()
        )
        with self._lock:
            self._slots[user] = slot

    def open(self, user: str, pin: str, *, device: str, device_secret: SecretBox) -> SecretBox:
        """Decrypt with a PIN and return the store key: one key derivation.

        Raises:
            PinNeedsPassword: there is no slot, or its 12 h are over.
            WrongPin: with the tries left; at 0 the slot is gone.
        """
        with self._lock:
            slot = self._living(user)
            if slot is None:
                raise PinNeedsPassword
            slot = replace(slot, tries=slot.tries + 1)
            # With the last try the slot is out of reach before its answer is known.
            self._slots[user] = slot
        header = _header(device, user, slot.slot_id, slot.kdf)
        with (
            stretched(pin, slot.kdf) as half,
            slot_key(
                half, device_secret, slot_id=slot.slot_id, device=device, user=user, purpose=PURPOSE
            ) as kek,
        ):
            opened = unwrap(kek, slot.wrapped, header)
        with self._lock:
            present = self._slots.get(user)
            # Dropped or made anew meanwhile: then this answer changes nothing.
            if present is not None and present.slot_id == slot.slot_id:
                if opened is not None:
                    self._slots[user] = replace(slot, tries=0)
                elif slot.tries >= PIN_TRIES:
                    del self._slots[user]
        if opened is None:
            raise WrongPin(tries_left=PIN_TRIES - slot.tries)
        return opened

    def drop(self, user: str) -> None:
        """Forget a person's PIN slot."""
        with self._lock:
            self._slots.pop(user, None)

    def drop_all(self) -> None:
        """Forget every PIN slot."""
        with self._lock:
            self._slots.clear()

    def _living(self, user: str) -> _PinSlot | None:
        slot = self._slots.get(user)
        if slot is None or slot.tries >= PIN_TRIES:
            return None
        if self._clock.monotonic_ms() - slot.made_at >= PIN_LIFE_MS:
            del self._slots[user]
            return None
        return slot


def _header(device: str, user: str, slot_id: bytes, kdf: KdfHeader) -> bytes:
    fields = {"device": device, "user": user, "id": slot_id, "purpose": PURPOSE, "kdf": kdf}
    return b"sonar/pin-slot/v1\n" + msgspec.json.encode(fields, order="sorted")
