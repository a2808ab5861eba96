"""A PC at its front desk: the product's vault and store, and a server that signs real leases.

The server here answers in process what the real one answers over HTTP (tests/server and the
journeys hold the real one to it); its network can be cut.
"""

from __future__ import annotations

import queue
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core.board.build import board_row_bytes
from sonar_core.sync import roll, wiping
from sonar_core.sync.browser_sign_in import Attempt, BrowserSignedIn, IssuerSheet
from sonar_core.sync.lease import Lease, canonical, key_id, signed_message
from sonar_core.sync.looked import Looked
from sonar_core.sync.messages import REQUEST_DOMAIN, Enrolled, Hello, SignedIn
from sonar_core.sync.roll import OnRoll, Roll, SignedRoll
from sonar_core.sync.wiping import Ordered, ParcelReceipt, SignedOrder, WipeOrder
from sonar_desktop.db.opened import open_pc_store, remove_store, set_store_aside
from sonar_desktop.platform.errors import BrowserNotOpened, SignInTooLate
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.sync.errors import (
    CodeError,
    NotConfirmedError,
    OfflineError,
    RefusedError,
    SessionEndedError,
    SignInError,
)
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.vault.device_identity import DeviceIdentity, verify
from sonar_desktop.vault.parcel import ParcelFile
from sonar_desktop.vault.recovery import fingerprint
from sonar_desktop.vault.secret_store import FileStore
from sonar_desktop.vault.session_keys import SessionKeys
from sonar_desktop.vault.vault import Vault
from tests.ui.conftest import DEVICE, LENA, ORGANISATION, RHONA, SITE, ZONE
from tests.vault.world import CHEAP, ORGANISATION_PUBLIC

SERVER = "http://127.0.0.1:8700"
CODE = "SNZ6-ADIY-DOXP"
PASSWORDS = {"rokafor": "trombone lichen otter", "lmarek": "velvet kayak thistle"}
PEOPLE = {"rokafor": RHONA, "lmarek": LENA}
WEEK_MS = 7 * 24 * 3600 * 1000


@dataclass(kw_only=True)
class Server:
    """The server of the suite, with its network."""

    clock: object
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    is_cut: bool = False
    sites: tuple[str, ...] = (SITE,)
    sign_ins: int = 0
    passwords: dict[str, str] = field(default_factory=lambda: dict(PASSWORDS))
    accounts: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """Generation of the credentials, and whether the account is open, where not as at first."""
    rolls: int = 0
    order_id: str = ""
    provider: IssuerSheet | None = None
    typed: list[str] = field(default_factory=list)
    """Every password that was sent here."""
    tokens: dict[str, str] = field(default_factory=dict)
    given: int = 0
    next_lease: str = ""
    """The id of the leases given from now on, in place of the person's usual one."""
    told: list[tuple[int, int | None, int]] = field(default_factory=list)
    parcels: list[bytes] = field(default_factory=list)

    def door(self, _address, _device, _identity):
        return self

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def server_ms(self) -> int:
        return self.clock.now_ms()

    def hello(self) -> Hello:
        if self.is_cut:
            raise OfflineError
        return Hello(
            protocol_min=1,
            protocol_max=1,
            schema_v=1,
            server_id="0192d3a4-0000-7000-8000-0000000000c1",
            server_ms=self.server_ms(),
        )

    def enrol(self, request) -> Enrolled:
        proof = REQUEST_DOMAIN + request.code.encode() + request.sign_public + request.seal_public
        if request.code != CODE or not verify(request.sign_public, proof, request.proof):
            raise CodeError
        return Enrolled(
            device=DEVICE,
            site=SITE,
            site_name="Northfield custody suite",
            organisation=ORGANISATION,
            zone=ZONE,
            scopes=(f"{SITE}/clinical", f"{ORGANISATION}/reference"),
            lease_public=self.public,
            recovery_public=ORGANISATION_PUBLIC,
            server_id="0192d3a4-0000-7000-8000-0000000000c1",
        )

    def sign_in(self, username: str, password: str) -> SignedIn:
        self.typed.append(password)
        if self.is_cut:
            raise OfflineError
        if self.passwords.get(username) != password:
            raise SignInError
        if not self.accounts.get(PEOPLE[username].user, (1, True))[1]:
            raise SignInError
        self.sign_ins += 1
        return self._leased(username)

    def _leased(self, username: str) -> SignedIn:
        actor = PEOPLE[username]
        lease = Lease(
            lease_id=self.next_lease or actor.lease_id,
            device=DEVICE,
            user=actor.user,
            name=actor.name,
            role=actor.role,
            sites=self.sites,
            issued_ms=self.server_ms(),
            not_after_ms=self.server_ms() + WEEK_MS,
            cred_gen=self.accounts.get(actor.user, (1, True))[0],
            signed_by=key_id(self.public),
        )
        body = canonical(lease)
        return SignedIn(lease=body, signature=self.key.sign(signed_message(body)))

    def issuer(self) -> IssuerSheet | None:
        if self.is_cut:
            raise OfflineError
        return self.provider

    def sign_in_by_browser(self, code: str, attempt: Attempt) -> BrowserSignedIn:
        if self.is_cut:
            raise OfflineError
        if code not in PEOPLE or not attempt.verifier:
            raise NotConfirmedError
        return self._session(code)

    def renew_session(self, token: str) -> BrowserSignedIn:
        if self.is_cut:
            raise OfflineError
        username = self.tokens.pop(token, "")
        if not username:
            raise SessionEndedError
        return self._session(username)

    def _session(self, username: str) -> BrowserSignedIn:
        self.given += 1
        token = f"token {self.given}"
        self.tokens[token] = username
        signed = self._leased(username)
        return BrowserSignedIn(
            lease=signed.lease,
            signature=signed.signature,
            token=token,
            ends_ms=self.server_ms() + 30 * 60_000,
        )

    def roll(self, users) -> SignedRoll:
        if self.is_cut:
            raise OfflineError
        self.rolls += 1
        people = []
        for user in users:
            gen, is_open = self.accounts.get(user, (1, True))
            people.append(OnRoll(user=user, cred_gen=gen, is_open=is_open))
        said = Roll(device=DEVICE, issued_ms=self.server_ms(), people=tuple(people))
        body = roll.canonical(said)
        return SignedRoll(roll=body, signature=self.key.sign(roll.signed_message(body)))

    def looked(self, _patient, _user, _lease_id) -> Looked:
        return Looked(lines=(), server_ms=self.server_ms())

    def order(self, waiting, oldest_ms, drafts) -> Ordered:
        if self.is_cut:
            raise OfflineError
        self.told.append((waiting, oldest_ms, drafts))
        if not self.order_id:
            return Ordered()
        order = WipeOrder(order_id=self.order_id, device=DEVICE, issued_ms=self.server_ms())
        body = wiping.canonical(order)
        return Ordered(
            order=SignedOrder(order=body, signature=self.key.sign(wiping.signed_message(body)))
        )

    def parcel(self, parcel) -> ParcelReceipt:
        if self.is_cut:
            raise OfflineError
        if parcel.order_id != self.order_id:
            raise RefusedError("no_order")
        self.parcels.append(parcel.sealed)
        return wiping.receipt_of(parcel)

    def abandon(self) -> None:
        """Nothing is under way here."""


class Browser:
    """A browser in which somebody signs in, or does not, when the test says so."""

    port = 50_123

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.closed = 0
        self.shows = True
        self._brought: queue.Queue[str | KnownError] = queue.Queue()

    def begin(self) -> Browser:
        self._brought = queue.Queue()
        return self

    def show(self, address: str) -> None:
        if not self.shows:
            raise BrowserNotOpened
        self.opened.append(address)

    def bring(self, what: str | KnownError) -> None:
        self._brought.put(what)

    def code(self, _attempt: Attempt) -> str:
        brought = self._brought.get(timeout=30)
        if isinstance(brought, KnownError):
            raise brought
        return brought

    def close(self) -> None:
        self.closed += 1
        self._brought.put(SignInTooLate())


class Bell:
    """A loudspeaker that counts."""

    def __init__(self) -> None:
        self.rung = 0
        self.is_silent = False

    def ring(self) -> None:
        self.rung += 1


class Exchange:
    """Counts what it is asked; how it goes is said by `background.tell_sync_status`."""

    def __init__(self) -> None:
        self.woken = 0
        self.left = False

    def wake(self) -> None:
        self.woken += 1

    def leave(self) -> None:
        self.left = True


@dataclass(kw_only=True)
class FrontDesk:
    """One PC: what is on its disk, and a program that can be started again."""

    folder: object
    clock: object
    server: Server
    browser: Browser = field(default_factory=Browser)
    bell: Bell = field(default_factory=Bell)
    exchange: Exchange = field(default_factory=Exchange)
    handed_over: list[bytes] = field(default_factory=list)
    opened: list[object] = field(default_factory=list)

    def premises(self) -> Premises:
        """What a fresh process of the program has."""
        data = self.folder / "data"
        data.mkdir(mode=0o700, exist_ok=True)
        vault = Vault(data, store=FileStore(self.folder / "secret"), clock=self.clock)

        def open_store():
            opened = open_pc_store(
                data / "client.db",
                vault.dek,
                clock=self.clock,
                ids=SystemIds(self.clock),
                board_row=board_row_bytes,
                in_contact=lambda: False,
                load_identity=DeviceIdentity.load,
            )
            self.opened.append(opened)
            return opened

        return Premises(
            keys=SessionKeys(vault, lambda: CHEAP),
            clock=self.clock,
            ids=SystemIds(self.clock),
            sound=self.bell,
            new_identity=DeviceIdentity.generate,
            load_identity=DeviceIdentity.load,
            door=self.server.door,
            open_store=open_store,
            set_store_aside=lambda: set_store_aside(data / "client.db"),
            begin_exchange=lambda *_: self.exchange,
            restart=self.handed_over.append,
            fingerprint=fingerprint,
            parcels=ParcelFile(data),
            remove_records=lambda: remove_store(data / "client.db"),
            browser=self.browser.begin,
        )
