"""Checking leases and other words of the server with the key kept from enrolment."""

from __future__ import annotations

from functools import partial

from sonar_core.sync import lease as leases
from sonar_core.sync import roll as rolls
from sonar_core.sync import wiping as orders
from sonar_core.sync.lease import Lease
from sonar_core.sync.roll import Roll, SignedRoll
from sonar_core.sync.wiping import SignedOrder, WipeOrder
from sonar_desktop.vault.device_identity import verify
from sonar_desktop.vault.errors import (
    LeaseAltered,
    LeaseEnded,
    LeaseOfAnotherPc,
    LeaseOfAnotherPerson,
    LeaseUnreadable,
    LeaseWrongKey,
    OrderRefused,
    RollRefused,
    VaultError,
)

_SAID: dict[type[leases.LeaseError], type[VaultError]] = {
    leases.LeaseAlteredError: LeaseAltered,
    leases.LeaseWrongKeyError: LeaseWrongKey,
    leases.LeaseUnreadableError: LeaseUnreadable,
    leases.LeaseOtherDeviceError: LeaseOfAnotherPc,
    leases.LeaseOtherPersonError: LeaseOfAnotherPerson,
    leases.LeaseExpiredError: LeaseEnded,
}


def checked_lease(
    body: bytes,
    signature: bytes,
    *,
    server_public_key: bytes,
    now_ms: int,
    device: str,
    user: str,
    may_have_ended: bool = False,
) -> Lease:
    """Return a server's lease if it is true, for this PC and person, and runs.

    `server_public_key` is the Ed25519 lease key (32 bytes) kept from enrolment. For emergency
    access the lease `may_have_ended`.

    Raises:
        VaultError: a kind of its own for expired, other PC, other person, wrong key, altered and
            unreadable; the lease held before stays in force.
    """
    try:
        return leases.opened(
            body,
            signature,
            public_key=server_public_key,
            verify=partial(verify, server_public_key),
            now_ms=now_ms,
            device=device,
            user=user,
            may_have_ended=may_have_ended,
        )
    except leases.LeaseError as error:
        raise _SAID[type(error)] from None


def checked_roll(signed: SignedRoll, *, server_public_key: bytes, device: str) -> Roll:
    """Return the server's word on accounts if it is true and for this PC.

    Raises:
        RollRefused: nothing of it was taken.
    """
    try:
        return rolls.opened(signed, verify=partial(verify, server_public_key), device=device)
    except rolls.RollError:
        raise RollRefused from None


def checked_order(signed: SignedOrder, *, server_public_key: bytes, device: str) -> WipeOrder:
    """Return the server's order to wipe this PC if it is true and for it.

    Raises:
        OrderRefused: it is not obeyed.
    """
    try:
        return orders.opened(signed, verify=partial(verify, server_public_key), device=device)
    except orders.OrderError:
        raise OrderRefused from None
