"""How far the server has countersigned this PC's chain: kept here too, so that it cannot unsay it.

One for each incarnation is enough: each header names the one before by its hash.
"""

from __future__ import annotations

from typing import Final

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, insert, select

from sonar_core.sync.anchors import Anchor, Countersigned, DamagedAnchorError, anchor_of
from sonar_core.sync.operations import header_hash
from sonar_desktop.db import schema
from sonar_desktop.db.identity import last_seq, must_be_enrolled

_log: Final = structlog.get_logger("sync")
_KEPT: Final = schema.anchor


def keep(connection: Connection, countersigned: Countersigned | None) -> None:
    """Keep what the server countersigned, where it is of this PC's chain as it stands here.

    Anything else is logged and not kept; what it came with is, for no entry may wait for it.
    """
    if countersigned is None:
        return
    anchor = _checked(connection, countersigned)
    if anchor is None:
        _log.warning("anchor_refused")
        return
    kept = last(connection, anchor.incarnation)
    if kept is None or kept.op_seq <= anchor.op_seq:
        connection.execute(
            insert(_KEPT).prefix_with("OR REPLACE"),
            {
                "incarnation": anchor.incarnation,
                "op_seq": anchor.op_seq,
                "body": countersigned.body,
                "signature": countersigned.signature,
            },
        )


def last(connection: Connection, incarnation: int) -> Anchor | None:
    """Return how far an incarnation's chain is countersigned, None before the first time."""
    query = select(_KEPT.c.body, _KEPT.c.signature).where(_KEPT.c.incarnation == incarnation)
    row = connection.execute(query).first()
    if row is None:
        return None
    return anchor_of(Countersigned(row.body, row.signature), lambda _message, _signature: True)


def _checked(connection: Connection, countersigned: Countersigned) -> Anchor | None:
    pc = must_be_enrolled(connection)

    def is_the_servers(message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(pc.lease_public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    try:
        anchor = anchor_of(countersigned, is_the_servers)
    except DamagedAnchorError:
        return None
    if anchor.device != pc.device or not 0 < anchor.op_seq <= last_seq(connection):
        return None
    op = schema.own_op
    header = connection.scalar(select(op.c.header).where(op.c.op_seq == anchor.op_seq))
    # What was purged, a month after it was safe, cannot be compared any more.
    is_same = header is None or header_hash(header) == anchor.header_hash
    return anchor if is_same and anchor.incarnation == pc.incarnation else None
