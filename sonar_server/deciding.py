"""Deciding a batch in memory: the core's planner, with what only the server can know beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sonar_core.records.conflict import Conflict
from sonar_core.records.registry import REGISTRY, place_of
from sonar_core.sync import planner
from sonar_core.sync.decision import Decision, NewVersion, held_back
from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Reason
from sonar_core.sync.operations import Header, Operation
from sonar_server.authors import Known, marks
from sonar_server.incoming import Incoming
from sonar_server.store.log import Entry
from sonar_server.store.operations import Decided


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What holds for a whole batch.

    `taken` are operation ids that another device used before. `is_damaged` says that the batch
    could not be carried out as it is, whatever the reason.
    """

    site: str
    known: Known
    taken: frozenset[str]
    received_ms: int
    is_damaged: bool = False


def decide_batch(ledger: Ledger, batch: Iterable[Incoming], around: Circumstances) -> list[Decided]:
    """Return the verdict on each operation, and bring the ledger up to them."""
    return [
        Decided(
            op_seq=item.outline.op_seq,
            op_id=item.outline.op_id,
            is_taken=item.outline.op_id in around.taken,
            operation=item.operation,
            header_hash=item.header_hash,
            decision=_decide(ledger, item, around),
        )
        for item in batch
    ]


def _decide(ledger: Ledger, item: Incoming, around: Circumstances) -> Decision:
    if item.outline.op_id in around.taken:
        return held_back(Reason.ID_COLLISION, item.outline.op_id)
    if item.fault is not None:
        return item.fault
    if item.header is None or around.is_damaged:
        return held_back(Reason.DAMAGED)
    return decide_one(ledger, item.operation, item.header, around)


def decide_one(
    ledger: Ledger, operation: Operation, header: Header, around: Circumstances
) -> Decision:
    """Return the planner's verdict on one operation, with the marks that the server knows of."""
    return planner.decide(
        ledger,
        operation,
        header,
        received_ms=around.received_ms,
        marks=marks(header, around.site, around.known),
    )


def entry_of(ledger: Ledger, version: NewVersion) -> Entry:
    """Return a row to append, with the place it takes and what it disputes."""
    held = ledger.get(version.id)
    fields = {} if held is None else held.fields
    disputes = str(fields["entity"]) if version.kind == Conflict.__name__ else None
    return Entry(version=version, place=place_of(REGISTRY[version.kind], fields), disputes=disputes)
