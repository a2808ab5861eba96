"""The vault as sign-in sees it: people and secrets in, no key out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import SignedIn
from sonar_core.sync.roll import Roll, SignedRoll
from sonar_core.sync.wiping import SignedOrder, WipeOrder
from sonar_desktop.usecases.identity_ports import (
    Asks,
    Envelope,
    Known,
    Member,
    OpenedEnvelope,
    PcRecord,
)
from sonar_desktop.vault.keys import KdfCost
from sonar_desktop.vault.lease import checked_lease, checked_order, checked_roll
from sonar_desktop.vault.parcel import sealed_parcel
from sonar_desktop.vault.people import KnownPerson, Person, SignInWith
from sonar_desktop.vault.strength import check_password
from sonar_desktop.vault.vault import Vault

_ASKS: Final = {
    SignInWith.PIN: Asks.PIN,
    SignInWith.PASSWORD: Asks.PASSWORD,
    SignInWith.ONLINE: Asks.ONLINE,
}


class SessionKeys:
    """Implements `Keys` over the vault of this PC."""

    def __init__(self, vault: Vault, cost: Callable[[], KdfCost]) -> None:
        """Take the vault and what finds the cost of a new key file: `keys.calibrated`."""
        self._vault = vault
        self._cost = cost

    @property
    def is_enrolled(self) -> bool:
        """Whether somebody has, or had, a password here."""
        return self._vault.is_enrolled

    @property
    def is_unlocked(self) -> bool:
        """Whether the store key is in memory."""
        return self._vault.is_unlocked

    @property
    def reduced_protection(self) -> bool:
        """Whether the administrator's policy keeps the device secret in a file."""
        return self._vault.reduced_protection

    def known(self) -> tuple[Known, ...]:
        """Return who can sign in here, by name; quick."""
        return tuple(_known(person) for person in self._vault.users())

    def create(self, device: str, organisation_key: bytes) -> None:
        """Make the store key with its recovery slot; slow."""
        self._vault.create(
            device=device, organisation_public_key=organisation_key, cost=self._cost()
        )

    def admit(
        self, member: Member, password: str, *, gen: int, not_after_ms: int, envelope: bytes = b""
    ) -> None:
        """Give a person whom the server, or an envelope, accepted their own key to this PC; slow.

        The envelope of that slot is used up by it, in the same writing.
        """
        self._vault.add_password_slot(
            _person(member), password, gen=gen, not_after_ms=not_after_ms, envelope=envelope
        )

    def require_strong(self, password: str, name: str) -> None:
        """Refuse a password that `admit` would refuse somebody of that name; quick."""
        check_password(password, about=(name,))

    @property
    def envelopes_left(self) -> int:
        """How many sealed envelopes of this PC are not used yet."""
        return self._vault.envelopes.left

    def make_envelopes(self) -> tuple[Envelope, ...]:
        """Make three envelopes and void all earlier ones; keyring."""
        return self._vault.envelopes.make()

    def open_envelope(self, code: str) -> OpenedEnvelope:
        """Hold the store key that a printed code opens; keyring. The envelope stays good."""
        return self._vault.envelopes.unlock(code)

    def renew(self, member: Member, *, gen: int, not_after_ms: int) -> None:
        """Write a new lease into the key of a person who signed in by password; quick."""
        self._vault.orders.renew(_person(member), gen=gen, not_after_ms=not_after_ms)

    def unlock(self, user: str, password: str) -> None:
        """Let a person in by password; slow."""
        self._vault.unlock(user, password)

    def unlock_to_renew(self, user: str, password: str) -> None:
        """Open the store for a person whose lease has ended, to ask the server; slow."""
        self._vault.unlock_to_renew(user, password)

    def unlock_with_pin(self, user: str, pin: str) -> None:
        """Let a person in by PIN; slow."""
        self._vault.unlock_pin(user, pin)

    def set_pin(self, user: str, pin: str) -> None:
        """Make a PIN for a person who signed in by password since this program started; slow."""
        self._vault.enrol_pin(user, pin)

    def forget_pin(self, user: str) -> None:
        """Drop a person's PIN, as at their sign-out."""
        self._vault.drop_pin(user)

    def end_older(self, user: str, gen: int) -> bool:
        """Remove a person's key that is older than their credentials on the server; quick.

        Their PIN goes at all events. The last key of all is kept, since nobody could open the
        store without it. Returns whether one was removed.
        """
        self._vault.drop_pin(user)
        return self._vault.orders.drop_older_slot(user, gen)

    def certain_ms(self) -> int:
        """Return the latest time that is certain (UTC ms): a clock set back lengthens nothing."""
        return self._vault.certain_ms()

    def checked_lease(
        self,
        signed: SignedIn,
        place: PcRecord,
        user: str,
        now_ms: int,
        *,
        may_have_ended: bool = False,
    ) -> Lease:
        """Return the lease if it is true, for this PC and person, and runs unless it may not."""
        return checked_lease(
            signed.lease,
            signed.signature,
            server_public_key=place.lease_public,
            now_ms=now_ms,
            device=place.device,
            user=user,
            may_have_ended=may_have_ended,
        )

    def checked_roll(self, signed: SignedRoll, place: PcRecord) -> Roll:
        """Return the server's word on accounts if it is true and for this PC."""
        return checked_roll(signed, server_public_key=place.lease_public, device=place.device)

    def checked_order(self, signed: SignedOrder, place: PcRecord) -> WipeOrder:
        """Return the server's order to wipe this PC if it is true and for it."""
        return checked_order(signed, server_public_key=place.lease_public, device=place.device)

    def sealed_parcel(self, content: bytes, place: PcRecord) -> bytes:
        """Seal what this PC leaves so that the organisation's recovery key alone opens it."""
        return sealed_parcel(content, place.recovery_public)

    @property
    def is_wiped(self) -> bool:
        """Whether a wipe order destroyed the keys of this PC."""
        return self._vault.is_wiped

    def wipe(self) -> None:
        """Destroy every person's key and the device secret; may be repeated; keyring."""
        self._vault.orders.wipe_slots()

    def lock(self) -> None:
        """Wipe every key in this process."""
        self._vault.lock()


def _person(member: Member) -> Person:
    return Person(
        user=member.user,
        display_name=member.name,
        initials=member.initials,
        role=member.role,
    )


def _known(found: KnownPerson) -> Known:
    person = found.person
    member = Member(
        user=person.user,
        name=person.display_name,
        initials=person.initials,
        role=person.role,
    )
    return Known(member=member, asks=_ASKS[found.sign_in_with], not_after_ms=found.not_after_ms)
