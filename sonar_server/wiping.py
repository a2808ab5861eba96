"""Having a PC wiped from afar, and taking what it leaves before.

A PC under such an order is out of use, and yet let in to send what was entered on it. Its parcel
needs no signed request: it may come from a PC whose keys are gone.
"""

from __future__ import annotations

from typing import Final

import structlog

from sonar_core.ids import to_bytes
from sonar_core.sync import wiping
from sonar_core.sync.wiping import (
    MOST_PARCEL_BYTES,
    AskOrder,
    Ordered,
    Parcel,
    ParcelReceipt,
    SignedOrder,
    WipeOrder,
)
from sonar_server.administration import AdministrationError, one_named
from sonar_server.central import Central
from sonar_server.errors import bad_request, no_order, require_push_protocol
from sonar_server.keys import DeviceKey
from sonar_server.operators import Word
from sonar_server.store import incidents, places, wipes
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident
from sonar_server.store.places import Device

ORDERED: Final = "wipe_ordered"
WIPED: Final = "device_wiped"

_log: Final = structlog.get_logger()


def order(central: Central, name: str, word: Word) -> Device:
    """Take a PC out of use and have it wiped at its next contact, once all it has is safe.

    Raises AdministrationError for none or several of that name, and where that was said before.
    """
    now_ms = central.now_ms()

    def write(transaction: Transaction) -> Device:
        device = one_named(name, places.every_device(transaction), shown_by="device list")
        if wipes.standing(transaction, device) is not None:
            raise AdministrationError(f"PC {device.name} {device.id} has that order already")
        places.set_revoked(transaction, device.id, now_ms)
        asked = WipeOrder(order_id=central.new_id(), device=device.id, issued_ms=now_ms)
        body = wiping.canonical(asked)
        signature = central.keys.sign(wiping.signed_message(body))
        wipes.add(transaction, device, asked, SignedOrder(order=body, signature=signature))
        _note(transaction, central, device, ORDERED, word.said)
        return device

    device = central.database.run(write)
    _log.warning(ORDERED, device=device.id)
    return device


def answer(central: Central, asked: AskOrder, device: Device) -> Ordered:
    """Keep what a PC says it still has, and return the order that stands for it."""
    require_push_protocol(asked.protocol)
    if asked.waiting < 0 or asked.drafts < 0:
        raise bad_request("less than nothing cannot be left")

    def look(transaction: Transaction) -> Ordered:
        wipes.keep_left(transaction, device, asked, central.now_ms())
        found = wipes.standing(transaction, device)
        return Ordered(order=None if found is None else found.signed)

    return central.database.run(look)


def take_parcel(central: Central, parcel: Parcel) -> ParcelReceipt:
    """Keep what a PC left, for good, and return the receipt; the same one again changes nothing.

    Raises RefusedError: bad_request, no_order (404) for a parcel that nobody ordered or that was
    not signed by its device.
    """
    require_push_protocol(parcel.protocol)
    if len(parcel.sealed) > MOST_PARCEL_BYTES:
        raise bad_request(f"a parcel has at most {MOST_PARCEL_BYTES} bytes")
    try:
        identifier, message = to_bytes(parcel.device), _message(parcel)
    except ValueError:
        raise bad_request("these are no ids") from None

    def keep(transaction: Transaction) -> bool:
        device = places.find_device(transaction, identifier)
        if device is None or not DeviceKey(device.sign_public).verify(message, parcel.signature):
            raise no_order()
        found = wipes.standing(transaction, device)
        if found is None or found.order_id != parcel.order_id:
            raise no_order()
        wipes.keep_parcel(transaction, device, parcel, central.now_ms())
        if found.done_ms is None:
            _note(transaction, central, device, WIPED, f"its parcel is of {len(parcel.sealed)} B")
        return found.done_ms is None

    if central.database.run(keep):
        _log.warning(WIPED, device=parcel.device)
    return wiping.receipt_of(parcel)


def _message(parcel: Parcel) -> bytes:
    return wiping.parcel_message(parcel.order_id, parcel.sealed)


def _note(
    transaction: Transaction, central: Central, device: Device, kind: str, words: str
) -> None:
    happened = Incident(
        id=central.new_id(),
        at_ms=central.now_ms(),
        kind=kind,
        detail=f"device {device.id} ({device.name}): {words}",
    )
    incidents.note(transaction, device.site, happened)
