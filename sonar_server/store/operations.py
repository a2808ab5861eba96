"""Operations as they arrived, each with its verdict, and how far each device's chain is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Row as SqlRow
from sqlalchemy import delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from sonar_core import bodies
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.sync.decision import Decision
from sonar_core.sync.messages import Reason, Receipt, Verdict
from sonar_core.sync.operations import FIRST_PREV_HASH, Operation
from sonar_server.store.database import Transaction, read_all, write_all
from sonar_server.store.schema import device_chain, op, redecided

_AS_THEY_CAME: Final = (op.c.received_ms, op.c.device, op.c.incarnation, op.c.op_seq)
_IS_HELD: Final = op.c.verdict == literal_column("'quarantined'")
"""The condition of the index `op_held`, letter by letter."""
FIRST_INCARNATION: Final = 1
_CHAIN_END: Final = (
    "SELECT last_seq, last_hash FROM device_chain WHERE site_id = %(site_id)s "
    "AND device = %(device)s AND incarnation = %(incarnation)s"
)
_EARLIER: Final = (
    "SELECT op_id, device, incarnation, header, verdict, reason, detail, version FROM op "
    "WHERE site_id = %(site)s AND op_id = ANY(%(ids)b)"
)
_AFTER: Final = (
    "SELECT op_seq, header, payload, signature FROM op WHERE site_id = %(site_id)s "
    "AND device = %(device)s AND incarnation = %(incarnation)s AND op_seq > %(after)s "
    "ORDER BY op_seq LIMIT %(most)s"
)
_WAITING: Final = (
    "SELECT device, incarnation, op_seq, header, payload, signature, received_ms FROM op "
    "WHERE site_id = %(site)s AND waiting_for = ANY(%(ids)b) "
    "ORDER BY received_ms, device, incarnation, op_seq"
)


@dataclass(frozen=True, kw_only=True)
class Author:
    """One chain of operations: a device in one of its incarnations."""

    site_id: bytes
    device: bytes
    incarnation: int

    def columns(self) -> dict[str, Any]:
        """Return it as column values."""
        return {"site_id": self.site_id, "device": self.device, "incarnation": self.incarnation}


@dataclass(frozen=True, kw_only=True)
class ChainEnd:
    """The last number of a chain and the hash of that header."""

    seq: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What is known of an operation that came before."""

    header_hash: bytes
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An operation that came before under an id that is used again."""

    author: Author
    header: bytes
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An operation held back until a record arrives."""

    author: Author
    op_seq: int
    operation: Operation
    received_ms: int


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with its verdict, ready to be stored."""

    op_seq: int
    op_id: str
    is_taken: bool
    """An operation that came before has this id."""
    is_repeat: bool
    """It was this same one, in another incarnation of the device."""
    operation: Operation
    header_hash: bytes
    decision: Decision


def locked_chain(transaction: Transaction, author: Author) -> ChainEnd | None:
    """Return where a chain ends, None for an incarnation that this server has not given.

    One device is served one push at a time in each incarnation from here on.
    """
    found = _locked(transaction, author)
    if found is None and author.incarnation == FIRST_INCARNATION:
        beginning = {"last_seq": 0, "last_hash": FIRST_PREV_HASH, "parent": 0, "first_seq": 1}
        transaction.execute(
            insert(device_chain).values(**author.columns(), **beginning).on_conflict_do_nothing()
        )
        found = _locked(transaction, author)
    return found


def _locked(transaction: Transaction, author: Author) -> ChainEnd | None:
    query = (
        select(device_chain.c.last_seq, device_chain.c.last_hash)
        .filter_by(**author.columns())
        .with_for_update()
    )
    found = transaction.execute(query).first()
    return None if found is None else ChainEnd(seq=found.last_seq, hash=found.last_hash)


def chain_end(transaction: Transaction, author: Author) -> ChainEnd:
    """Return where a chain ends, as last committed; no hash for an incarnation unknown here.

    The first one is given to nobody: a device has it from its enrolment on.
    """
    for seq, link in read_all(transaction, _CHAIN_END, author.columns()):
        return ChainEnd(seq=seq, hash=link)
    is_first = author.incarnation == FIRST_INCARNATION
    return ChainEnd(seq=0, hash=FIRST_PREV_HASH if is_first else "")


def move_chain(transaction: Transaction, author: Author, end: ChainEnd) -> None:
    """Write where a chain ends now."""
    transaction.execute(
        update(device_chain)
        .filter_by(**author.columns())
        .values(last_seq=end.seq, last_hash=end.hash)
    )


def stored(
    transaction: Transaction, author: Author, first_seq: int, last_seq: int
) -> dict[int, Stored]:
    """Return the operations of a chain within these numbers that came before."""
    query = select(op).filter_by(**author.columns()).where(op.c.op_seq.between(first_seq, last_seq))
    return {
        row.op_seq: Stored(header_hash=row.header_hash, receipt=_receipt(row))
        for row in transaction.execute(query)
    }


def earlier(transaction: Transaction, site_id: bytes, op_ids: Iterable[str]) -> dict[str, Earlier]:
    """Return the operations that have these ids already."""
    ids = [to_bytes(identifier) for identifier in op_ids]
    rows = read_all(transaction, _EARLIER, {"site": site_id, "ids": ids})
    return {
        from_bytes(op_id): Earlier(
            author=Author(site_id=site_id, device=device, incarnation=incarnation),
            header=header,
            decision=Decision(
                verdict=Verdict(verdict), reason=Reason(reason), detail=detail, version=version
            ),
        )
        for op_id, device, incarnation, header, verdict, reason, detail, version in rows
    }


def keep(
    transaction: Transaction, author: Author, decided: Iterable[Decided], received_ms: int
) -> None:
    """Store operations with their verdicts."""
    rows = (
        (
            author.site_id,
            author.device,
            author.incarnation,
            item.op_seq,
            None if item.is_taken else to_bytes(item.op_id),
            item.header_hash,
            item.operation.header,
            item.operation.payload,
            item.operation.signature,
            received_ms,
            item.decision.verdict.value,
            item.decision.reason.value,
            item.decision.detail,
            item.decision.version,
            None if item.is_taken else _waits_for(item.decision),
            to_bytes(item.op_id) if item.is_repeat else None,
        )
        for item in decided
    )
    write_all(transaction, (op, rows))


def _waits_for(decision: Decision) -> bytes | None:
    if decision.reason is not Reason.MISSING_PARENT:
        return None
    return to_bytes(decision.detail)


def waiting_for(
    transaction: Transaction, site_id: bytes, arrived: Iterable[bytes]
) -> list[Waiting]:
    """Return the operations held back for one of these records, in the order they came."""
    rows = read_all(transaction, _WAITING, {"site": site_id, "ids": list(arrived)})
    return [
        Waiting(
            author=Author(site_id=site_id, device=device, incarnation=incarnation),
            op_seq=op_seq,
            operation=Operation(header, payload, signature),
            received_ms=received_ms,
        )
        for device, incarnation, op_seq, header, payload, signature, received_ms in rows
    ]


def operations_after(
    transaction: Transaction, author: Author, after: int, most: int
) -> list[tuple[int, Operation]]:
    """Return at most so many operations of a chain as they came, numbered above `after`."""
    rows = read_all(transaction, _AFTER, {**author.columns(), "after": after, "most": most})
    return [(number, Operation(*signed)) for number, *signed in rows]


def held_for(transaction: Transaction, reason: Reason) -> list[Waiting]:
    """Return the operations held back for a reason, in the order they came."""
    query = select(op).where(
        _IS_HELD,
        op.c.reason == reason.value,
        # What its device sent again is decided with the first.
        op.c.repeats.is_(None),
    )
    query = query.order_by(*_AS_THEY_CAME)
    return [_waiting(row) for row in transaction.execute(query)]


def is_held_for(transaction: Transaction, item: Waiting, reason: Reason) -> bool:
    """Return whether an operation is held back for a reason; nobody else decides it meanwhile."""
    query = select(op.c.reason).filter_by(**item.author.columns(), op_seq=item.op_seq)
    return transaction.execute(query.with_for_update()).scalar() == reason.value


def _waiting(row: SqlRow[Any]) -> Waiting:
    return Waiting(
        author=Author(site_id=row.site_id, device=row.device, incarnation=row.incarnation),
        op_seq=row.op_seq,
        operation=Operation(row.header, row.payload, row.signature),
        received_ms=row.received_ms,
    )


def decide_again(
    transaction: Transaction, item: Waiting, decision: Decision, repeat: Decision
) -> None:
    """Store another verdict of an operation that waited, and that its device is to learn it.

    `repeat` is the verdict where the device sent it again in another incarnation.
    """
    place = {**item.author.columns(), "op_seq": item.op_seq}
    is_other = (op.c.reason != decision.reason.value) | (op.c.detail != decision.detail)
    this = update(op).filter_by(**place).where(is_other).values(_verdict(decision))
    if not transaction.execute(this.values(waiting_for=_waits_for(decision))).rowcount:
        return
    _tell_again(transaction, place)
    op_id = to_bytes(_own_id(item.operation.header))
    repeats = (op.c.site_id == item.author.site_id) & (op.c.repeats == op_id)
    again = update(op).where(repeats).values(_verdict(repeat))
    for row in transaction.execute(again.returning(op.c.device, op.c.incarnation, op.c.op_seq)):
        _tell_again(transaction, {"site_id": item.author.site_id, **row._mapping})  # noqa: SLF001


def _verdict(decision: Decision) -> dict[str, Any]:
    return {
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "detail": decision.detail,
        "version": decision.version,
    }


def _tell_again(transaction: Transaction, place: dict[str, Any]) -> None:
    transaction.execute(
        insert(redecided)
        .values(**place)
        .on_conflict_do_update(
            index_elements=["site_id", "device", "incarnation", "op_seq"],
            set_={"offered_seq": None},
        )
    )


def news_for(
    transaction: Transaction, author: Author, fresh: tuple[int, int] | None
) -> list[Receipt]:
    """Return the receipts that changed since this incarnation last proved to know them.

    `fresh` are the first number of a push that holds something new, and the last. A device sends
    an operation until it has kept the answer to it, so that what was offered with the answer to an
    operation before the first of this push is known by now.
    """
    mine = (
        redecided.c.site_id == author.site_id,
        redecided.c.device == author.device,
        redecided.c.incarnation == author.incarnation,
    )
    if fresh is not None:
        transaction.execute(delete(redecided).where(*mine, redecided.c.offered_seq < fresh[0]))
    query = (
        select(op)
        .join_from(
            op,
            redecided,
            (op.c.site_id == redecided.c.site_id)
            & (op.c.device == redecided.c.device)
            & (op.c.incarnation == redecided.c.incarnation)
            & (op.c.op_seq == redecided.c.op_seq),
        )
        .where(*mine)
        .order_by(op.c.op_seq)
    )
    receipts = [_receipt(row) for row in transaction.execute(query)]
    if fresh is not None and receipts:
        transaction.execute(update(redecided).where(*mine).values(offered_seq=fresh[1]))
    return receipts


def _receipt(row: SqlRow[Any]) -> Receipt:
    return Receipt(
        op_id=_own_id(row.header) if row.op_id is None else from_bytes(row.op_id),
        op_seq=row.op_seq,
        verdict=Verdict(row.verdict),
        reason=Reason(row.reason),
        detail=row.detail,
        version=row.version,
    )


def _own_id(header: bytes) -> str:
    return str(bodies.fields_of(header)["op_id"])


def count_by_verdict(transaction: Transaction, site_id: bytes) -> dict[str, int]:
    """Return how many operations of a site got each verdict."""
    query = select(op.c.verdict, func.count()).where(op.c.site_id == site_id).group_by(op.c.verdict)
    return {row[0]: row[1] for row in transaction.execute(query)}
