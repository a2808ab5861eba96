"""The lease: the server's signed word that a person may work on one PC until a given time.

The server makes a lease's bytes once and signs them; client and server read the same bytes with
`opened`. Roles and sites act through it (decision 18), so a PC without contact asks nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec

from sonar_core import bodies

LEASE_DOMAIN: Final = b"sonar/lease/v1\x00"

Verify = Callable[[bytes, bytes], bool]
"""Called with (message, signature); true when the server's lease key made the signature."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """Who may work where, as what, until when.

    `issued_ms` and `not_after_ms` are UTC milliseconds by the server's clock. `cred_gen` is the
    generation of the person's credentials. `signed_by` is the `key_id` of the server's lease key.
    `policy` holds whole numbers by name, as the minutes until the screen locks; a name that a
    client does not know is left alone.
    """

    lease_id: str
    device: str
    user: str
    name: str
    role: str
    sites: tuple[str, ...]
    issued_ms: int
    not_after_ms: int
    cred_gen: int
    signed_by: str
    policy: dict[str, int] = {}


class LeaseError(ValueError):
    """A lease that must not be acted on; the message names the reason, never the person."""


class LeaseAlteredError(LeaseError):
    """The bytes are not those that the trusted key signed."""


class LeaseWrongKeyError(LeaseError):
    """It names another signing key than the one this PC was enrolled with."""


class LeaseUnreadableError(LeaseError):
    """Truly signed, and not a lease that this version can read."""


class LeaseOtherDeviceError(LeaseError):
    """It was issued to another PC."""


class LeaseOtherPersonError(LeaseError):
    """It was issued to another person."""


class LeaseExpiredError(LeaseError):
    """Its time is over."""


def key_id(public_key: bytes) -> str:
    """Return the name of a public key: the SHA-256 of its bytes in hex."""
    return hashlib.sha256(public_key).hexdigest()


def canonical(lease: Lease) -> bytes:
    """Return the bytes of a lease, made once by the server and stored and sent as they are."""
    return bodies.encode(lease)


def signed_message(body: bytes) -> bytes:
    """Return what the server signs for a lease's bytes."""
    return LEASE_DOMAIN + body


def check(lease: Lease, now_ms: int, device: str, *, may_have_ended: bool = False) -> None:
    """Refuse a lease of another PC or one whose time is over, the latter unless it may be.

    `now_ms` is the latest time that is certain, so that a clock set back lengthens nothing. A lease
    from the future is not refused: the PC's clock may be behind.

    Raises LeaseOtherDeviceError or LeaseExpiredError.
    """
    if lease.device != device:
        raise LeaseOtherDeviceError("the lease is for another device")
    if now_ms >= lease.not_after_ms and not may_have_ended:
        raise LeaseExpiredError("the lease has ended")


def opened(
    body: bytes,
    signature: bytes,
    *,
    public_key: bytes,
    verify: Verify,
    now_ms: int,
    device: str,
    user: str,
    may_have_ended: bool = False,
) -> Lease:
    """Return a lease that was truly signed, for this PC and person, and still runs.

    `public_key` is the server's lease key kept from enrolment, `verify` checks a signature by it.
    For emergency access the lease `may_have_ended`; nothing else is waived.

    Raises a LeaseError of its own kind for each reason. What the bytes say before the signature is
    checked only chooses the reason for refusing them.
    """
    is_true = verify(signed_message(body), signature)
    try:
        lease = bodies.decode(body, Lease)
    except bodies.BodyError as error:
        if is_true:
            raise LeaseUnreadableError("the signed bytes are not a lease") from error
        raise LeaseAlteredError("neither a lease nor signed") from error
    if not is_true:
        if lease.signed_by != key_id(public_key):
            raise LeaseWrongKeyError("the lease names another signing key")
        raise LeaseAlteredError("the lease's signature does not fit its bytes")
    if lease.user != user:
        raise LeaseOtherPersonError("the lease is for another person")
    check(lease, now_ms, device, may_have_ended=may_have_ended)
    return lease
