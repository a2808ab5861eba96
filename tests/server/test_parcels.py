from __future__ import annotations

import base64
import os

import msgspec
import pytest
from nacl.public import PrivateKey, SealedBox

from sonar_server.administration import AdministrationError
from sonar_server.parcels import open_parcel

KEY = PrivateKey(bytes(range(32)))
LEFT = {
    "device": "pc-1",
    "site": "site-1",
    "drafts": [{"author": "priya", "body": base64.b64encode("für später".encode()).decode()}],
}


@pytest.fixture
def scene(tmp_path):
    """A parcel, the key to it, and where the drafts are to be."""
    parcel, key, into = (tmp_path / name for name in ("a.parcel", "key.txt", "drafts.json"))
    parcel.write_bytes(SealedBox(KEY.public_key).encrypt(msgspec.json.encode(LEFT)))
    key.write_text(bytes(KEY).hex() + "\n")
    return parcel, key, into


def test_the_recovery_key_opens_a_parcel_for_this_account_alone(scene):
    assert open_parcel(*scene) == 1
    into = scene[2]
    assert msgspec.json.decode(into.read_bytes())["drafts"][0]["body"] == "für später"
    assert os.name != "posix" or into.stat().st_mode & 0o777 == 0o600
    with pytest.raises(AdministrationError, match="is there already"):
        open_parcel(*scene)


@pytest.mark.parametrize("key", ["", "zz", "00" * 32, "ab"])
def test_another_key_opens_nothing_and_writes_nothing(scene, key):
    scene[1].write_text(key)
    with pytest.raises(AdministrationError, match="does not open"):
        open_parcel(*scene)
    assert not scene[2].exists()
