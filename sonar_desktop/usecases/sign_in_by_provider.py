"""Sign in at the organisation's own provider: the browser asks there, the server believes it.

The password for this PC is the person's own and stays here: it opens the store when nobody answers,
and no server ever hears it (ADR 37). What the provider said of them comes to the PC as a signed
lease and nothing else.
"""

from __future__ import annotations

import msgspec

from sonar_core.sync.browser_sign_in import Attempt, BrowserSignedIn, IssuerSheet
from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import SignedIn
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Identity, OpenedStore, Premises
from sonar_desktop.usecases.ports import Writing
from sonar_desktop.usecases.sign_in import (
    PC_NAME_SETTING,
    SERVER_SETTING,
    Admitted,
    KeptLease,
    actor_of,
    checked_for_here,
    lease_setting,
    member_of,
    named_in,
    record_of,
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The PC at which somebody signs in; `pc_name` is kept at the first sign-in of all."""

    opened: OpenedStore
    identity: Identity
    server: str
    pc_name: str | None = None


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the provider vouched for, by the server's lease; nothing of it is kept yet.

    `token` renews the lease once, until `ends_ms` by the server's clock.
    """

    lease: Lease
    signed: SignedIn
    token: str
    ends_ms: int

    def __repr__(self) -> str:
        """Say nothing: a token is a secret."""
        return "<Vouched>"


class OtherPersonError(KnownError):
    """The provider vouched for somebody else than was chosen."""

    def __init__(self) -> None:
        super().__init__(
            "The page in the browser signed in somebody else than you chose here. Nothing was "
            "changed. Choose your own name, or sign out of that page and try again."
        )


class NoProviderError(KnownError):
    """The person came by a provider, and the server knows none any more."""

    def __init__(self) -> None:
        super().__init__(
            "The server has no sign-in page of your organisation any more. Ask IT how you sign in "
            "now; somebody else can sign in meanwhile."
        )


def provider_of(premises: Premises, place: Place) -> IssuerSheet | None:
    """Ask the server at which provider people sign in; None where at none. Raises KnownError."""
    door = premises.door(place.server, record_of(place.opened).device, place.identity)
    door.hello()
    return door.issuer()


def redeem(
    premises: Premises, place: Place, code: str, attempt: Attempt, expected: str | None = None
) -> Vouched:
    """Have the server redeem what the browser brought; slow.

    Raises KnownError: the server's and the provider's own words, another suite, a role that sees
    no records, OtherPersonError where somebody was `expected`.
    """
    door = premises.door(place.server, record_of(place.opened).device, place.identity)
    door.hello()
    answer = door.sign_in_by_browser(code, attempt)
    return _vouched(premises, place, answer, door.server_ms(), expected)


def renew_by_token(premises: Premises, place: Place, before: Vouched) -> Vouched:
    """Have the server renew a session; the token has served then. Slow. Raises KnownError."""
    door = premises.door(place.server, record_of(place.opened).device, place.identity)
    door.hello()
    answer = door.renew_session(before.token)
    return _vouched(premises, place, answer, door.server_ms(), before.lease.user)


def give_key(premises: Premises, place: Place, vouched: Vouched, password: str) -> Admitted:
    """Give whom the provider vouched for a key to this PC, with a password of this PC alone; slow.

    A key that they had here before is replaced. Raises KnownError: a password too weak, the disk.
    """
    lease = vouched.lease
    premises.keys.admit(
        member_of(lease), password, gen=lease.cred_gen, not_after_ms=lease.not_after_ms
    )
    return _kept(place, vouched)


def lengthen_key(premises: Premises, place: Place, vouched: Vouched) -> Admitted:
    """Write a new lease into the key of whom the provider vouched for; quick.

    Their password has opened it in this process. Raises KnownError with the old lease in force.
    """
    lease = vouched.lease
    premises.keys.renew(member_of(lease), gen=lease.cred_gen, not_after_ms=lease.not_after_ms)
    return _kept(place, vouched)


def _vouched(
    premises: Premises,
    place: Place,
    answer: BrowserSignedIn,
    server_ms: int,
    expected: str | None,
) -> Vouched:
    signed = SignedIn(lease=answer.lease, signature=answer.signature)
    user = named_in(signed)
    if expected not in (None, user):
        raise OtherPersonError
    pc = record_of(place.opened)
    lease = premises.keys.checked_lease(signed, pc, user, server_ms)
    checked_for_here(lease, pc)
    return Vouched(lease=lease, signed=signed, token=answer.token, ends_ms=answer.ends_ms)


def _kept(place: Place, vouched: Vouched) -> Admitted:
    lease, signed = vouched.lease, vouched.signed
    kept = KeptLease(username="", body=signed.lease, signature=signed.signature)

    def keep(writing: Writing) -> None:
        writing.put_setting(lease_setting(lease.user), msgspec.json.encode(kept).decode())
        writing.put_setting(SERVER_SETTING, place.server)
        if place.pc_name is not None:
            writing.put_setting(PC_NAME_SETTING, place.pc_name)

    actor = actor_of(lease)
    place.opened.store.write(actor, "sign_in", keep)
    return Admitted(actor=actor, until_ms=lease.not_after_ms)
