from __future__ import annotations

import hashlib

from sonar_core.sync.messages import request_bytes


def test_a_request_signs_everything_that_makes_it():
    parts = ("POST", "/v1/sync/push", b"body", 5, "n")
    digest = hashlib.sha256(b"body").hexdigest()
    raw = request_bytes(*parts)
    assert raw == f"sonar/request/v1\x00POST\n/v1/sync/push\n{digest}\n5\nn".encode()
    others = [("GET", *parts[1:]), (parts[0], "/v1", *parts[2:]), (*parts[:2], b"", *parts[3:])]
    others += [(*parts[:3], 6, parts[4]), (*parts[:4], "m")]
    assert len({raw, *(request_bytes(*other) for other in others)}) == 6
