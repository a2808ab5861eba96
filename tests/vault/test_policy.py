from __future__ import annotations

import pytest

from sonar_desktop.vault.errors import PolicyRefused
from sonar_desktop.vault.keybag import SecretPlace
from sonar_desktop.vault.policy import Policy, read_policy


def test_without_a_policy_the_keyring_is_demanded(tmp_path):
    assert read_policy([tmp_path / "none.toml"]).device_secret is SecretPlace.KEYRING


def test_the_first_policy_that_exists_counts(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('device_secret = "file"\n')
    system = tmp_path / "system.toml"
    assert read_policy([system, own]) == Policy(device_secret=SecretPlace.FILE)
    system.write_text("")
    assert read_policy([system, own]) == Policy(device_secret=SecretPlace.KEYRING)


def test_an_organisation_may_trust_its_own_authority_only(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text('server_ca = "/etc/sonar/ca.pem"\n')
    assert read_policy([path]).server_ca == "/etc/sonar/ca.pem"
    assert Policy().server_ca == ""


@pytest.mark.parametrize(
    "content",
    [
        b'device_secret = "plain"',
        b'device_secrets = "file"',
        b"device_secret = 1",
        b"device_secret = ",
        b"\xff\xfe",
        b"x = " + b"[" * 20_000,
    ],
)
def test_a_policy_that_cannot_be_understood_is_refused_and_not_guessed(tmp_path, content):
    path = tmp_path / "policy.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyRefused):
        read_policy([path])


def test_a_policy_that_cannot_be_read_is_not_taken_for_none(tmp_path):
    (tmp_path / "policy.toml").mkdir()
    with pytest.raises(PolicyRefused):
        read_policy([tmp_path / "policy.toml"])
