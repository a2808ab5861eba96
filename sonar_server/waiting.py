"""Operations held back, decided again: for a record, by a newer server, at an operator's word."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, NamedTuple

import structlog

from sonar_core import bodies
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.sync.decision import Decision, NewVersion, repeated
from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Reason
from sonar_core.sync.operations import Header, header_of
from sonar_server import incoming, moving
from sonar_server.administration import AdministrationError
from sonar_server.authors import Known
from sonar_server.central import Central
from sonar_server.deciding import Circumstances, decide_one, entry_of
from sonar_server.keys import DeviceKey
from sonar_server.moving import MoreSitesError
from sonar_server.operators import Word
from sonar_server.scopes import ScopeKey, Territory
from sonar_server.store import (
    incarnations,
    incidents,
    ledgers,
    log,
    operations,
    people,
    places,
)
from sonar_server.store.database import Transaction
from sonar_server.store.errors import UnavailableError
from sonar_server.store.incidents import Incident
from sonar_server.store.ledgers import Needs
from sonar_server.store.log import ScopeHead
from sonar_server.store.operations import Author, Waiting

DECIDED_AGAIN: Final = "decided_again"

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


class Written(NamedTuple):
    """Rows that a transaction appended at a site, and the ids among them that are new there."""

    versions: list[NewVersion]
    arrived: set[bytes]


def follow_up(
    transaction: Transaction,
    territory: Territory,
    heads: dict[ScopeKey, ScopeHead],
    written: Written,
) -> None:
    """Do what rows just written at a site entail, until nothing more follows.

    What waited for them is decided again, and other sites hear of people whom they concern: there
    too something may have waited. Raises MoreSitesError.
    """
    open_ = [(territory, written)]
    while open_:
        at, made = open_.pop()
        versions = made.versions + _decide_for(transaction, at, heads, made.arrived)
        for site, ids in moving.settle(transaction, heads, at, versions).items():
            if ids:
                open_.append((at._replace(site=from_bytes(site)), Written([], ids)))


def _decide_for(
    transaction: Transaction,
    territory: Territory,
    heads: dict[ScopeKey, ScopeHead],
    arrived: set[bytes],
) -> list[NewVersion]:
    """Decide again what waited for records that have arrived, and what waited for that.

    Returns the rows written.
    """
    versions: list[NewVersion] = []
    while arrived:
        found = operations.waiting_for(transaction, to_bytes(territory.site), arrived)
        batch = [(item, header_of(item.operation)) for item in found]
        made, arrived = (
            _decide_again(transaction, territory, heads, batch) if batch else Written([], set())
        )
        versions += made
    return versions


def _decide_again(
    transaction: Transaction,
    territory: Territory,
    heads: dict[ScopeKey, ScopeHead],
    batch: list[tuple[Waiting, Header]],
) -> Written:
    operations_of = [(item.operation, header) for item, header in batch]
    ledger = ledgers.load(transaction, to_bytes(territory.site), Needs(operations_of))
    known = known_to(transaction, territory, (header for _, header in batch))
    misplaced = moving.misplaced(transaction, territory, operations_of)
    written = Written([], set())
    for _, action in groupby(batch, key=lambda pair: pair[1].txn_id):
        versions: list[NewVersion] = []
        for item, header in action:
            own = territory._replace(device=header.device)
            around = Circumstances(
                site=territory.site,
                known=known,
                inherited=incarnations.inherited_by(transaction, item.author),
                received_ms=item.received_ms,
                misplaced=misplaced,
            )
            decision = decide_one(ledger, item.operation, header, around)
            operations.decide_again(transaction, item, decision, repeated(decision, header.op))
            versions += decision.versions
        _lock_log_of(transaction, own, heads, versions)
        moving.bring_back(transaction, heads, own, versions)
        written.arrived.update(append(heads, own, ledger, versions))
        written.versions.extend(versions)
    log.write_heads(transaction, heads.values())
    return written


def _lock_log_of(
    transaction: Transaction,
    author: Territory,
    heads: dict[ScopeKey, ScopeHead],
    versions: Iterable[NewVersion],
) -> None:
    """Lock the access log of the device that wrote what waited, if rows go there.

    Nobody waits for the other: whoever has a device's log has locked the site's clinical scope
    before, which is locked here already.
    """
    if missing := {author.key_for(version.kind) for version in versions} - heads.keys():
        heads |= log.heads(transaction, missing, lock=True)


def decide_newer(central: Central) -> int:
    """Decide again what waited for a newer server and can be read by this one; return how many.

    To be called before anybody is served.
    """
    return _decide_held(central, Reason.NEWER_SCHEMA).taken


def decide_damaged(central: Central, word: Word) -> Redecided:
    """Decide again what was held back as damaged, and keep an incident of who asked for it.

    For after an update that mends what could not be carried out. Bytes that are not what was signed
    stay held back for ever. Raises AdministrationError where there is nothing.
    """
    done = _decide_held(central, Reason.DAMAGED)
    if not done.of:
        raise AdministrationError("nothing is held back as damaged")
    happened = Incident(
        id=central.new_id(),
        at_ms=central.now_ms(),
        kind=DECIDED_AGAIN,
        detail=f"{done.taken} of {done.of} operations held back as damaged: {word.said}",
    )
    central.database.run(
        lambda transaction: incidents.note(transaction, central.organisation.id, happened)
    )
    return done


class Redecided(NamedTuple):
    """How many operations were decided, of how many that were held back."""

    taken: int
    of: int


def _decide_held(central: Central, reason: Reason) -> Redecided:
    """Decide what is held back for a reason, each user action as one transaction.

    One that fails stays as it is.
    """
    found = central.database.run(lambda transaction: operations.held_for(transaction, reason))
    actions = [tuple(action) for _, action in groupby(found, key=_action)]
    taken = sum(_taken(_Again(central, reason, action)) for action in actions)
    if found:
        _log.info("decided_again", reason=reason.value, operations=taken, of=len(found))
    return Redecided(taken, len(found))


def _action(item: Waiting) -> tuple[Author, object]:
    """Return what tells a user action from another; a header that is no JSON stands alone."""
    with suppress(bodies.BodyError):
        return item.author, bodies.fields_of(item.operation.header).get("txn_id")
    return item.author, item.op_seq


def _taken(again: _Again) -> int:
    try:
        return again.central.database.run(again)
    except MoreSitesError as more:
        return _taken(replace(again, also=again.also | more.sites))
    except UnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 what cannot be decided must not keep a server down
        device = from_bytes(again.action[0].author.device)
        _log.warning("waits_on", device=device, error=type(error).__name__)
    return 0


@dataclass(frozen=True)
class _Again:
    """A user action's operations that were held back for one reason, as a transaction.

    `also` are other sites that hold people of whom it writes.
    """

    central: Central
    reason: Reason
    action: tuple[Waiting, ...]
    also: frozenset[bytes] = frozenset()

    def __call__(self, transaction: Transaction) -> int:
        """Decide what this program can read; return how many are held back for it no more."""
        device = places.find_device(transaction, self.action[0].author.device)
        if device is None:
            return 0
        territory = self.central.territory(device)
        verify = DeviceKey(device.sign_public).verify
        held = [one for one in self.action if self._is_held(transaction, one)]
        readable: list[tuple[Waiting, Header]] = []
        for item in held:
            found = incoming.read_one(item.operation, territory, verify)
            if found.fault is not None:
                self._keep(transaction, item, found.fault)
            elif found.header is not None:
                readable.append((item, found.header))
        if readable:
            keys = {*territory.written(), *moving.keys_of(self.also)}
            heads = log.heads(transaction, keys, lock=True)
            written = _decide_again(transaction, territory, heads, readable)
            follow_up(transaction, territory, heads, written)
        return sum(not self._is_held(transaction, one) for one in held)

    def _is_held(self, transaction: Transaction, item: Waiting) -> bool:
        return operations.is_held_for(transaction, item, self.reason)

    def _keep(self, transaction: Transaction, item: Waiting, fault: Decision) -> None:
        if fault.reason is not self.reason:
            operations.decide_again(transaction, item, fault, fault)
