"""The PCs of this server: which there are, taking one out of use, and taking it back.

One that is out of use is refused every request. Nothing on it goes: what people entered there and
it has not sent stays on it, sealed, and comes once it is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from sonar_core.sync.fingerprint import device_fingerprint
from sonar_server.administration import AdministrationError, one_named
from sonar_server.central import Central
from sonar_server.operators import Word
from sonar_server.store import contacts, incidents, places, wipes
from sonar_server.store.contacts import Contact
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident
from sonar_server.store.places import Device
from sonar_server.store.wipes import Left, Wipe

TAKEN_OUT: Final = "device_taken_out"
TAKEN_BACK: Final = "device_taken_back"

_log: Final = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Member:
    """A PC, the name of its site, what to compare with its screen, and what was heard of it.

    `left` is what it said itself, out of use, of what no server has; `wipe` an order that stands.
    """

    device: Device
    site: str
    fingerprint: str
    contact: Contact
    left: Left | None = None
    wipe: Wipe | None = None


def members(central: Central) -> list[Member]:
    """Return every PC ever enrolled, by site and name; those out of use too."""

    def look(transaction: Transaction) -> list[Member]:
        names = {site.id: site.name for site in places.sites(transaction)}
        heard = contacts.all_of(transaction)
        left, ordered = wipes.left(transaction), wipes.all_standing(transaction)
        return [
            Member(
                device=device,
                site=names[device.site],
                fingerprint=device_fingerprint(device.sign_public, device.seal_public),
                contact=heard[device.id],
                left=left.get(device.id),
                wipe=ordered.get(device.id),
            )
            for device in places.every_device(transaction)
        ]

    return central.database.run(look)


def line_of(member: Member) -> str:
    """Return what an operator reads of a PC: one line."""
    device, heard = member.device, member.contact
    out = device.revoked_ms
    state = "in use" if out is None else f"out of use since {_time(out)}"
    last = "never" if heard.last_ms is None else _time(heard.last_ms)
    return (
        f"{member.site} PC {device.name} {device.id}: {state}, key {member.fingerprint}, "
        f"enrolled {_time(device.enrolled_ms)}, last heard {last}, "
        f"{heard.last_seq} operations, {heard.held_back} held back{_rest(member)}"
    )


def _rest(member: Member) -> str:
    """Return what is said of a PC out of use: what it still has, and whether it is wiped."""
    said = ""
    if member.left is not None and member.device.revoked_ms is not None:
        left = member.left
        drafts = "1 draft" if left.drafts == 1 else f"{left.drafts} drafts"
        since = "" if left.oldest_ms is None else f", the oldest of {_time(left.oldest_ms)}"
        said = f"; said {_time(left.at_ms)}: {left.waiting} not sent{since}, {drafts}"
    if member.wipe is not None:
        wipe = member.wipe
        done = "" if wipe.done_ms is None else f", wiped {_time(wipe.done_ms)}"
        said += f"; to be wiped since {_time(wipe.issued_ms)}{done}"
    return said


def _time(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def take_out(central: Central, name: str, word: Word) -> Device:
    """Take a PC out of use: from the commit on it is refused.

    Raises AdministrationError for none or several of that name, and for one that is out already.
    """
    return _change(central, name, word, is_out=True)


def take_back(central: Central, name: str, word: Word) -> Device:
    """Let a PC in again, with all that is on it.

    Raises AdministrationError for none or several of that name, and for one that is in use.
    """
    return _change(central, name, word, is_out=False)


def _change(central: Central, name: str, word: Word, *, is_out: bool) -> Device:
    now_ms = central.now_ms()

    def write(transaction: Transaction) -> Device:
        device = one_named(name, places.every_device(transaction), shown_by="device list")
        if not is_out:
            _withdraw(transaction, device, now_ms)
        done = places.set_revoked(transaction, device.id, now_ms if is_out else None)
        state = "out of use" if is_out else "in use"
        if not done:
            raise AdministrationError(f"PC {device.name} {device.id} is {state} already")
        happened = Incident(
            id=central.new_id(),
            at_ms=now_ms,
            kind=TAKEN_OUT if is_out else TAKEN_BACK,
            detail=f"device {device.id} ({device.name}) is {state}: {word.said}",
        )
        incidents.note(transaction, device.site, happened)
        return device

    device = central.database.run(write)
    _log.warning(TAKEN_OUT if is_out else TAKEN_BACK, device=device.id)
    return device


def _withdraw(transaction: Transaction, device: Device, now_ms: int) -> None:
    """Take back an order to wipe a PC; raise AdministrationError where it was obeyed."""
    wipe = wipes.standing(transaction, device)
    if wipe is not None and wipe.done_ms is not None:
        raise AdministrationError(
            f"PC {device.name} {device.id} was wiped: enrol it anew with `device code`"
        )
    wipes.withdraw(transaction, device, now_ms)
