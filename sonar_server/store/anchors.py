"""What the server has countersigned of each device's chain: appended to, never changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import insert, select

from sonar_core.sync.anchors import Countersigned
from sonar_server.store.database import Transaction
from sonar_server.store.operations import Author
from sonar_server.store.schema import anchor


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
