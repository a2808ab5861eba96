"""What an inspector is given: an export of the PCs' chains, and the public keys to check it with.

It is read page by page while the server goes on. What was countersigned of a chain is read before
its entries, so that an entry that comes meanwhile is one more after the last countersigned place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from sonar_core.audit.export import (
    VERSION,
    AnchorLine,
    ChainHead,
    DeviceKeys,
    Entry,
    ExportEnd,
    ExportHead,
    Line,
    PublicKeys,
)
from sonar_core.bodies import UNREADABLE
from sonar_core.ids import to_bytes
from sonar_core.records.access_event import AccessEvent
from sonar_core.sync.fingerprint import device_fingerprint
from sonar_core.sync.operations import Operation, payload_hash
from sonar_server.administration import one_named
from sonar_server.central import Central
from sonar_server.operators import Word
from sonar_server.store import anchors, incidents, places
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident
from sonar_server.store.operations import operations_after

EXPORTED: Final = "audit_exported"
PAGE: Final = 2000


class _Kind(msgspec.Struct, frozen=True):
    kind: str = ""


def public_keys(central: Central) -> PublicKeys:
    """Return the server's public key and those of every PC ever enrolled."""

    def look(transaction: Transaction) -> PublicKeys:
        names = {site.id: site.name for site in places.sites(transaction)}
        return PublicKeys(
            v=VERSION,
            organisation=central.organisation.id,
            server_public=central.keys.lease_public,
            devices=tuple(
                DeviceKeys(
                    device=one.id,
                    name=one.name,
                    site=names[one.site],
                    sign_public=one.sign_public,
                    seal_public=one.seal_public,
                    fingerprint=device_fingerprint(one.sign_public, one.seal_public),
                )
                for one in places.every_device(transaction)
            ),
        )

    return central.database.run(look)


def export(central: Central, word: Word, named: str | None = None) -> Iterator[Line]:
    """Yield the lines of an export, of all PCs or of the one named; who asked for it is kept.

    Raises AdministrationError for none or several of that name.
    """
    run = central.database.run
    chains = run(anchors.chains)
    whose = "every PC"
    if named is not None:
        device = one_named(named, run(places.every_device), shown_by="device list")
        chains = [one for one in chains if one.author.device == to_bytes(device.id)]
        whose = f"PC {device.name} {device.id}"
    happened = Incident(
        id=central.new_id(),
        at_ms=central.now_ms(),
        kind=EXPORTED,
        detail=f"the audit chains of {whose} were exported: {word.said}",
    )
    run(lambda transaction: incidents.note(transaction, central.organisation.id, happened))
    yield ExportHead(
        v=VERSION,
        organisation=central.organisation.id,
        server_id=central.organisation.server_id,
        made_ms=happened.at_ms,
    )
    entries = 0
    for chain in chains:
        yield ChainHead(
            device=chain.device, incarnation=chain.author.incarnation, first_seq=chain.first_seq
        )
        for one in run(lambda transaction: list(anchors.all_of(transaction, chain.author))):  # noqa: B023 run at once
            yield AnchorLine(body=one.body, signature=one.signature)
        for operation in _operations(central, chain):
            entries += 1
            yield _entry(operation)
    yield ExportEnd(chains=len(chains), entries=entries)


def _operations(central: Central, chain: anchors.Chain) -> Iterator[Operation]:
    after = 0
    while page := central.database.run(
        lambda transaction: operations_after(transaction, chain.author, after, PAGE)  # noqa: B023 run at once
    ):
        for _, operation in page:
            yield operation
        after, _ = page[-1]


def _entry(operation: Operation) -> Entry:
    try:
        is_look = msgspec.json.decode(operation.header, type=_Kind).kind == AccessEvent.__name__
    except UNREADABLE:
        is_look = False
    return Entry(
        header=operation.header,
        signature=operation.signature,
        payload_hash=payload_hash(operation.payload),
        payload=operation.payload if is_look else None,
    )
