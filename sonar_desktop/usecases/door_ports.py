"""The ways out of this PC that a sign-in takes: a server's door, and the browser of a provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sonar_core.sync.browser_sign_in import Attempt, BrowserSignedIn, IssuerSheet
from sonar_core.sync.looked import Looked
from sonar_core.sync.messages import Enrol, Enrolled, Hello, SignedIn
from sonar_core.sync.roll import SignedRoll
from sonar_core.sync.wiping import Ordered, Parcel, ParcelReceipt


class ServerDoor(Protocol):
    """What a server does for a PC and its people, beside the exchange of records."""

    def hello(self) -> Hello:
        """Return versions and the server's clock."""

    def enrol(self, request: Enrol) -> Enrolled:
        """Give the PC its place."""

    def sign_in(self, username: str, password: str) -> SignedIn:
        """Return the person's signed lease."""

    def issuer(self) -> IssuerSheet | None:
        """Return where people sign in by the browser; None where they use a password."""

    def sign_in_by_browser(self, code: str, attempt: Attempt) -> BrowserSignedIn:
        """Return the lease of whom the provider names."""

    def renew_session(self, token: str) -> BrowserSignedIn:
        """Return a new lease and the next token."""

    def roll(self, users: Sequence[str]) -> SignedRoll:
        """Return the server's signed word on the accounts of these people."""

    def looked(self, patient: str, user: str, lease_id: str) -> Looked:
        """Return who looked at a patient's record, for a person under their lease."""

    def order(self, waiting: int, oldest_ms: int | None, drafts: int) -> Ordered:
        """Tell what is not sent from here, and return what is to become of this PC."""

    def parcel(self, parcel: Parcel) -> ParcelReceipt:
        """Hand in what this PC leaves; needs no key of it."""

    def abandon(self) -> None:
        """End, from any thread, what is under way; nothing is asked here again."""

    def server_ms(self) -> int:
        """Return the server's clock as estimated since hello."""


class BrowserWay(Protocol):
    """The way to the browser and back, for one attempt."""

    @property
    def port(self) -> int:
        """The port of this machine to which the browser comes back."""

    def show(self, address: str) -> None:
        """Open the browser there; called on the thread that draws. Raises KnownError."""

    def code(self, attempt: Attempt) -> str:
        """Wait for the browser and return what it brings; slow, up to five minutes.

        Raises KnownError: nobody came in time, the provider refused, or it was closed.
        """

    def close(self) -> None:
        """Let go, from any thread; who waits is told that it is over."""
