from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.anchors import (
    ANCHOR_DOMAIN,
    Anchor,
    Countersigned,
    DamagedAnchorError,
    anchor_of,
    countersign,
)
from tests.core.sync.clinic import sign, verify

ANCHOR = Anchor(
    device="d1",
    incarnation=2,
    op_seq=7,
    header_hash="ab" * 32,
    server_ms=1_795_000_000_000,
    signed_by="cd" * 32,
)


def test_what_the_server_countersigned_is_read_back_as_it_was():
    signed = countersign(ANCHOR, sign)
    assert anchor_of(signed, verify) == ANCHOR
    assert signed.signature == sign(ANCHOR_DOMAIN + signed.body)
    assert signed.body == (
        b'{"device":"d1","header_hash":"'
        + b"ab" * 32
        + b'","incarnation":2,"op_seq":7,"server_ms":1795000000000,"signed_by":"'
        + b"cd" * 32
        + b'"}'
    )


def test_it_travels_as_its_bytes():
    signed = countersign(ANCHOR, sign)
    wire = msgspec.msgpack.encode(signed)
    assert msgspec.msgpack.decode(wire, type=Countersigned) == signed


def test_a_signature_over_something_else_is_none():
    signed = countersign(ANCHOR, sign)
    later = msgspec.structs.replace(ANCHOR, op_seq=8)
    with pytest.raises(DamagedAnchorError, match="does not match"):
        anchor_of(Countersigned(countersign(later, sign).body, signed.signature), verify)
    bare = Countersigned(signed.body, sign(signed.body))
    with pytest.raises(DamagedAnchorError, match="does not match"):
        anchor_of(bare, verify)


def test_signed_bytes_that_are_no_anchor_are_none():
    body = b'{"device":"d1"}'
    with pytest.raises(DamagedAnchorError, match="no anchor"):
        anchor_of(Countersigned(body, sign(ANCHOR_DOMAIN + body)), verify)
