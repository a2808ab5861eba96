from __future__ import annotations

import pytest

from sonar_server.keys import DeviceKey, KeyFileError, ServerKeys, write_private


def test_keys_come_back_from_their_file(tmp_path):
    keys, file = ServerKeys.generate(), tmp_path / "in" / "keys.json"
    keys.save(file)
    again = ServerKeys.load(file)
    assert again.lease_public == keys.lease_public
    assert again.escrow_public == keys.escrow_public
    assert DeviceKey(keys.lease_public).verify(b"message", again.sign(b"message"))


def test_only_its_owner_can_read_the_key_file(tmp_path):
    file = tmp_path / "keys.json"
    ServerKeys.generate().save(file)
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    with pytest.raises(KeyFileError, match="read by others"):
        ServerKeys.load(file)


def test_a_key_file_is_never_overwritten(tmp_path):
    file = tmp_path / "keys.json"
    write_private(file, b"first")
    with pytest.raises(FileExistsError):
        ServerKeys.generate().save(file)
    assert file.read_bytes() == b"first"


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"v":1,"lease":"AAAA","escrow":"AAAA"}', b"\xff"]
)
def test_a_damaged_key_file_is_said_to_be_so(tmp_path, content):
    file = tmp_path / "keys.json"
    write_private(file, content)
    with pytest.raises(KeyFileError, match="damaged"):
        ServerKeys.load(file)


def test_a_missing_key_file_is_said_to_be_so(tmp_path):
    with pytest.raises(KeyFileError, match="cannot be read"):
        ServerKeys.load(tmp_path / "none.json")


def test_a_signature_of_another_key_or_message_does_not_hold():
    keys = ServerKeys.generate()
    signature = keys.sign(b"message")
    assert not DeviceKey(keys.lease_public).verify(b"another", signature)
    assert not DeviceKey(ServerKeys.generate().lease_public).verify(b"message", signature)
    assert not DeviceKey(keys.lease_public).verify(b"message", b"short")
    # Signature and message are one text to libsodium: what is cut elsewhere is another.
    assert not DeviceKey(keys.lease_public).verify(b"ssage", signature + b"me")
    assert not DeviceKey(keys.lease_public).verify(signature[60:] + b"message", signature[:60])


def test_what_is_no_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        DeviceKey(b"short")


def test_a_key_that_anybody_could_sign_for_signs_nothing():
    # Of small order: with it a signature of zeros fits messages that nobody signed.
    assert not any(DeviceKey(bytes(32)).verify(bytes([one]), bytes(64)) for one in range(64))
