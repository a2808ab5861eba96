"""Who may ask: enrolment of devices, their signed requests, people signing in."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections import deque
from functools import cached_property
from http import HTTPStatus
from threading import Lock
from typing import Final

from sonar_core.ids import to_bytes
from sonar_core.moments import DAY_MS, MINUTE_MS
from sonar_core.records.kinds import ScopeKind
from sonar_core.sync import lease as leases
from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import (
    REQUEST_DOMAIN,
    Enrol,
    Enrolled,
    SignedIn,
    SignIn,
    request_bytes,
)
from sonar_server import passwords
from sonar_server.authors import IssuedLease
from sonar_server.central import Central
from sonar_server.errors import (
    RefusedError,
    bad_request,
    require_protocol,
    require_push_protocol,
)
from sonar_server.keys import DeviceKey
from sonar_server.scopes import Territory
from sonar_server.store import log, people, places, wipes
from sonar_server.store.database import Transaction
from sonar_server.store.people import Person
from sonar_server.store.places import Code, Device, Site

CODE_MS: Final = 15 * MINUTE_MS
LEASE_MS: Final = 7 * DAY_MS
WINDOW_MS: Final = 5 * MINUTE_MS
SIGN_INS_A_MINUTE: Final = 5
DEVICE_SIGN_INS_A_MINUTE: Final = 20
REQUESTS_A_MINUTE: Final = 1200
ENROLMENTS_A_MINUTE: Final = 60
PARCELS_A_MINUTE: Final = 60
KEY_BYTES: Final = 32
MOST_NAME: Final = 200

_ALWAYS: Final = "/v1/devices/order"
"""What a device that is out of use may ask all the same: what is to become of it."""
_TO_BE_WIPED: Final = frozenset({"/v1/sync/push", "/v1/sync/reconcile", "/v1/sync/incarnation"})
"""What it may ask under a wipe order: to send what was entered on it. Nothing is sent to it."""

_SCHEME: Final = re.compile(
    r"Sonar-Device device=(?P<device>[0-9a-f-]{36}),ms=(?P<ms>[0-9]{1,15}),"
    r"nonce=(?P<nonce>[0-9a-f]{16,64}),sig=(?P<sig>[0-9a-f]{128})"
)


class Turnstile:
    """Lets each name through so many times a minute; counts before anything is tested."""

    def __init__(self) -> None:
        """Start with nobody counted."""
        self._lock = Lock()
        self._passed: dict[str, deque[int]] = {}

    def pass_through(self, name: str, limit: int, now_ms: int) -> None:
        """Count one more; raise RefusedError (429) when the limit of this minute is reached."""
        with self._lock:
            passed = self._passed.setdefault(name, deque())
            while passed and passed[0] <= now_ms - MINUTE_MS:
                passed.popleft()
            if len(passed) >= limit:
                raise RefusedError(
                    HTTPStatus.TOO_MANY_REQUESTS, "too_many", "too many requests: wait a minute"
                )
            passed.append(now_ms)


class Gate:
    """Authentication and enrolment of one server."""

    def __init__(self, central: Central) -> None:
        """Take the server."""
        self._central = central
        self._turnstile = Turnstile()

    @cached_property
    def _nobody(self) -> str:
        """A username that does not exist costs the same time as one that does."""
        return passwords.hashed(secrets.token_hex())

    def device(self, authorisation: str | None, method: str, path: str, body: bytes) -> Device:
        """Return the device that signed a request.

        Raises RefusedError: unknown_device, revoked, bad_signature, clock, replayed, too_many.
        """
        found = _SCHEME.fullmatch(authorisation or "")
        if found is None:
            raise _unauthorised("unknown_device", "the request is not signed by a device")
        try:
            identifier = to_bytes(found["device"])
        except ValueError:
            raise _unauthorised("unknown_device", "that is no device's id") from None
        message = request_bytes(method, path, body, int(found["ms"]), found["nonce"])

        def admit(transaction: Transaction) -> Device:
            device = self._admitted(transaction, identifier, message, found)
            if device.revoked_ms is not None and not _may_still(transaction, device, path):
                raise RefusedError(
                    HTTPStatus.FORBIDDEN, "revoked", "the device was taken out of use"
                )
            return device

        return self._central.database.run(admit)

    def count_parcel(self) -> None:
        """Count one more parcel of whoever it is; raise RefusedError (429) for too many."""
        self._turnstile.pass_through("parcel", PARCELS_A_MINUTE, self._central.now_ms())

    def _admitted(
        self, transaction: Transaction, identifier: bytes, message: bytes, found: re.Match[str]
    ) -> Device:
        now_ms = self._central.now_ms()
        device = places.find_device(transaction, identifier)
        if device is None:
            raise _unauthorised("unknown_device", "no such device is enrolled here")
        if not DeviceKey(device.sign_public).verify(message, bytes.fromhex(found["sig"])):
            raise _unauthorised("bad_signature", "the request's signature does not match")
        if abs(now_ms - int(found["ms"])) > WINDOW_MS:
            raise _unauthorised("clock", "the request's time is not this server's: say hello first")
        self._turnstile.pass_through(device.id, REQUESTS_A_MINUTE, now_ms)
        nonce = bytes.fromhex(found["nonce"]) if len(found["nonce"]) % 2 == 0 else b""
        if not nonce or not places.is_new_nonce(
            transaction, device, nonce, now_ms=now_ms, window_ms=WINDOW_MS
        ):
            raise _unauthorised("replayed", "the request was sent before")
        return device

    def enrol(self, request: Enrol) -> Enrolled:
        """Give a device its place by a code that serves once.

        Raises RefusedError: bad_request, enrolment_code (404 unknown, 410 used or too old).
        """
        require_protocol(request.protocol)
        now_ms = self._central.now_ms()
        self._turnstile.pass_through("enrol", ENROLMENTS_A_MINUTE, now_ms)
        _require_proof(request)
        device = self._central.new_id()
        site, territory = self._central.database.run(
            lambda transaction: self._use_code(transaction, request, device, now_ms)
        )
        organisation = self._central.organisation
        return Enrolled(
            device=device,
            site=site.id,
            site_name=site.name,
            organisation=organisation.id,
            zone=site.zone,
            scopes=territory.pulled(),
            lease_public=organisation.lease_public,
            recovery_public=organisation.recovery_public,
            server_id=organisation.server_id,
        )

    def _use_code(
        self, transaction: Transaction, request: Enrol, device: str, now_ms: int
    ) -> tuple[Site, Territory]:
        code = places.locked_code(transaction, code_hash(request.code))
        if code is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, "enrolment_code", "there is no such code")
        if code.used_ms is not None or now_ms >= code.expires_ms:
            raise RefusedError(
                HTTPStatus.GONE, "enrolment_code", "the code was used or is older than 15 minutes"
            )
        places.use_code(transaction, code, now_ms)
        new = Device(
            id=device,
            site=code.site,
            name=request.name,
            sign_public=request.sign_public,
            seal_public=request.seal_public,
            enrolled_ms=now_ms,
        )
        places.add_device(transaction, new)
        log.make_scopes(transaction, [self._central.territory(new).key(ScopeKind.DEVICE)])
        site = places.find_site(transaction, code.site)
        added = places.find_device(transaction, to_bytes(device))
        if site is None or added is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, "enrolment_code", "the site is gone")
        # What was revoked from the site is revoked from the new device too.
        return site, self._central.territory(added)

    def sign_in(self, request: SignIn, device: Device) -> SignedIn:
        """Check a person's password and return their lease on this device.

        Raises RefusedError: sign_in (401), too_many (429).
        """
        require_push_protocol(request.protocol)
        now_ms = self._central.now_ms()
        username = request.username.strip().casefold()
        limits = (
            (f"u/{username}", SIGN_INS_A_MINUTE),
            (f"d/{device.id}", DEVICE_SIGN_INS_A_MINUTE),
        )
        for name, limit in limits:
            self._turnstile.pass_through(name, limit, now_ms)
        organisation = to_bytes(self._central.organisation.id)
        person = self._central.database.run(
            lambda transaction: people.find_person(transaction, organisation, username)
        )
        stored = self._nobody if person is None else person.password_hash
        password = request.password[: passwords.MOST_LENGTH]
        if not passwords.is_right(password, stored) or person is None or not person.is_active:
            raise _unauthorised("sign_in", "the name or the password is not right")
        return self.lend(person, device, now_ms)

    def lend(self, person: Person, device: Device, now_ms: int) -> SignedIn:
        """Return a lease of seven days on a device for a person whom the server is sure of."""
        keys = self._central.keys
        lease = Lease(
            lease_id=self._central.new_id(),
            device=device.id,
            user=person.user,
            name=person.name,
            role=person.role,
            sites=person.sites,
            issued_ms=now_ms,
            not_after_ms=now_ms + LEASE_MS,
            cred_gen=person.cred_gen,
            signed_by=leases.key_id(keys.lease_public),
        )
        issued = IssuedLease(
            lease_id=lease.lease_id,
            user=lease.user,
            device=lease.device,
            role=lease.role,
            sites=lease.sites,
            issued_ms=lease.issued_ms,
            not_after_ms=lease.not_after_ms,
        )
        organisation = to_bytes(self._central.organisation.id)
        self._central.database.run(
            lambda transaction: people.add_lease(transaction, organisation, issued)
        )
        body = leases.canonical(lease)
        return SignedIn(lease=body, signature=keys.sign(leases.signed_message(body)))


def _may_still(transaction: Transaction, device: Device, path: str) -> bool:
    """Return whether a device that is out of use may ask for this."""
    if path == _ALWAYS:
        return True
    return path in _TO_BE_WIPED and wipes.standing(transaction, device) is not None


def new_code(site: str, now_ms: int) -> tuple[str, Code]:
    """Return an enrolment code of 128 bits to print, and what is stored of it."""
    raw = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
    printed = "-".join(raw[start : start + 4] for start in range(0, len(raw), 4))
    return printed, Code(site=site, hash=code_hash(printed), expires_ms=now_ms + CODE_MS)


def code_hash(code: str) -> bytes:
    """Return the hash of a code however it was typed: case, spaces and hyphens do not count."""
    plain = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(b"sonar/enrolment-code/v1\x00" + plain.encode()).digest()


def _require_proof(request: Enrol) -> None:
    if len(request.sign_public) != KEY_BYTES or len(request.seal_public) != KEY_BYTES:
        raise bad_request("a public key has 32 bytes")
    if not 0 < len(request.name) <= MOST_NAME:
        raise bad_request("a device has a name of at most 200 characters")
    message = REQUEST_DOMAIN + request.code.encode() + request.sign_public + request.seal_public
    if not DeviceKey(request.sign_public).verify(message, request.proof):
        raise RefusedError(
            HTTPStatus.UNAUTHORIZED, "bad_signature", "the device's proof does not match its key"
        )


def _unauthorised(code: str, message: str) -> RefusedError:
    return RefusedError(HTTPStatus.UNAUTHORIZED, code, message)
