"""Operations held back, decided again: when a record arrives, and when a newer server starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.sync.decision import Decision, NewVersion, repeated
from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Reason
from sonar_core.sync.operations import Header, header_of
from sonar_server import incoming
from sonar_server.authors import Known
from sonar_server.central import Central
from sonar_server.deciding import Circumstances, decide_one, entry_of
from sonar_server.keys import DeviceKey
from sonar_server.scopes import ScopeKey, Territory
from sonar_server.store import (
    incarnations,
    ledgers,
    log,
    operations,
    people,
    places,
    retirements,
)
from sonar_server.store.database import Transaction
from sonar_server.store.errors import UnavailableError
from sonar_server.store.ledgers import Needs
from sonar_server.store.log import ScopeHead
from sonar_server.store.operations import Waiting

_log: Final = structlog.get_logger()


def known_to(transaction: Transaction, territory: Territory, headers: Iterable[Header]) -> Known:
    """Return the accounts and leases that operations name."""
    named = list(headers)
    return people.known(
        transaction,
        to_bytes(territory.organisation),
        users={header.user for header in named},
        leases={header.lease_id for header in named if header.lease_id is not None},
    )


def append(
    heads: dict[ScopeKey, ScopeHead],
    territory: Territory,
    ledger: Ledger,
    versions: Iterable[NewVersion],
) -> set[bytes]:
    """Append one user action's rows, one commit in each scope; return the ids that are new."""
    by_scope: dict[ScopeKey, list[NewVersion]] = {}
    arrived: set[bytes] = set()
    for version in versions:
        by_scope.setdefault(territory.key_for(version.kind), []).append(version)
        if version.version == 1:
            arrived.add(to_bytes(version.id))
    for key, rows in by_scope.items():
        heads[key].commit([entry_of(ledger, version) for version in rows])
    return arrived


def decide_for(
    transaction: Transaction,
    territory: Territory,
    heads: dict[ScopeKey, ScopeHead],
    arrived: set[bytes],
) -> None:
    """Decide again what waited for records that have arrived, and what waited for that."""
    while arrived:
        found = operations.waiting_for(transaction, to_bytes(territory.site), arrived)
        batch = [(item, header_of(item.operation)) for item in found]
        arrived = _decide_again(transaction, territory, heads, batch) if batch else set()


def _decide_again(
    transaction: Transaction,
    territory: Territory,
    heads: dict[ScopeKey, ScopeHead],
    batch: list[tuple[Waiting, Header]],
) -> set[bytes]:
    needs = Needs([(item.operation, header) for item, header in batch])
    ledger = ledgers.load(transaction, to_bytes(territory.site), needs)
    known = known_to(transaction, territory, (header for _, header in batch))
    new: set[bytes] = set()
    for item, header in batch:
        around = Circumstances(
            site=territory.site,
            known=known,
            inherited=incarnations.inherited_by(transaction, item.author),
            received_ms=item.received_ms,
        )
        decision = decide_one(ledger, item.operation, header, around)
        operations.decide_again(transaction, item, decision, repeated(decision, header.op))
        own = territory._replace(device=header.device)
        retirements.bring_back(transaction, heads, own, decision.versions)
        new |= append(heads, own, ledger, decision.versions)
    log.write_heads(transaction, heads.values())
    return new


def decide_newer(central: Central) -> int:
    """Decide again what waited for a newer server and can be read by this one; return how many.

    To be called before anybody is served. Each operation is a transaction: one that fails waits on.
    """
    found = central.database.run(operations.waiting_for_newer)
    taken = sum(_is_taken(central, item) for item in found)
    if found:
        _log.info("decided_by_newer_server", operations=taken, waiting=len(found) - taken)
    return taken


def _is_taken(central: Central, item: Waiting) -> bool:
    try:
        return central.database.run(_Again(central, item))
    except UnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 what cannot be decided must not keep a server down
        _log.warning("waits_on", device=from_bytes(item.author.device), error=type(error).__name__)
    return False


@dataclass(frozen=True)
class _Again:
    """One operation that waited for a newer server, as a transaction."""

    central: Central
    item: Waiting

    def __call__(self, transaction: Transaction) -> bool:
        """Decide it if this program can read it; return whether it could."""
        device = places.find_device(transaction, self.item.author.device)
        if device is None or not operations.is_waiting_for_newer(transaction, self.item):
            return False
        territory = self.central.territory(device)
        verify = DeviceKey(device.sign_public).verify
        found = incoming.read_one(self.item.operation, territory, verify)
        if found.fault is not None:
            return self._keep(transaction, found.fault)
        return found.header is not None and self._decide(transaction, territory, found.header)

    def _keep(self, transaction: Transaction, fault: Decision) -> bool:
        if fault.reason is Reason.NEWER_SCHEMA:
            return False
        operations.decide_again(transaction, self.item, fault, fault)
        return True

    def _decide(self, transaction: Transaction, territory: Territory, header: Header) -> bool:
        heads = log.heads(transaction, territory.written(), lock=True)
        arrived = _decide_again(transaction, territory, heads, [(self.item, header)])
        decide_for(transaction, territory, heads, arrived)
        return not operations.is_waiting_for_newer(transaction, self.item)
