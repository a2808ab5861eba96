from __future__ import annotations

import hashlib
import hmac
from functools import partial

import msgspec
import pytest

from sonar_core.sync.lease import (
    Lease,
    LeaseAlteredError,
    LeaseError,
    LeaseExpiredError,
    LeaseOtherDeviceError,
    LeaseOtherPersonError,
    LeaseUnreadableError,
    LeaseWrongKeyError,
    canonical,
    check,
    key_id,
    opened,
    signed_message,
)

LEASE_KEY = b"public half of the server's lease key"
LEASE = Lease(
    lease_id="0192d3a4-0000-7000-8000-00000000000a",
    device="pc-1",
    user="priya",
    name="Zoë Sharma",
    role="nurse",
    sites=("leeds", "york"),
    issued_ms=1_000,
    not_after_ms=9_000,
    cred_gen=3,
    signed_by=key_id(LEASE_KEY),
    policy={"screen_lock_minutes": 2},
)


def signature(body, key=LEASE_KEY):
    return hmac.new(key, signed_message(body), hashlib.sha256).digest()


def verify(message, claimed):
    """Stands for Ed25519, which reaches the core as an argument."""
    return hmac.compare_digest(hmac.new(LEASE_KEY, message, hashlib.sha256).digest(), claimed)


def read(lease=LEASE, *, body=None, signed=None, now_ms=5_000, device="pc-1", user="priya"):
    body = canonical(lease) if body is None else body
    return opened(
        body,
        signature(body) if signed is None else signed,
        public_key=LEASE_KEY,
        verify=verify,
        now_ms=now_ms,
        device=device,
        user=user,
    )


def test_the_bytes_of_a_lease_are_sorted_json_and_signed_under_their_own_domain():
    assert (
        canonical(LEASE)
        == (
            '{"cred_gen":3,"device":"pc-1","issued_ms":1000,'
            '"lease_id":"0192d3a4-0000-7000-8000-00000000000a","name":"Zoë Sharma",'
            '"not_after_ms":9000,"policy":{"screen_lock_minutes":2},"role":"nurse",'
            f'"signed_by":"{hashlib.sha256(LEASE_KEY).hexdigest()}",'
            '"sites":["leeds","york"],"user":"priya"}'
        ).encode()
    )
    assert signed_message(b"x") == b"sonar/lease/v1\x00x"


def test_a_true_lease_is_read_back():
    assert read() == LEASE


def test_a_lease_holds_until_its_last_millisecond_and_on_a_clock_that_is_behind():
    check(LEASE, 8_999, "pc-1")
    check(LEASE, 0, "pc-1")
    with pytest.raises(LeaseExpiredError):
        check(LEASE, 9_000, "pc-1")


def test_a_lease_of_another_pc_is_refused():
    with pytest.raises(LeaseOtherDeviceError):
        check(LEASE, 5_000, "pc-2")


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"now_ms": 9_000}, LeaseExpiredError),
        ({"device": "pc-2"}, LeaseOtherDeviceError),
        ({"user": "tom"}, LeaseOtherPersonError),
        ({"signed": b""}, LeaseAlteredError),
        ({"body": b"rubbish", "signed": b""}, LeaseAlteredError),
        ({"body": b"{}"}, LeaseUnreadableError),
        (
            {"lease": msgspec.structs.replace(LEASE, signed_by=key_id(b"x")), "signed": b""},
            LeaseWrongKeyError,
        ),
    ],
)
def test_each_wrong_lease_is_refused_for_its_own_reason_and_names_nobody(how, error):
    with pytest.raises(error) as caught:
        read(**how)
    assert isinstance(caught.value, LeaseError)
    assert "priya" not in str(caught.value)
    assert "Sharma" not in str(caught.value)


def test_a_field_of_a_later_version_does_not_hinder_reading():
    body = canonical(LEASE).replace(b'{"cred_gen"', b'{"added_later":1,"cred_gen"')
    assert read(body=body) == LEASE


def test_for_emergency_access_its_end_is_waived():
    body = canonical(LEASE)
    read_late = partial(
        opened, public_key=LEASE_KEY, verify=verify, now_ms=9_000, may_have_ended=True
    )
    assert read_late(body, signature(body), device="pc-1", user="priya") == LEASE


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"device": "pc-2"}, LeaseOtherDeviceError),
        ({"user": "tom"}, LeaseOtherPersonError),
        ({"signature": b""}, LeaseAlteredError),
    ],
)
def test_for_emergency_access_nothing_else_is(how, error):
    body = canonical(LEASE)
    given = {"signature": signature(body), "device": "pc-1", "user": "priya"} | how
    with pytest.raises(error):
        opened(
            body,
            public_key=LEASE_KEY,
            verify=verify,
            now_ms=9_000,
            may_have_ended=True,
            **given,
        )
