from __future__ import annotations

import hashlib
import hmac

import msgspec
import pytest

from sonar_core.sync.lease import Lease
from sonar_core.sync.roll import (
    Ended,
    Heard,
    OnRoll,
    Roll,
    RollError,
    SignedRoll,
    canonical,
    ended,
    opened,
    signed_message,
)

LEASE_KEY = b"the server's lease key"
ROLL = Roll(
    device="pc-1",
    issued_ms=5_000,
    people=(OnRoll(user="priya", cred_gen=2, is_open=True),),
)
LEASE = Lease(
    lease_id="lease-1",
    device="pc-1",
    user="priya",
    name="Priya Sharma",
    role="nurse",
    sites=("leeds",),
    issued_ms=4_000,
    not_after_ms=90_000,
    cred_gen=2,
    signed_by="key",
)


def mark(message):
    return hmac.new(LEASE_KEY, message, hashlib.sha256).digest()


def signed(roll=ROLL):
    body = canonical(roll)
    return SignedRoll(roll=body, signature=mark(signed_message(body)))


def read(said, device="pc-1"):
    """Stands for Ed25519, which reaches the core as an argument."""
    return opened(said, verify=lambda message, claimed: mark(message) == claimed, device=device)


def test_a_true_roll_is_read_as_the_server_wrote_it():
    assert read(signed()) == ROLL
    assert canonical(ROLL) == (
        b'{"device":"pc-1","issued_ms":5000,'
        b'"people":[{"cred_gen":2,"is_open":true,"user":"priya"}]}'
    )


def test_an_altered_roll_is_refused():
    other = canonical(msgspec.structs.replace(ROLL, issued_ms=6_000))
    with pytest.raises(RollError, match="does not fit"):
        read(msgspec.structs.replace(signed(), roll=other))


def test_signed_bytes_that_are_no_roll_are_refused():
    said = SignedRoll(roll=b"{}", signature=mark(signed_message(b"{}")))
    with pytest.raises(RollError, match="no roll"):
        read(said)


def test_the_roll_of_another_device_is_refused():
    with pytest.raises(RollError, match="another device"):
        read(signed(), device="pc-2")


@pytest.mark.parametrize(
    ("heard", "why"),
    [
        (None, None),
        (Heard(cred_gen=2, is_open=True, issued_ms=5_000), None),
        (Heard(cred_gen=1, is_open=True, issued_ms=5_000), None),
        (Heard(cred_gen=3, is_open=True, issued_ms=5_000), Ended.PASSWORD),
        (Heard(cred_gen=3, is_open=True, issued_ms=4_000), Ended.PASSWORD),
        (Heard(cred_gen=3, is_open=True, issued_ms=3_999), None),
        (Heard(cred_gen=3, is_open=False, issued_ms=5_000), Ended.CLOSED),
        (Heard(cred_gen=2, is_open=False, issued_ms=4_000), Ended.CLOSED),
        (Heard(cred_gen=3, is_open=False, issued_ms=3_999), None),
    ],
)
def test_a_lease_ends_by_a_word_that_is_not_older_than_it(heard, why):
    assert ended(LEASE, heard) is why
