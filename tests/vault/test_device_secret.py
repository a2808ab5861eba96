from __future__ import annotations

import base64

import pytest

from sonar_desktop.vault.device_secret import (
    destroy_device_secret,
    make_device_secret,
    read_device_secret,
)
from sonar_desktop.vault.errors import SecretElsewhere, SecretMissing, SecretReplaced
from sonar_desktop.vault.keybag import DeviceSecretMark, SecretPlace
from sonar_desktop.vault.secret_store import FileStore

ITEM = "store-1/device-secret"


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "secret")


def test_the_device_secret_is_read_back(store):
    made, mark = make_device_secret(store, "store-1")
    assert len(made.exposed()) == 32
    assert read_device_secret(store, "store-1", mark).equals(made)


def test_the_mark_does_not_give_the_secret_away(store):
    made, mark = make_device_secret(store, "store-1")
    assert len(mark.check) == 16
    assert mark.check not in bytes(made.exposed())


def test_two_stores_of_one_account_do_not_meet(store):
    first, first_mark = make_device_secret(store, "store-1")
    make_device_secret(store, "store-2")
    assert read_device_secret(store, "store-1", first_mark).equals(first)


def test_a_missing_secret_is_named_so(store):
    _, mark = make_device_secret(store, "store-1")
    destroy_device_secret(store, "store-1")
    with pytest.raises(SecretMissing):
        read_device_secret(store, "store-1", mark)


@pytest.mark.parametrize(
    "text", [base64.b64encode(bytes(32)).decode(), "not base64!", "", "AAAA", "====="]
)
def test_another_secret_in_its_place_is_named_so(store, text):
    _, mark = make_device_secret(store, "store-1")
    store.write(ITEM, text)
    with pytest.raises(SecretReplaced):
        read_device_secret(store, "store-1", mark)


def test_a_policy_that_names_another_place_opens_nothing(store):
    _, mark = make_device_secret(store, "store-1")
    elsewhere = DeviceSecretMark(place=SecretPlace.KEYRING, check=mark.check)
    with pytest.raises(SecretElsewhere):
        read_device_secret(store, "store-1", elsewhere)
