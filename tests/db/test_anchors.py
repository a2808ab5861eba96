from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from sonar_core.sync.anchors import Anchor, Countersigned, countersign
from sonar_core.sync.operations import header_hash
from sonar_desktop.db import anchors
from tests.db.clinic import CLINICAL, DEVICE, START_MS

SERVER = Ed25519PrivateKey.generate()


@pytest.fixture
def desk(new_desk):
    new_desk.enrol((CLINICAL,), lease_public=SERVER.public_key().public_bytes_raw())
    new_desk.arrival()
    new_desk.arrival()
    return new_desk


def end_of(desk, number: int) -> Anchor:
    """What the server would countersign of this PC's operation of that number."""
    operations = desk.sync.outgoing(500, 1 << 20).operations
    return Anchor(
        device=DEVICE,
        incarnation=1,
        op_seq=number,
        header_hash=header_hash(operations[number - 1].header),
        server_ms=START_MS,
        signed_by="",
    )


def settled(desk, signed: Countersigned | None) -> Anchor | None:
    desk.sync.settle((), None, signed)
    return desk.database.read(lambda connection: anchors.last(connection, 1))


def test_what_the_server_countersigned_stays_on_the_pc(desk):
    anchor = end_of(desk, 2)
    assert settled(desk, countersign(anchor, SERVER.sign)) == anchor
    desk.reopen()
    assert settled(desk, None) == anchor


def test_the_furthest_place_is_kept_also_if_an_older_answer_comes_later(desk):
    older, newer = end_of(desk, 2), end_of(desk, 4)
    assert settled(desk, countersign(newer, SERVER.sign)) == newer
    assert settled(desk, countersign(older, SERVER.sign)) == newer
    again = msgspec.structs.replace(newer, server_ms=START_MS + 1)
    assert settled(desk, countersign(again, SERVER.sign)) == again


@pytest.mark.parametrize(
    "changes",
    [
        {"header_hash": "ab" * 32},
        {"op_seq": 3},
        {"op_seq": 5},
        {"op_seq": 0},
        {"device": "another"},
        {"incarnation": 2},
    ],
    ids=str,
)
def test_a_place_that_is_not_of_this_chain_is_not_kept(desk, changes):
    anchor = msgspec.structs.replace(end_of(desk, 2), **changes)
    with capture_logs() as said:
        assert settled(desk, countersign(anchor, SERVER.sign)) is None
    assert [line["event"] for line in said] == ["anchor_refused"]


def test_what_the_server_s_key_did_not_sign_is_not_kept(desk):
    signed = countersign(end_of(desk, 2), Ed25519PrivateKey.generate().sign)
    with capture_logs() as said:
        assert settled(desk, signed) is None
    assert [line["event"] for line in said] == ["anchor_refused"]
