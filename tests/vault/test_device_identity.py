from __future__ import annotations

import pytest
from nacl.public import PublicKey, SealedBox

from sonar_desktop.usecases.errors import BugError
from sonar_desktop.vault.device_identity import DeviceIdentity, PublicIdentity, verify
from sonar_desktop.vault.errors import IdentityDamaged

MESSAGE = b"sonar/op/v1\x00one operation"


@pytest.fixture(scope="module")
def identity():
    return DeviceIdentity.generate()


def test_a_signature_is_checked_with_the_public_key(identity):
    signature = identity.sign(MESSAGE)
    assert len(signature) == 64
    assert verify(identity.public.sign, MESSAGE, signature)
    assert not verify(identity.public.sign, MESSAGE + b".", signature)
    assert not verify(identity.public.sign, MESSAGE, bytes(64))
    assert not verify(identity.public.sign, MESSAGE, b"short")
    assert not verify(DeviceIdentity.generate().public.sign, MESSAGE, signature)
    assert not verify(b"no key", MESSAGE, signature)


@pytest.mark.parametrize(
    "message", [b"", b"operation", b"sonar/op/v1", b"other/op/v1\x00x", b"\x00"]
)
def test_nothing_is_signed_or_checked_without_a_domain_of_ours(identity, message):
    with pytest.raises(BugError):
        identity.sign(message)
    with pytest.raises(BugError):
        verify(identity.public.sign, message, bytes(64))


def test_a_signature_over_one_kind_of_thing_is_none_over_another(identity):
    signature = identity.sign(b"sonar/op/v1\x00same bytes")
    assert not verify(identity.public.sign, b"sonar/lease/v1\x00same bytes", signature)


def test_the_identity_is_the_same_after_it_was_stored(identity):
    again = DeviceIdentity.load(identity.stored())
    assert again.public == identity.public
    assert again.stored() == identity.stored()
    assert verify(identity.public.sign, MESSAGE, again.sign(MESSAGE))


def test_what_is_sealed_to_the_pc_is_opened_by_it_alone(identity):
    sealed = SealedBox(PublicKey(identity.public.receive)).encrypt(b"scope key")
    assert identity.unseal(sealed) == b"scope key"
    with pytest.raises(IdentityDamaged):
        DeviceIdentity.generate().unseal(sealed)
    with pytest.raises(IdentityDamaged):
        identity.unseal(b"short")


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"v":1,"sign":"AA==","receive":"AA=="}',
        b'{"v":2,"sign":"' + b"A" * 43 + b'=","receive":"' + b"A" * 43 + b'="}',
        b'{"v":1,"sign":"' + b"A" * 43 + b'=","receive":"AA=="}',
    ],
)
def test_a_damaged_identity_is_said(stored):
    with pytest.raises(IdentityDamaged):
        DeviceIdentity.load(stored)


def test_the_fingerprint_can_be_read_out_and_names_both_keys():
    one = PublicIdentity(sign=bytes(32), receive=bytes(32)).fingerprint
    other = PublicIdentity(sign=bytes(32), receive=bytes(31) + b"\x01").fingerprint
    assert [len(group) for group in one.split(" ")] == [4] * 8
    assert one != other


def test_two_pcs_have_different_keys(identity):
    assert DeviceIdentity.generate().public != identity.public
