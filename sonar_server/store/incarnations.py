"""The incarnations of a device: one chain of operations each, and what each has from another."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, insert, select, tuple_

from sonar_core.sync.ledger import NOTHING_INHERITED, Inherited
from sonar_core.sync.messages import OwnPlace
from sonar_core.sync.operations import FIRST_PREV_HASH
from sonar_server.store.database import Transaction
from sonar_server.store.operations import FIRST_INCARNATION, Author
from sonar_server.store.schema import device, device_chain, op


def give(transaction: Transaction, parent: Author, first_seq: int) -> int:
    """Begin a chain at `first_seq` under a number that this device never had; return it."""
    own = {"site_id": parent.site_id, "device": parent.device}
    # Two copies of one disk may ask at once.
    transaction.execute(select(device.c.device).filter_by(**own).with_for_update())
    highest = transaction.scalar(select(func.max(device_chain.c.incarnation)).filter_by(**own))
    number = max(highest or FIRST_INCARNATION, parent.incarnation) + 1
    transaction.execute(
        insert(device_chain).values(
            **own,
            incarnation=number,
            parent=parent.incarnation,
            first_seq=first_seq,
            last_seq=first_seq - 1,
            last_hash=FIRST_PREV_HASH,
        )
    )
    return number


def inherited_by(transaction: Transaction, author: Author) -> Inherited:
    """Return up to where (exclusive) earlier incarnations' operations are this one's own past."""
    if author.incarnation == FIRST_INCARNATION:
        return NOTHING_INHERITED
    query = select(device_chain).filter_by(site_id=author.site_id, device=author.device)
    chains = {row.incarnation: row for row in transaction.execute(query)}
    found: dict[int, int] = {}
    at, below = chains.get(author.incarnation), 0
    while at is not None and at.parent:
        below = min(below or at.first_seq, at.first_seq)
        found[at.parent] = below
        at = chains.get(at.parent)
    return found


def last_held(transaction: Transaction, author: Author, asked: Iterable[OwnPlace]) -> int:
    """Return the highest number among those asked about under which that operation is stored."""
    hashes = {(one.incarnation, one.op_seq): one.header_hash for one in asked}
    query = (
        select(op.c.incarnation, op.c.op_seq, op.c.header_hash)
        .filter_by(site_id=author.site_id, device=author.device)
        .where(tuple_(op.c.incarnation, op.c.op_seq).in_(list(hashes)))
    )
    return max(
        (
            row.op_seq
            for row in transaction.execute(query)
            if row.header_hash.hex() == hashes[row.incarnation, row.op_seq]
        ),
        default=0,
    )
