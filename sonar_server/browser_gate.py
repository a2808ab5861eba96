"""People who sign in at the organisation's provider, and the tokens that renew their lease.

A token serves once, for half an hour, on the PC that it was given to; each use gives the next,
until twelve hours after the sign-in. One that comes a second time, or from another PC, was copied:
it ends its whole family, and an operator reads so among the incidents.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Final

from sonar_core.ids import slot, to_bytes
from sonar_core.moments import HOUR_MS, MINUTE_MS
from sonar_core.sync.browser_sign_in import (
    AskIssuer,
    BrowserSignedIn,
    BrowserSignIn,
    IssuerSheet,
    RenewSession,
)
from sonar_server.central import Central
from sonar_server.errors import RefusedError, require_push_protocol
from sonar_server.gate import DEVICE_SIGN_INS_A_MINUTE, Gate, Turnstile
from sonar_server.issuer import allowed_roles
from sonar_server.provider import Provider
from sonar_server.store import people, sessions
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident, note
from sonar_server.store.people import Person
from sonar_server.store.places import Device
from sonar_server.store.sessions import Token

TOKEN_MS: Final = 30 * MINUTE_MS
SESSION_MS: Final = 12 * HOUR_MS
AT_ONCE: Final = 4
"""Threads that may wait for the provider: one that hangs must not hold up what PCs exchange."""
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True)
class _Held:
    """Who a token is of; `person` is None for one that admits nobody any more."""

    person: Person | None
    token: str
    ends_ms: int


class BrowserGate:
    """Sign-in by the provider of one server, or the answer that there is none."""

    def __init__(self, central: Central, gate: Gate, provider: Provider | None) -> None:
        """Take the server, who lends leases, and the provider where one is set."""
        self._central = central
        self._gate = gate
        self._provider = provider
        self._turnstile = Turnstile()
        self._places = BoundedSemaphore(AT_ONCE)
        self._organisation = to_bytes(central.organisation.id)

    def sheet(self, request: AskIssuer) -> IssuerSheet:
        """Return where people sign in; raise RefusedError: no_issuer (404), issuer_away (424)."""
        require_push_protocol(request.protocol)
        with self._asked() as provider:
            return provider.sheet()

    def sign_in(self, request: BrowserSignIn, device: Device) -> BrowserSignedIn:
        """Redeem a code and return the person's lease on this device.

        Raises RefusedError: no_issuer (404), issuer_refused (401), not_linked (403),
        issuer_away (424), too_many (429).
        """
        require_push_protocol(request.protocol)
        now_ms = self._central.now_ms()
        self._turnstile.pass_through(device.id, DEVICE_SIGN_INS_A_MINUTE, now_ms)
        with self._asked() as provider:
            claims = provider.claims(request)
        issuer = provider.issuer
        subject = claims.get(issuer.person_claim)
        person = None
        if isinstance(subject, str):
            person = self._central.database.run(
                lambda transaction: sessions.linked(
                    transaction, self._organisation, issuer.issuer, subject
                )
            )
        roles = allowed_roles(issuer, claims)
        if person is None or not person.is_active:
            raise _not_linked("this person of the provider has no account here")
        if roles is not None and person.role not in roles:
            raise _not_linked("the provider does not confirm the role of this account")
        first = self._central.new_id()
        token, ends_ms = self._central.database.run(
            lambda transaction: self._next(
                transaction, person.user, device, began_ms=now_ms, now_ms=now_ms, family=first
            )
        )
        return self._lent(_Held(person=person, token=token, ends_ms=ends_ms), device, now_ms)

    def renew(self, request: RenewSession, device: Device) -> BrowserSignedIn:
        """Return a new lease and the next token; raise RefusedError (401): session_ended."""
        require_push_protocol(request.protocol)
        now_ms = self._central.now_ms()
        held = self._central.database.run(
            lambda transaction: self._renewed(transaction, request.token, device, now_ms)
        )
        # What ends a family is kept before anybody is told.
        return self._lent(held, device, now_ms)

    def _renewed(self, transaction: Transaction, text: str, device: Device, now_ms: int) -> _Held:
        nobody = _Held(person=None, token="", ends_ms=0)
        token = sessions.locked_token(transaction, self._organisation, token_hash(text))
        if token is None:
            return nobody
        if token.used_ms is not None or token.device != device.id:
            self._end_family(transaction, token, device, now_ms)
            return nobody
        if now_ms >= min(token.ends_ms, token.began_ms + SESSION_MS):
            return nobody
        sessions.use_token(transaction, self._organisation, token, now_ms)
        person = people.find_person_by_id(transaction, self._organisation, token.user)
        if person is None or not person.is_active:
            return nobody
        following, ends_ms = self._next(
            transaction,
            token.user,
            device,
            began_ms=token.began_ms,
            now_ms=now_ms,
            family=token.family,
        )
        return _Held(person=person, token=following, ends_ms=ends_ms)

    def _end_family(
        self, transaction: Transaction, token: Token, device: Device, now_ms: int
    ) -> None:
        sessions.end_family(transaction, self._organisation, token.family, now_ms)
        happened = Incident(
            # One for each PC that tries, however often it does.
            id=slot(token.family, device.id),
            at_ms=now_ms,
            kind="session_copied",
            detail=f"user {token.user} PC {token.device}, used again by PC {device.id}",
        )
        note(transaction, self._central.organisation.id, happened)

    def _next(
        self,
        transaction: Transaction,
        user: str,
        device: Device,
        *,
        began_ms: int,
        now_ms: int,
        family: str,
    ) -> tuple[str, int]:
        text = secrets.token_urlsafe(_TOKEN_BYTES)
        ends_ms = min(now_ms + TOKEN_MS, began_ms + SESSION_MS)
        token = Token(
            hash=token_hash(text),
            family=family,
            user=user,
            device=device.id,
            began_ms=began_ms,
            ends_ms=ends_ms,
        )
        sessions.add_token(transaction, self._organisation, token)
        return text, ends_ms

    def _lent(self, held: _Held, device: Device, now_ms: int) -> BrowserSignedIn:
        if held.person is None:
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED, "session_ended", "the session is over: sign in again"
            )
        lent = self._gate.lend(held.person, device, now_ms)
        return BrowserSignedIn(
            lease=lent.lease, signature=lent.signature, token=held.token, ends_ms=held.ends_ms
        )

    @contextmanager
    def _asked(self) -> Iterator[Provider]:
        """Yield the provider to ask; raise RefusedError: no_issuer, or busy (503)."""
        if self._provider is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND, "no_issuer", "people sign in here by name and password"
            )
        if not self._places.acquire(blocking=False):
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "busy", "too many sign-ins wait for the provider"
            )
        try:
            yield self._provider
        finally:
            self._places.release()


def token_hash(text: str) -> bytes:
    """Return what is stored of a token: 256 random bits need no stretching."""
    return hashlib.sha256(b"sonar/session-token/v1\x00" + text.encode()).digest()


def _not_linked(words: str) -> RefusedError:
    return RefusedError(HTTPStatus.FORBIDDEN, "not_linked", words)
