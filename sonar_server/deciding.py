"""Deciding a batch in memory: the core's planner, with what only the server can know beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sonar_core.records.conflict import Conflict
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import REGISTRY, place_of
from sonar_core.sync import planner
from sonar_core.sync.decision import Decision, NewVersion, held_back
from sonar_core.sync.ledger import Inherited, Ledger
from sonar_core.sync.messages import Reason
from sonar_core.sync.operations import Header, Operation
from sonar_server.authors import Known, marks
from sonar_server.incoming import Incoming
from sonar_server.store.log import Entry
from sonar_server.store.operations import Decided


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What holds for a whole batch.

    `taken` are operation ids that another operation has. `repeats` is what becomes of those that
    the device sent before in another incarnation. `inherited` is the past that this incarnation
    has from others. `is_damaged` says that the batch could not be carried out as it is, whatever
    the reason. `revoked` are the scopes that the device may not hold any more. `misplaced` are
    the operations that put somebody where there is no suite.
    """

    site: str
    known: Known
    received_ms: int
    taken: frozenset[str] = frozenset()
    repeats: Mapping[str, Decision] = field(default_factory=dict)
    inherited: Inherited = field(default_factory=dict)
    is_damaged: bool = False
    revoked: frozenset[ScopeKind] = frozenset()
    misplaced: frozenset[str] = frozenset()


def decide_batch(ledger: Ledger, batch: Iterable[Incoming], around: Circumstances) -> list[Decided]:
    """Return the verdict on each operation, and bring the ledger up to them."""
    decided: list[Decided] = []
    used: set[str] = set()
    for item in batch:
        op_id = item.outline.op_id
        is_repeat = op_id in around.repeats and op_id not in used
        is_taken = is_repeat or op_id in around.taken or op_id in used
        used.add(op_id)
        if is_repeat:
            decision = around.repeats[op_id]
        elif is_taken:
            decision = held_back(Reason.ID_COLLISION, op_id)
        else:
            decision = _decide(ledger, item, around)
        decided.append(
            Decided(
                op_seq=item.outline.op_seq,
                op_id=op_id,
                is_taken=is_taken,
                is_repeat=is_repeat,
                operation=item.operation,
                header_hash=item.header_hash,
                decision=decision,
            )
        )
    return decided


def _decide(ledger: Ledger, item: Incoming, around: Circumstances) -> Decision:
    if item.fault is not None:
        return item.fault
    if item.header is None or around.is_damaged:
        return held_back(Reason.DAMAGED)
    return decide_one(ledger, item.operation, item.header, around)


def decide_one(
    ledger: Ledger, operation: Operation, header: Header, around: Circumstances
) -> Decision:
    """Return the planner's verdict on one operation, with the marks that the server knows of."""
    if header.op_id in around.misplaced:
        return held_back(Reason.DAMAGED)
    return planner.decide(
        ledger,
        operation,
        header,
        received_ms=around.received_ms,
        marks=marks(header, around.site, around.known, around.revoked),
        inherited=around.inherited,
    )


def entry_of(ledger: Ledger, version: NewVersion) -> Entry:
    """Return a row to append, with the place it takes and what it disputes."""
    held = ledger.get(version.id)
    fields = {} if held is None else held.fields
    disputes = str(fields["entity"]) if version.kind == Conflict.__name__ else None
    return Entry(version=version, place=place_of(REGISTRY[version.kind], fields), disputes=disputes)
