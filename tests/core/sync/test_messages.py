from __future__ import annotations

import hashlib

import msgspec
import pytest

from sonar_core.sync.messages import Reason, Receipt, Verdict, request_bytes


def test_a_request_signs_everything_that_makes_it():
    parts = ("POST", "/v1/sync/push", b"body", 5, "n")
    digest = hashlib.sha256(b"body").hexdigest()
    raw = request_bytes(*parts)
    assert raw == f"sonar/request/v1\x00POST\n/v1/sync/push\n{digest}\n5\nn".encode()
    others = [("GET", *parts[1:]), (parts[0], "/v1", *parts[2:]), (*parts[:2], b"", *parts[3:])]
    others += [(*parts[:3], 6, parts[4]), (*parts[:4], "m")]
    assert len({raw, *(request_bytes(*other) for other in others)}) == 6


def test_a_reason_that_only_a_newer_server_knows_is_kept_in_its_word():
    receipt = Receipt(op_id="o", op_seq=1, verdict=Verdict.QUARANTINED, reason=Reason.DAMAGED)
    said = msgspec.to_builtins(receipt) | {"reason": "too_odd"}
    read = msgspec.msgpack.decode(msgspec.msgpack.encode(said), type=Receipt)
    assert read.reason == "too_odd"
    assert read.reason not in {*Reason}
    assert msgspec.to_builtins(read)["reason"] == "too_odd"
    with pytest.raises(ValueError, match="7"):
        Reason(7)
