"""Whatever is wrong with the store or the keyring is said on the sign-in page and loses nothing."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import sqlite3
import sys

import pytest
from keyring.errors import KeyringLocked as BackendLocked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_core.records.note import Note
from sonar_desktop.db import errors as store_errors
from sonar_desktop.db.database import open_database
from sonar_desktop.db.engine import PAGE_BYTES
from sonar_desktop.db.writer import Priority
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_desktop.vault import errors as vault_errors
from sonar_desktop.vault import secret_store
from sonar_desktop.vault.keys import DekBox, new_dek
from tests.security.conftest import read_aloud
from tests.ui.conftest import RHONA, Seed
from tests.ui.front_desk import PASSWORDS


@pytest.fixture
def store(front_desk):
    return front_desk.folder / "data" / "client.db"


@pytest.fixture
def left_with_a_note(enrolled, hand_clock, front_desk, store):
    """Rhona has written a note and closed the program; returns the key of her PC's store."""
    seed = Seed(desk=enrolled.workplace.desk, clock=hand_clock)
    admitted = seed.admit("M4")
    moment = Signing(episode=admitted.episode, performed_at=seed.moment())
    write_note(enrolled.workplace.desk, Noting(signing=moment, text="Slept well"))
    dek = enrolled.premises.keys._vault.dek
    key, salt = bytes(dek.exposed()), bytes(dek.cipher_salt)
    enrolled.close()
    return lambda: DekBox(bytearray(key), salt)


def damage(path, _key):
    """A disk has lost everything but the first page."""
    content = bytearray(path.read_bytes())
    content[PAGE_BYTES:] = secrets.token_bytes(len(content) - PAGE_BYTES)
    path.write_bytes(content)


def put_another_pcs_store(path, _key):
    path.unlink()
    dek = new_dek()
    open_database(path, dek).close()
    dek.wipe()


def put_a_plain_database(path, _key):
    path.unlink()
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE record (body)")
    plain.close()


def put_a_picture(path, _key):
    path.write_bytes(b"\x89PNG" + secrets.token_bytes(3 * PAGE_BYTES))


def let_a_newer_program_use_it(path, key):
    dek = key()
    database = open_database(path, dek)
    database.write(
        Priority.USER,
        lambda connection: connection.exec_driver_sql("UPDATE store_version SET version = 99"),
    )
    database.close()
    dek.wipe()


def encrypt_it_with_another_key(path, key):
    ours = key()
    other = DekBox(bytearray(secrets.token_bytes(32)), bytes(ours.cipher_salt))
    path.unlink()
    open_database(path, other).close()
    ours.wipe()
    other.wipe()


def sign_in_by_keys(qtbot, window):
    face = window.face
    QTest.keyClicks(face.entry.field, PASSWORDS["rokafor"])
    QTest.keyClick(face.entry.field, Qt.Key.Key_Return)
    return face


def said_after_the_password(qtbot, window) -> str:
    face = sign_in_by_keys(qtbot, window)
    qtbot.waitUntil(lambda: bool(face.model.problem), timeout=15_000)
    assert face.entry.problem.isVisibleTo(window)
    assert face.model.problem in read_aloud(window)
    return face.model.problem


def fingerprints(folder) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name.startswith("client.db")
    }


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (damage, store_errors.StoreDamagedError),
        (put_another_pcs_store, store_errors.ForeignFileError),
        (put_a_plain_database, store_errors.ForeignFileError),
        (put_a_picture, store_errors.ForeignFileError),
        (let_a_newer_program_use_it, store_errors.StoreTooNewError),
        (encrypt_it_with_another_key, store_errors.WrongKeyError),
    ],
)
def test_a_store_that_cannot_be_used_is_said_at_sign_in_and_left_as_it_is(
    qtbot, left_with_a_note, store, sessions, open_window, tmp_path, spoil, error
):
    good = tmp_path / "good"
    shutil.copy(store, good)
    spoil(store, left_with_a_note)
    spoilt = fingerprints(store.parent)
    session = sessions()
    window = open_window(session)
    assert said_after_the_password(qtbot, window) == error.sentence
    assert fingerprints(store.parent)["client.db"] == spoilt["client.db"]
    assert (session.stage, session.open) == (Stage.SIGN_IN, None)
    assert not session.premises.keys.is_unlocked

    # IT puts the right file back; nothing but the file was wrong.
    for part in store.parent.glob("client.db*"):
        part.unlink()
    shutil.copy(good, store)
    sign_in_by_keys(qtbot, window)
    qtbot.waitUntil(lambda: session.open is not None, timeout=15_000)
    notes = session.open.opened.store.read(lambda look: look.all_of(Note))
    assert [note.text for note in notes] == ["Slept well"]


class Keyring:
    """The system's keyring with what is in it, which can be made to fail."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service, account):
        if self.error is not None:
            raise self.error
        return self.kept.get((service, account))

    def set_password(self, service, account, text):
        if self.error is not None:
            raise self.error
        self.kept[service, account] = text

    def delete_password(self, service, account):
        del self.kept[service, account]


@pytest.fixture
def keyring(monkeypatch, front_desk):
    """The PC keeps its secret in a keyring; tests/vault plays the same with GNOME's own."""
    made = Keyring()
    monkeypatch.setattr(secret_store, "_first_allowed_backend", lambda: made)
    monkeypatch.setattr(
        sys.modules["tests.ui.front_desk"], "FileStore", lambda _folder: secret_store.KeyringStore()
    )
    return made


def lock(keyring):
    keyring.error = BackendLocked("locked")


def take_away(keyring):
    keyring.error = vault_errors.NoKeyring()


def refuse(keyring):
    keyring.error = OSError("org.freedesktop.DBus.Error.Failed")


def forget(keyring):
    keyring.kept.clear()


def replace(keyring):
    keyring.kept = dict.fromkeys(keyring.kept, "A" * 43 + "=")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lock, vault_errors.KeyringLocked),
        (take_away, vault_errors.NoKeyring),
        (refuse, vault_errors.KeyringRefused),
        (forget, vault_errors.SecretMissing),
        (replace, vault_errors.SecretReplaced),
    ],
)
def test_a_keyring_that_fails_is_said_at_sign_in_and_costs_no_try(
    qtbot, keyring, left_with_a_note, store, sessions, open_window, spoil, error
):
    before = fingerprints(store.parent)
    kept = dict(keyring.kept)
    assert kept
    spoil(keyring)
    session = sessions()
    window = open_window(session)
    for _ in range(6):
        assert said_after_the_password(qtbot, window) == error.sentence
    assert fingerprints(store.parent) == before
    assert session.open is None

    keyring.error, keyring.kept = None, kept
    sign_in_by_keys(qtbot, window)
    qtbot.waitUntil(lambda: session.open is not None, timeout=15_000)
    assert session.admitted.actor.user == RHONA.user
    notes = session.open.opened.store.read(lambda look: look.all_of(Note))
    assert [note.text for note in notes] == ["Slept well"]


def test_every_sentence_of_a_fault_is_another():
    errors = [
        store_errors.StoreDamagedError,
        store_errors.ForeignFileError,
        store_errors.StoreTooNewError,
        store_errors.WrongKeyError,
        store_errors.StoreFullError,
        vault_errors.KeyringLocked,
        vault_errors.NoKeyring,
        vault_errors.KeyringRefused,
        vault_errors.KeyringNotAnswering,
        vault_errors.SecretMissing,
        vault_errors.SecretReplaced,
    ]
    assert len({error.sentence for error in errors}) == len(errors)
