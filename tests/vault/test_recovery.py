from __future__ import annotations

import hashlib

import msgspec
import pytest
from nacl.public import PrivateKey

from sonar_desktop.vault.errors import RecoveryRefused
from sonar_desktop.vault.keys import SecretBox
from sonar_desktop.vault.recovery import fingerprint, open_sealed, seal
from tests.vault.world import ORGANISATION, ORGANISATION_PUBLIC


def test_the_organisations_private_key_opens_what_was_sealed_to_its_public_one():
    dek = SecretBox.random()
    opened = open_sealed(seal(dek, ORGANISATION_PUBLIC), bytes(ORGANISATION))
    assert opened.equals(dek)


def test_the_fingerprint_is_that_of_the_public_key():
    assert seal(SecretBox.random(), ORGANISATION_PUBLIC).key == fingerprint(ORGANISATION_PUBLIC)
    assert fingerprint(b"abc") == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize("private", [bytes(PrivateKey(bytes(32))), b"short", b""])
def test_another_key_does_not_open_it(private):
    with pytest.raises(RecoveryRefused):
        open_sealed(seal(SecretBox.random(), ORGANISATION_PUBLIC), private)


@pytest.mark.parametrize("place", [0, 40, -1])
def test_an_altered_recovery_slot_is_refused(place):
    slot = seal(SecretBox.random(), ORGANISATION_PUBLIC)
    altered = bytearray(slot.ct)
    altered[place] ^= 1
    with pytest.raises(RecoveryRefused):
        open_sealed(msgspec.structs.replace(slot, ct=bytes(altered)), bytes(ORGANISATION))


def test_a_sealed_key_of_another_length_is_refused():
    slot = seal(SecretBox(bytearray(16)), ORGANISATION_PUBLIC)
    with pytest.raises(RecoveryRefused):
        open_sealed(slot, bytes(ORGANISATION))


def test_nothing_is_sealed_to_what_is_no_key():
    with pytest.raises(RecoveryRefused):
        seal(SecretBox.random(), ORGANISATION_PUBLIC[:31])
