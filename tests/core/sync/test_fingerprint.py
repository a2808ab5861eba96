from __future__ import annotations

import hashlib

from sonar_core.sync.fingerprint import device_fingerprint

SIGN, SEAL = bytes(range(32)), bytes(range(32, 64))


def test_it_is_half_of_the_digest_of_both_keys_in_groups_of_four():
    shown = device_fingerprint(SIGN, SEAL)
    whole = hashlib.sha256(b"sonar/device-fingerprint/v1\0" + SIGN + SEAL).hexdigest()
    assert shown.replace(" ", "") == whole[:32]
    assert [len(group) for group in shown.split(" ")] == [4] * 8


def test_another_key_is_another_fingerprint():
    assert len({device_fingerprint(*keys) for keys in ((SIGN, SEAL), (SEAL, SIGN))}) == 2
