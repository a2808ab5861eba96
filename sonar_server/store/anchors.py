"""What the server has countersigned of each device's chain: appended to, never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select, text

from sonar_core.ids import from_bytes
from sonar_core.sync.anchors import Countersigned
from sonar_server.store.database import Transaction
from sonar_server.store.operations import Author
from sonar_server.store.schema import anchor

_CHAINS: Final = text(
    "SELECT site_id, device, incarnation, max(first_seq) AS first_seq FROM ("
    "SELECT site_id, device, incarnation, first_seq FROM device_chain UNION ALL "
    "SELECT site_id, device, incarnation, 1 FROM anchor) AS known "
    "GROUP BY site_id, device, incarnation ORDER BY site_id, device, incarnation"
)


def keep(
    transaction: Transaction, author: Author, op_seq: int, countersigned: Countersigned
) -> None:
    """Keep what was countersigned at the end of a chain, once for each place."""
    transaction.execute(
        insert(anchor).values(
            **author.columns(),
            op_seq=op_seq,
            body=countersigned.body,
            signature=countersigned.signature,
        )
    )


def last(transaction: Transaction, author: Author) -> Countersigned | None:
    """Return what was countersigned last of a chain; None where nothing was."""
    query = (
        select(anchor.c.body, anchor.c.signature)
        .filter_by(**author.columns())
        .order_by(anchor.c.op_seq.desc())
        .limit(1)
    )
    found = transaction.execute(query).first()
    return None if found is None else Countersigned(found.body, found.signature)


def all_of(transaction: Transaction, author: Author) -> Iterator[Countersigned]:
    """Yield everything that was countersigned of a chain, in its order."""
    query = select(anchor.c.body, anchor.c.signature).filter_by(**author.columns())
    for row in transaction.execute(query.order_by(anchor.c.op_seq)):
        yield Countersigned(row.body, row.signature)


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One chain: whose, as text and as its key, and the number that it begins at."""

    device: str
    author: Author
    first_seq: int


def chains(transaction: Transaction) -> list[Chain]:
    """Return every chain by device and incarnation, also one of which only anchors are left."""
    return [
        Chain(
            device=from_bytes(row.device),
            author=Author(site_id=row.site_id, device=row.device, incarnation=row.incarnation),
            first_seq=row.first_seq,
        )
        for row in transaction.execute(_CHAINS)
    ]
