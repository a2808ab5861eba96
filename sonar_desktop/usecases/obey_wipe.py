"""Obey an order to wipe this PC, one step at a time; each may be repeated after a stop.

1. the order is kept in the store: from then on nobody is let in;
2. the exchange sends what waits, by the ordinary push;
3. drafts lie on the disk as a parcel that only the organisation's recovery key opens;
4. the keys go: slots, PINs, device secret;
5. the server has the parcel for good;
6. the files of the records go, at the next start.

Nothing is ever deleted that the server has not acknowledged. From 4 on no key is needed.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from sonar_core.sync import wiping
from sonar_core.sync.messages import PROTOCOL
from sonar_core.sync.wiping import Parcel, WipeOrder
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import KeptParcel, OpenedStore, Premises
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.ports import Actor, Writing
from sonar_desktop.usecases.sign_in import WIPE_SETTING, setting

PACKED_SETTING: Final = "wipe_parcel"
"""Which order's parcel lies on the disk, and the SHA-256 of what was sealed; in the store alone."""


class LeftDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it was on the PC: whose, of which form, about which stay."""

    author: str
    record: str
    form: str
    episode: str | None
    body: bytes
    saved_ms: int


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What a parcel holds once it is opened: every draft of everybody."""

    device: str
    site: str
    drafts: tuple[LeftDraft, ...]


class ParcelRefusedError(KnownError):
    """The server's receipt is not for what was handed in."""

    def __init__(self) -> None:
        super().__init__(
            "The server did not confirm what this PC left, so nothing was removed. It is handed in "
            "again by itself. Tell IT if this stays."
        )


def hear_order(premises: Premises, opened: OpenPc, door: ServerDoor) -> WipeOrder | None:
    """Tell the server what is here and return the order that stands, kept in the store.

    None where there is none: one that was kept is withdrawn then. Raises KnownError: no network, an
    order that is not the server's.
    """
    waiting = opened.opened.sync.waiting()
    drafts = len(_leaving(opened).drafts)
    answer = door.order(waiting.operations, waiting.oldest_ms, drafts)
    order = None
    if answer.order is not None:
        order = premises.keys.checked_order(answer.order, opened.pc)
    said = "" if answer.order is None else msgspec.json.encode(answer.order).decode()
    if said != (setting(opened.opened, WIPE_SETTING) or ""):
        _keep(opened, WIPE_SETTING, said)
    return order


def is_ordered(opened: OpenedStore) -> bool:
    """Return whether an order to wipe this PC is kept here."""
    return bool(setting(opened, WIPE_SETTING))


def leave(premises: Premises, opened: OpenPc, order: WipeOrder) -> bool:
    """Put the parcel on disk, destroy the keys, hand the parcel in; slow.

    Returns False where something still waits to be sent: nothing was done then that a later call
    does not do again. Raises KnownError: disk, keyring or network refused the next step.
    """
    if opened.opened.sync.waiting().operations:
        return False
    content = msgspec.json.encode(_leaving(opened))
    packed = f"{order.order_id} {hashlib.sha256(content).hexdigest()}"
    kept = premises.parcels.kept()
    if kept is None or setting(opened.opened, PACKED_SETTING) != packed:
        kept = _packed(premises, opened, order, content)
        premises.parcels.keep(kept)
        _keep(opened, PACKED_SETTING, packed)
    premises.keys.wipe()
    if not _is_all_sent(opened, content):
        return False
    # What the server lost and nobody gave back may be here for the last time: it stays, sealed.
    is_all_there = not opened.opened.sync.healing.unheld()
    premises.parcels.keep(msgspec.structs.replace(kept, is_all_sent=is_all_there))
    hand_in(premises)
    if not _is_all_sent(opened, content):
        premises.parcels.keep(kept)
        return False
    return True


def hand_in(premises: Premises) -> None:
    """Hand the parcel in that lies here, if the server has it not; no key is needed.

    Raises KnownError: no network, or an order that was withdrawn.
    """
    kept = premises.parcels.kept()
    if kept is None or kept.is_received:
        return
    door = premises.door(kept.server, "", None)
    door.hello()
    if door.parcel(kept.parcel) != wiping.receipt_of(kept.parcel):
        raise ParcelRefusedError
    premises.parcels.keep(msgspec.structs.replace(kept, is_received=True))


def finish(premises: Premises) -> bool:
    """Go on with a wipe that had begun when this program started; return whether all is done.

    Only while no store is open. Raises KnownError as `hand_in`.
    """
    hand_in(premises)
    # Again: a keyring that did not answer may have kept the device secret.
    premises.keys.wipe()
    kept = premises.parcels.kept()
    if kept is None or not (kept.is_received and kept.is_all_sent):
        return False
    premises.remove_records()
    return True


def _is_all_sent(opened: OpenPc, content: bytes) -> bool:
    """Return whether there is nothing here that is neither on the server nor in the parcel."""
    waits = opened.opened.sync.waiting().operations
    return not waits and msgspec.json.encode(_leaving(opened)) == content


def _packed(premises: Premises, opened: OpenPc, order: WipeOrder, content: bytes) -> KeptParcel:
    sealed = premises.keys.sealed_parcel(content, opened.pc)
    parcel = Parcel(
        protocol=PROTOCOL,
        device=opened.pc.device,
        order_id=order.order_id,
        sealed=sealed,
        signature=opened.identity.sign(wiping.parcel_message(order.order_id, sealed)),
    )
    return KeptParcel(server=opened.server, parcel=parcel)


def _leaving(opened: OpenPc) -> Leaving:
    drafts = opened.opened.store.read(lambda reading: reading.every_draft())
    return Leaving(
        device=opened.pc.device,
        site=opened.pc.site,
        drafts=tuple(
            LeftDraft(
                author=one.author,
                record=one.record,
                form=one.form,
                episode=one.episode,
                body=one.body,
                saved_ms=one.saved_ms,
            )
            for one in drafts
        ),
    )


def _keep(opened: OpenPc, name: str, value: str) -> None:
    """Nobody acts: what is written is no operation."""
    nobody = Actor(user=opened.pc.device, name="", initials="", role="", lease_id=None)

    def keep(writing: Writing) -> None:
        writing.put_setting(name, value)

    opened.opened.store.write(nobody, "obey_wipe", keep)
