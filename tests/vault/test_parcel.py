from __future__ import annotations

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from sonar_core.sync.wiping import Parcel
from sonar_desktop.usecases.identity_ports import KeptParcel
from sonar_desktop.vault.errors import NotWritten, RecoveryRefused
from sonar_desktop.vault.parcel import FILE, ParcelFile, sealed_parcel
from tests.vault.world import ORGANISATION, ORGANISATION_PUBLIC

KEPT = KeptParcel(
    server="https://sonar.example",
    parcel=Parcel(protocol=1, device="d", order_id="o", sealed=b"\x00sealed", signature=b"\xff"),
)


def test_only_the_organisation_s_key_opens_a_parcel():
    sealed = sealed_parcel(b"refuses food", ORGANISATION_PUBLIC)
    assert b"refuses" not in sealed
    assert SealedBox(ORGANISATION).decrypt(sealed) == b"refuses food"
    with pytest.raises(CryptoError):
        SealedBox(PrivateKey(bytes(32))).decrypt(sealed)
    with pytest.raises(RecoveryRefused):
        sealed_parcel(b"x", b"short")


def test_a_parcel_lies_on_the_disk_until_another_takes_its_place(tmp_path):
    assert ParcelFile(tmp_path).kept() is None
    ParcelFile(tmp_path).keep(KEPT)
    assert ParcelFile(tmp_path).kept() == KEPT
    for rotten in (b"rot", b'"\xff"', b'{"x":' + b"[" * 20_000):
        (tmp_path / FILE).write_bytes(rotten)
        assert ParcelFile(tmp_path).kept() is None


def test_a_disk_that_refuses_a_parcel_is_said_to(tmp_path):
    with pytest.raises(NotWritten):
        ParcelFile(tmp_path / "no such folder").keep(KEPT)
