"""A made-up PC: it enrols, signs its people in and pushes operations as a real one does."""

from __future__ import annotations

import random
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sonar_core import bodies
from sonar_core.ids import uuid7
from sonar_core.moments import moment_at
from sonar_core.records.base import Record
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import kind_of
from sonar_core.sync import clock
from sonar_core.sync.authoring import Authorship, DeviceChain, author, edit_intent, record_intent
from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import (
    MAX_OPERATIONS,
    PROTOCOL,
    REQUEST_DOMAIN,
    Enrol,
    Push,
    Receipt,
    SignIn,
)
from sonar_core.sync.operations import FIRST_PREV_HASH, Operation
from sonar_server.central import Central
from sonar_server.gate import Gate
from sonar_server.scopes import Territory
from sonar_server.service import DeviceService
from sonar_server.store import places

_SOME: Final = MAX_OPERATIONS // 2


class SyntheticDevice:
    """Writes records as people of the suite, and pushes them through the real service."""

    def __init__(self, central: Central, gate: Gate, *, code: str, name: str, seed: int) -> None:
        """Enrol by an administrator's code."""
        self._gate = gate
        self._chance = random.Random(seed)  # noqa: S311 the same suite for the same seed
        key = Ed25519PrivateKey.from_private_bytes(self._chance.randbytes(32))
        seal = X25519PrivateKey.from_private_bytes(self._chance.randbytes(32))
        sign_public = key.public_key().public_bytes_raw()
        seal_public = seal.public_key().public_bytes_raw()
        self._sign = key.sign
        enrolled = gate.enrol(
            Enrol(
                protocol=PROTOCOL,
                code=code,
                name=name,
                sign_public=sign_public,
                seal_public=seal_public,
                proof=key.sign(REQUEST_DOMAIN + code.encode() + sign_public + seal_public),
            )
        )
        self.zone = enrolled.zone
        self.id = enrolled.device
        self._territory = Territory(
            device=enrolled.device, site=enrolled.site, organisation=enrolled.organisation
        )
        device = central.database.run(
            lambda transaction: places.find_device(
                transaction, bytes.fromhex(enrolled.device.replace("-", ""))
            )
        )
        if device is None:
            raise LookupError("the device was enrolled a moment ago")
        self._device = device
        self._service = DeviceService(central, device)
        self._chain = DeviceChain(
            device=enrolled.device,
            incarnation=1,
            next_seq=1,
            prev_hash=FIRST_PREV_HASH,
            hlc=clock.ZERO,
        )
        self._leases: dict[str, str] = {}
        self._waiting: list[Operation] = []
        self._current: dict[str, dict[str, Any]] = {}

    def new_id(self, at_ms: int) -> str:
        """Return a new id made at that time."""
        return uuid7(at_ms, self._chance.randbytes(10))

    def sign_in(self, username: str, password: str) -> str:
        """Sign a person in; return their id."""
        request = SignIn(protocol=PROTOCOL, username=username, password=password)
        lease = bodies.decode(self._gate.sign_in(request, self._device).lease, Lease)
        self._leases[lease.user] = lease.lease_id
        return lease.user

    def write(
        self, user: str, at_ms: int, intent: str, *records: Record, offline: bool = False
    ) -> None:
        """Record as one user action; it waits to be pushed."""
        intents = [
            record_intent(record, self._territory.wire(kind_of(record).scope)) for record in records
        ]
        for record in records:
            self._current[record.id] = msgspec.to_builtins(record)
        self._author(user, at_ms, intent, intents, offline=offline)

    def edit(
        self,
        user: str,
        at_ms: int,
        intent: str,
        record: Record,
        *,
        base: int,
        offline: bool = False,
        **changes: Any,
    ) -> None:
        """Change fields of a record as its author last saw it, at version `base`."""
        kind = kind_of(record)
        made = edit_intent(
            kind=kind,
            entity=record.id,
            scope=self._territory.wire(kind.scope),
            base=base,
            current=msgspec.to_builtins(record),
            changes=changes,
        )
        if made is None:
            raise ValueError("nothing would change")
        self._author(user, at_ms, intent, [made], offline=offline)

    def _author(
        self, user: str, at_ms: int, intent: str, intents: list[Any], *, offline: bool
    ) -> None:
        made = author(
            self._chain,
            tuple(intents),
            Authorship(
                user=user,
                lease_id=self._leases.get(user),
                intent=intent,
                recorded_at=moment_at(at_ms, self.zone),
                monotonic_ms=at_ms,
                offline=offline,
            ),
            txn_id=self.new_id(at_ms),
            op_ids=tuple(self.new_id(at_ms) for _ in intents),
            sign=self._sign,
        )
        self._chain = made.chain
        self._waiting += made.operations

    def push(self) -> list[Receipt]:
        """Push everything that waits; return the receipts."""
        receipts: list[Receipt] = []
        while self._waiting:
            some, self._waiting = self._waiting[:_SOME], self._waiting[_SOME:]
            answer = self._service.push(
                Push(
                    protocol=PROTOCOL,
                    device=self.id,
                    incarnation=1,
                    operations=tuple(some),
                )
            )
            receipts += answer.receipts
        return receipts

    def site_scope(self) -> str:
        """Return the clinical scope of the suite."""
        return self._territory.wire(ScopeKind.CLINICAL)
