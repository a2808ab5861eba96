from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync import roll as rolls
from sonar_core.sync import wiping as orders
from sonar_core.sync.lease import Lease, canonical, key_id, signed_message
from sonar_core.sync.roll import OnRoll, Roll, SignedRoll
from sonar_core.sync.wiping import SignedOrder, WipeOrder
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.errors import (
    LeaseAltered,
    LeaseEnded,
    LeaseOfAnotherPc,
    LeaseOfAnotherPerson,
    LeaseUnreadable,
    LeaseWrongKey,
    OrderRefused,
    RollRefused,
)
from sonar_desktop.vault.lease import checked_lease, checked_order, checked_roll
from tests.vault.world import DAY_MS, DEVICE, LEASE_END_MS, PRIYA, START_MS

SERVER = DeviceIdentity.generate()
STRANGER = DeviceIdentity.generate()
LEASE = Lease(
    lease_id="lease-1",
    device=DEVICE,
    user=PRIYA.user,
    name=PRIYA.display_name,
    role="nurse",
    sites=("site-1",),
    issued_ms=START_MS,
    not_after_ms=LEASE_END_MS,
    cred_gen=3,
    signed_by=key_id(SERVER.public.sign),
    policy={"screen_lock_minutes": 2},
)


def checked(lease=LEASE, body=None, signer=SERVER, signature=None, now_ms=START_MS, **who):
    body = canonical(lease) if body is None else body
    return checked_lease(
        body,
        signer.sign(signed_message(body)) if signature is None else signature,
        server_public_key=SERVER.public.sign,
        now_ms=now_ms,
        device=who.get("device", DEVICE),
        user=who.get("user", PRIYA.user),
    )


def test_a_true_lease_is_read_as_the_server_wrote_it():
    assert checked() == LEASE


def test_a_lease_from_a_clock_ahead_of_ours_is_taken():
    assert checked(now_ms=START_MS - DAY_MS) == LEASE


def stretched_lease():
    longer = msgspec.structs.replace(LEASE, not_after_ms=LEASE_END_MS * 2)
    return {"body": canonical(longer), "signature": SERVER.sign(signed_message(canonical(LEASE)))}


def strangers_lease():
    theirs = msgspec.structs.replace(LEASE, signed_by=key_id(STRANGER.public.sign))
    return {"lease": theirs, "signer": STRANGER}


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"now_ms": LEASE_END_MS}, LeaseEnded),
        ({"device": "another-pc"}, LeaseOfAnotherPc),
        ({"user": "user-tom"}, LeaseOfAnotherPerson),
        (stretched_lease(), LeaseAltered),
        (strangers_lease(), LeaseWrongKey),
        ({"signer": STRANGER}, LeaseAltered),
        ({"signature": b""}, LeaseAltered),
        ({"body": b"rubbish", "signature": bytes(64)}, LeaseAltered),
        ({"body": b'{"lease_id":"of version 2"}'}, LeaseUnreadable),
    ],
)
def test_each_wrong_lease_is_refused_with_its_own_sentence(how, error):
    with pytest.raises(error) as caught:
        checked(**how)
    assert type(caught.value) is error
    assert PRIYA.display_name not in caught.value.user_message


def test_the_signature_of_a_request_is_no_lease():
    body = canonical(LEASE)
    with pytest.raises(LeaseAltered):
        checked(signature=SERVER.sign(b"sonar/request/v1\x00" + body))


ROLL = Roll(
    device=DEVICE,
    issued_ms=START_MS,
    people=(OnRoll(user=PRIYA.user, cred_gen=4, is_open=True),),
)


def rolled(roll=ROLL, signer=SERVER):
    body = rolls.canonical(roll)
    said = SignedRoll(roll=body, signature=signer.sign(rolls.signed_message(body)))
    return checked_roll(said, server_public_key=SERVER.public.sign, device=DEVICE)


def test_a_true_word_on_accounts_is_read():
    assert rolled() == ROLL


@pytest.mark.parametrize(
    "how",
    [{"signer": STRANGER}, {"roll": msgspec.structs.replace(ROLL, device="another-pc")}],
)
def test_a_word_on_accounts_of_another_server_or_for_another_pc_is_refused(how):
    with pytest.raises(RollRefused):
        rolled(**how)


ORDER = WipeOrder(order_id="order-1", device=DEVICE, issued_ms=START_MS)


def ordered(order=ORDER, signer=SERVER):
    body = orders.canonical(order)
    said = SignedOrder(order=body, signature=signer.sign(orders.signed_message(body)))
    return checked_order(said, server_public_key=SERVER.public.sign, device=DEVICE)


def test_a_true_order_is_read():
    assert ordered() == ORDER


@pytest.mark.parametrize(
    "how",
    [{"signer": STRANGER}, {"order": msgspec.structs.replace(ORDER, device="another-pc")}],
)
def test_an_order_of_another_server_or_for_another_pc_is_refused(how):
    with pytest.raises(OrderRefused):
        ordered(**how)
