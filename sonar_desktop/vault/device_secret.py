"""The device secret: this PC's half of every key, so that a copied disk is not enough."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final

from sonar_desktop.vault.errors import SecretElsewhere, SecretMissing, SecretReplaced
from sonar_desktop.vault.keybag import DeviceSecretMark
from sonar_desktop.vault.keys import KEY_BYTES, SecretBox, derived
from sonar_desktop.vault.secret_store import SecretStore

CHECK_INFO: Final = b"sonar/device-secret-check/v1"
CHECK_BYTES: Final = 16


def make_device_secret(store: SecretStore, db_uuid: str) -> tuple[SecretBox, DeviceSecretMark]:
    """Make the device secret, put it into its place, and return it with its mark.

    Raises:
        DeviceSecretError: the place does not take it.
    """
    secret = SecretBox.random()
    store.write(_item(db_uuid), base64.b64encode(secret.exposed()).decode("ascii"))
    return secret, DeviceSecretMark(place=store.place, check=_check(secret))


def read_device_secret(store: SecretStore, db_uuid: str, mark: DeviceSecretMark) -> SecretBox:
    """Fetch the device secret: some ms, at most the store's limit.

    Raises:
        SecretElsewhere: the policy names another place than the mark.
        SecretMissing: no entry of these records.
        SecretReplaced: an entry that is not the one the records were made with.
        DeviceSecretError: the place cannot be asked.
    """
    if store.place is not mark.place:
        raise SecretElsewhere
    text = store.read(_item(db_uuid))
    if text is None:
        raise SecretMissing
    try:
        raw = bytearray(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise SecretReplaced from None
    secret = SecretBox(raw)
    if len(raw) != KEY_BYTES or not hmac.compare_digest(_check(secret), mark.check):
        secret.wipe()
        raise SecretReplaced
    return secret


def destroy_device_secret(store: SecretStore, db_uuid: str) -> None:
    """Remove the device secret, after which no password opens the records (decision 27).

    Raises:
        DeviceSecretError: the place cannot be asked; nothing was removed then.
    """
    store.delete(_item(db_uuid))


def _check(secret: SecretBox) -> bytes:
    with derived(secret.exposed(), salt=None, info=CHECK_INFO) as whole:
        return bytes(whole.exposed()[:CHECK_BYTES])


def _item(db_uuid: str) -> str:
    return f"{db_uuid}/device-secret"
