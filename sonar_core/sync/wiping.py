"""The wipe of a PC from afar: an order that the server signs, and the parcel that comes before it.

Operations come by the ordinary push. What no push carries, drafts, comes as a parcel that only the
organisation's recovery key opens. It carries its own signature: a PC whose keys are gone has it on
its disk, and can still hand it in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec

from sonar_core import bodies
from sonar_core.ids import to_bytes

ORDER_DOMAIN: Final = b"sonar/wipe/v1\x00"
PARCEL_DOMAIN: Final = b"sonar/parcel/v1\x00"
MOST_PARCEL_BYTES: Final = 7 * 1024 * 1024

Verify = Callable[[bytes, bytes], bool]
"""Called with (message, signature); true when the key that the caller knows made the signature."""


class AskOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A PC that is out of use asks what is to become of it, and says what it still has.

    `waiting` operations have no verdict yet; the oldest that a person entered was written at
    `oldest_ms` (UTC), None where only the access log waits. `drafts` are not signed.
    """

    protocol: int
    waiting: int
    oldest_ms: int | None
    drafts: int


class SignedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Canonical bytes of a WipeOrder, and the signature of the server's lease key over them."""

    order: bytes
    signature: bytes


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an AskOrder: None where nothing was ordered, or it was withdrawn."""

    order: SignedOrder | None = None


class WipeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Take the keys off this device once everything that was entered there is safe."""

    order_id: str
    device: str
    issued_ms: int


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What a device leaves, sealed to the organisation's recovery key.

    `signature` is the device's over `parcel_message`: it needs no request signed by the device.
    """

    protocol: int
    device: str
    order_id: str
    sealed: bytes
    signature: bytes


class ParcelReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The server has a parcel for good: the SHA-256 of its sealed bytes, in hex."""

    order_id: str
    sha256: str


class OrderError(ValueError):
    """An order that must not be obeyed; the message names the reason."""


def canonical(order: WipeOrder) -> bytes:
    """Return the bytes of an order, made once by the server and sent as they are."""
    return bodies.encode(order)


def signed_message(body: bytes) -> bytes:
    """Return what the server signs for an order's bytes."""
    return ORDER_DOMAIN + body


def opened(signed: SignedOrder, *, verify: Verify, device: str) -> WipeOrder:
    """Return an order that was truly signed, for this device.

    Raises OrderError: not signed by that key, no order, another device's.
    """
    if not verify(signed_message(signed.order), signed.signature):
        raise OrderError("the order's signature does not fit its bytes")
    try:
        order = bodies.decode(signed.order, WipeOrder)
    except bodies.BodyError as error:
        raise OrderError("the signed bytes are no order") from error
    if order.device != device:
        raise OrderError("the order is for another device")
    return order


def parcel_message(order_id: str, sealed: bytes) -> bytes:
    """Return what the device signs of its parcel; raise ValueError for an id that is none."""
    return PARCEL_DOMAIN + to_bytes(order_id) + hashlib.sha256(sealed).digest()


def receipt_of(parcel: Parcel) -> ParcelReceipt:
    """Return the receipt of a parcel."""
    return ParcelReceipt(order_id=parcel.order_id, sha256=hashlib.sha256(parcel.sealed).hexdigest())
