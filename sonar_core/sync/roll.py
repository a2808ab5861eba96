"""The roll: the server's signed word on whose accounts are open, and at which password.

A lease lets a person act on a PC for days without the server. The roll takes that back: at each
contact the PC asks about the people who can sign in on it, and keeps what it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from sonar_core import bodies
from sonar_core.sync.lease import Lease

ROLL_DOMAIN: Final = b"sonar/roll/v1\x00"
MOST_ASKED: Final = 500
"""About so many people is asked at once."""

Verify = Callable[[bytes, bytes], bool]
"""Called with (message, signature); true when the server's lease key made the signature."""


class AskRoll(msgspec.Struct, frozen=True, kw_only=True):
    """Ask about the accounts of people, by their ids; at most MOST_ASKED."""

    protocol: int
    users: tuple[str, ...]


class SignedRoll(msgspec.Struct, frozen=True, kw_only=True):
    """Canonical bytes of a Roll, and the signature of the server's lease key over them."""

    roll: bytes
    signature: bytes


class OnRoll(msgspec.Struct, frozen=True, kw_only=True):
    """One account: `cred_gen` counts its passwords, `is_open` is false once it was closed."""

    user: str
    cred_gen: int
    is_open: bool


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """What the server says to one device at `issued_ms` (UTC, its clock).

    Of somebody whom the server does not know it says nothing, and nothing follows for them.
    """

    device: str
    issued_ms: int
    people: tuple[OnRoll, ...]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a PC keeps of the roll for one person: the last that it heard."""

    cred_gen: int
    is_open: bool
    issued_ms: int


class Ended(StrEnum):
    """Why a lease that still runs lets nobody in any more."""

    CLOSED = "closed"
    PASSWORD = "password"  # noqa: S105 - a word of the protocol
    """The password was replaced on the server: the new one is asked for once, online."""


class RollError(ValueError):
    """A roll that must not be acted on; the message names the reason, never a person."""


def canonical(roll: Roll) -> bytes:
    """Return the bytes of a roll, made once by the server and sent as they are."""
    return bodies.encode(roll)


def signed_message(body: bytes) -> bytes:
    """Return what the server signs for a roll's bytes."""
    return ROLL_DOMAIN + body


def opened(signed: SignedRoll, *, verify: Verify, device: str) -> Roll:
    """Return a roll that was truly signed, for this device.

    Raises RollError: not signed by that key, no roll, another device's.
    """
    if not verify(signed_message(signed.roll), signed.signature):
        raise RollError("the roll's signature does not fit its bytes")
    try:
        roll = bodies.decode(signed.roll, Roll)
    except bodies.BodyError as error:
        raise RollError("the signed bytes are no roll") from error
    if roll.device != device:
        raise RollError("the roll is for another device")
    return roll


def ended(lease: Lease, heard: Heard | None) -> Ended | None:
    """Return why a lease ended before its time; None where it has not.

    The server's later word counts: a lease that it issued after the roll stands, so that somebody
    is not kept out by what a restored server said before it was put back.
    """
    if heard is None or lease.issued_ms > heard.issued_ms:
        return None
    if not heard.is_open:
        return Ended.CLOSED
    return Ended.PASSWORD if heard.cred_gen > lease.cred_gen else None
