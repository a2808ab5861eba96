"""The file by policy, and the keyring's time limit; the real keyring is in test_real_keyring."""

from __future__ import annotations

import stat
import sys
import threading

import pytest
from keyring.errors import KeyringLocked as BackendLocked

from sonar_desktop.vault import secret_store
from sonar_desktop.vault.errors import (
    KeyringLocked,
    KeyringNotAnswering,
    KeyringRefused,
    NoKeyring,
    SecretFileUnsafe,
)
from sonar_desktop.vault.keybag import SecretPlace
from sonar_desktop.vault.policy import Policy
from sonar_desktop.vault.secret_store import (
    ALLOWED_BACKENDS,
    FileStore,
    KeyringStore,
    open_secret_store,
)


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "secret")


def test_only_four_keyrings_are_allowed_and_none_of_them_is_a_file():
    assert ALLOWED_BACKENDS == {
        "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
        "darwin": (("keyring.backends.macOS", "Keyring"),),
        "linux": (
            ("keyring.backends.SecretService", "Keyring"),
            ("keyring.backends.kwallet", "DBusKeyring"),
        ),
    }


def test_the_policy_chooses_the_place(tmp_path):
    assert open_secret_store(Policy(), tmp_path).place is SecretPlace.KEYRING
    by_file = open_secret_store(Policy(device_secret=SecretPlace.FILE), tmp_path / "secret")
    by_file.write("id/item", "text")
    assert by_file.place is SecretPlace.FILE
    assert (tmp_path / "secret" / "id-item").read_text() == "text"


def test_a_secret_file_is_for_this_account_only(files, tmp_path):
    files.write("id/item", "text")
    assert files.read("id/item") == "text"
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secret/id-item").stat().st_mode) == 0o600


def test_a_secret_file_that_is_not_there_is_none(files):
    assert files.read("id/item") is None
    files.delete("id/item")


def test_a_deleted_secret_file_is_gone(files):
    files.write("id/item", "text")
    files.delete("id/item")
    assert files.read("id/item") is None


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_secret_file_that_others_may_read_is_not_used(files, tmp_path):
    files.write("id/item", "text")
    (tmp_path / "secret/id-item").chmod(0o640)
    with pytest.raises(SecretFileUnsafe):
        files.read("id/item")


@pytest.mark.parametrize("content", [b"\xff", b"x" * 5000])
def test_a_damaged_secret_file_is_not_used(files, tmp_path, content):
    files.write("id/item", "text")
    (tmp_path / "secret/id-item").write_bytes(content)
    with pytest.raises(SecretFileUnsafe):
        files.read("id/item")


def test_a_folder_in_place_of_the_secret_file_is_not_used(files, tmp_path):
    (tmp_path / "secret/id-item").mkdir(parents=True)
    with pytest.raises(SecretFileUnsafe):
        files.read("id/item")


class Backend:
    """Stands for an OS keyring that misbehaves in ways the real one cannot be made to."""

    def __init__(self, answer):
        self.answer = answer

    def get_password(self, _service, _account):
        return self.answer()

    def set_password(self, _service, _account, _text):
        pass

    delete_password = get_password


def store_with(monkeypatch, answer, limit_s=5.0):
    monkeypatch.setattr(secret_store, "_first_allowed_backend", lambda: Backend(answer))
    return KeyringStore(limit_s)


def fails_with(error):
    def answer():
        raise error

    return answer


def test_a_keyring_that_waits_for_ever_is_left_after_the_limit(monkeypatch):
    asked, release = threading.Event(), threading.Event()

    def answer():
        asked.set()
        release.wait(10)

    store = store_with(monkeypatch, answer, limit_s=0.05)
    with pytest.raises(KeyringNotAnswering):
        store.read("item")
    assert asked.is_set()
    release.set()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BackendLocked("locked"), KeyringLocked),
        (NoKeyring(), NoKeyring),
        (OSError("the password was hunter2"), KeyringRefused),
    ],
)
def test_each_failure_of_a_keyring_has_its_own_error_without_the_backends_words(
    monkeypatch, error, said
):
    with pytest.raises(said) as caught:
        store_with(monkeypatch, fails_with(error)).read("item")
    assert "hunter2" not in caught.value.user_message
    assert caught.value.__cause__ is None


def test_an_interruption_in_the_keyring_is_not_swallowed(monkeypatch):
    with pytest.raises(SystemExit):
        store_with(monkeypatch, fails_with(SystemExit())).read("item")


def test_a_keyring_that_forgets_what_it_was_given_is_refused(monkeypatch):
    with pytest.raises(KeyringRefused):
        store_with(monkeypatch, lambda: None).write("item", "text")


def test_a_system_without_an_allowed_keyring_has_none(monkeypatch):
    monkeypatch.setattr(sys, "platform", "freebsd14")
    with pytest.raises(NoKeyring):
        KeyringStore().read("item")
