"""A chain of made-up entries with its countersignatures, as an export would hold it."""

from __future__ import annotations

import hashlib

from sonar_core.audit.chains import Chain, Followed, signed_message
from sonar_core.audit.export import ChainHead, Entry
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.sync import clock
from sonar_core.sync.anchors import Anchor, Countersigned, countersign
from sonar_core.sync.authoring import Authorship, DeviceChain, author, record_intent
from sonar_core.sync.operations import FIRST_PREV_HASH, header_hash, header_of, payload_hash
from tests.core.sync.clinic import NOON, identifier, moment, note, sign, verify

DEVICE = identifier(900)


def server_sign(message: bytes) -> bytes:
    return hashlib.sha256(b"server" + message).digest()


def server_verify(message: bytes, signature: bytes) -> bool:
    return server_sign(message) == signature


def written(
    count: int, *, first_seq: int = 1, device: str = DEVICE, incarnation: int = 1, sign=sign
):
    """So many operations of a device: every second one a line of the access log."""
    chain = DeviceChain(
        device=device,
        incarnation=incarnation,
        next_seq=first_seq,
        prev_hash=FIRST_PREV_HASH,
        hlc=clock.ZERO,
    )
    made = []
    for number in range(count):
        looked = AccessEvent(
            id=identifier(number),
            action=AccessAction.OPENED_RECORD,
            recorded_at=moment(),
            user=identifier(7),
        )
        record = looked if number % 2 else note(number)
        by = Authorship(
            user="u",
            lease_id=None,
            intent="look",
            recorded_at=moment(),
            monotonic_ms=number,
            offline=False,
        )
        ids = (identifier(5000 + number),)
        done = author(
            chain, (record_intent(record, "s"),), by, txn_id=ids[0], op_ids=ids, sign=sign
        )
        chain = done.chain
        made += done.operations
    return made


def entry(operation) -> Entry:
    is_look = header_of(operation).kind == "AccessEvent"
    return Entry(
        header=operation.header,
        signature=operation.signature,
        payload_hash=payload_hash(operation.payload),
        payload=operation.payload if is_look else None,
    )


def anchor(operation, *, sign=server_sign, **changes) -> Countersigned:
    header = header_of(operation)
    fields = {
        "device": header.device,
        "incarnation": header.incarnation,
        "op_seq": header.op_seq,
        "header_hash": header_hash(operation.header),
        "server_ms": NOON + header.op_seq,
        "signed_by": "",
    }
    return countersign(Anchor(**(fields | changes)), sign)


def follow(
    entries, countersigned=(), *, first_seq=1, device=DEVICE, incarnation=1, every=True
) -> Followed:
    head = ChainHead(device=device, incarnation=incarnation, first_seq=first_seq)
    chain = Chain(head, countersigned, server=server_verify, device=verify)
    for one in entries:
        is_signed = verify(signed_message(one), one.signature)
        chain.take(one, is_signed=is_signed if every else None)
    return chain.end()
