from __future__ import annotations

import hashlib
import hmac

import msgspec
import pytest

from sonar_core.sync.wiping import (
    PARCEL_DOMAIN,
    OrderError,
    Parcel,
    SignedOrder,
    WipeOrder,
    canonical,
    opened,
    parcel_message,
    receipt_of,
    signed_message,
)

LEASE_KEY = b"the server's lease key"
ORDER_ID = "0192d3a4-0000-7000-8000-00000000000a"
ORDER = WipeOrder(order_id=ORDER_ID, device="pc-1", issued_ms=5_000)


def mark(message):
    return hmac.new(LEASE_KEY, message, hashlib.sha256).digest()


def signed(body):
    return SignedOrder(order=body, signature=mark(signed_message(body)))


def read(said, device="pc-1"):
    """Stands for Ed25519, which reaches the core as an argument."""
    return opened(said, verify=lambda message, claimed: mark(message) == claimed, device=device)


def test_a_true_order_is_read_as_the_server_wrote_it():
    assert read(signed(canonical(ORDER))) == ORDER


def test_an_altered_order_is_refused():
    other = canonical(msgspec.structs.replace(ORDER, issued_ms=6_000))
    with pytest.raises(OrderError, match="does not fit"):
        read(msgspec.structs.replace(signed(canonical(ORDER)), order=other))


def test_signed_bytes_that_are_no_order_are_refused():
    with pytest.raises(OrderError, match="no order"):
        read(signed(b"{}"))


def test_the_order_of_another_device_is_refused():
    with pytest.raises(OrderError, match="another device"):
        read(signed(canonical(ORDER)), device="pc-2")


def test_a_parcel_s_signature_is_bound_to_order_and_bytes():
    message = parcel_message(ORDER_ID, b"sealed")
    assert message.startswith(PARCEL_DOMAIN)
    assert len(message) == len(PARCEL_DOMAIN) + 16 + 32
    assert message != parcel_message(ORDER_ID, b"other")
    assert message != parcel_message(ORDER_ID.replace("a4", "a5"), b"sealed")
    with pytest.raises(ValueError, match="id"):
        parcel_message("no id", b"sealed")


def test_a_receipt_names_the_order_and_the_bytes():
    parcel = Parcel(protocol=1, device="pc-1", order_id=ORDER_ID, sealed=b"s", signature=b"")
    receipt = receipt_of(parcel)
    assert (receipt.order_id, receipt.sha256) == (ORDER_ID, hashlib.sha256(b"s").hexdigest())
