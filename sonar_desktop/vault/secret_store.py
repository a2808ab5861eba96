"""Where small secrets of this PC are kept: the system keyring, or a file by policy.

`keyring.get_keyring()` is never asked: it obeys an environment variable and installed plug-ins
and may answer with a plain file. Only the classes named here are used, and only with a time limit,
because a keyring may wait for a password prompt that nobody sees.
"""

from __future__ import annotations

import importlib
import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked as BackendLocked

from sonar_desktop.vault.atomic_file import sync_folder, write_atomically
from sonar_desktop.vault.errors import (
    KeyringLocked,
    KeyringNotAnswering,
    KeyringRefused,
    NoKeyring,
    SecretFileUnsafe,
)
from sonar_desktop.vault.keybag import SecretPlace
from sonar_desktop.vault.policy import Policy

T = TypeVar("T")

ANSWER_LIMIT_S: Final = 5.0
ACCOUNT: Final = "sonar-desktop"
LARGEST_FILE: Final = 4096

ALLOWED_BACKENDS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "linux": (
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
    ),
}


class SecretStore(Protocol):
    """A place for small texts, by name."""

    @property
    def place(self) -> SecretPlace:
        """Keyring or file."""

    def read(self, item: str) -> str | None:
        """Return a text, or None where there is none."""

    def write(self, item: str, text: str) -> None:
        """Keep a text, in place of an older one of that name."""

    def delete(self, item: str) -> None:
        """Remove a text; nothing happens where there is none."""


class KeyringStore:
    """The keyring of the OS account, called in a thread of its own with a limit.

    Each item is a service of its own with one account: the Windows backend moves entries about
    when one service has several accounts.
    """

    place = SecretPlace.KEYRING

    def __init__(self, limit_s: float = ANSWER_LIMIT_S) -> None:
        self._limit_s = limit_s
        self._backend: KeyringBackend | None = None

    def read(self, item: str) -> str | None:
        """Return a text; see `SecretStore`.

        Raises:
            DeviceSecretError: no keyring, locked, not answering, refused.
        """
        return self._ask(lambda backend: backend.get_password(_service(item), ACCOUNT))

    def write(self, item: str, text: str) -> None:
        """Keep a text and read it back, because a keyring may drop what it accepted.

        Raises:
            DeviceSecretError: as for `read`.
        """

        def put(backend: KeyringBackend) -> bool:
            backend.set_password(_service(item), ACCOUNT, text)
            return backend.get_password(_service(item), ACCOUNT) == text

        if not self._ask(put):
            raise KeyringRefused

    def delete(self, item: str) -> None:
        """Remove a text.

        Raises:
            DeviceSecretError: as for `read`.
        """

        def remove(backend: KeyringBackend) -> None:
            if backend.get_password(_service(item), ACCOUNT) is not None:
                backend.delete_password(_service(item), ACCOUNT)

        self._ask(remove)

    def _ask(self, question: Callable[[KeyringBackend], T]) -> T:
        answers: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()

        def run() -> None:
            try:
                if self._backend is None:
                    self._backend = _first_allowed_backend()
                answers.put(question(self._backend))
            except BaseException as error:  # noqa: BLE001 - carried over to the caller below
                answers.put(error)

        # A daemon: a call that never returns must not keep the program from ending.
        threading.Thread(target=run, name="keyring", daemon=True).start()
        try:
            answer = answers.get(timeout=self._limit_s)
        except queue.Empty:
            raise KeyringNotAnswering from None
        if isinstance(answer, BackendLocked):
            raise KeyringLocked from None
        if isinstance(answer, NoKeyring):
            raise answer
        if isinstance(answer, Exception):
            # Backends let through errors of D-Bus, of Windows and of macOS, all of own types.
            raise KeyringRefused from None
        if isinstance(answer, BaseException):
            raise answer
        return answer


class FileStore:
    """Files of one folder, readable by this account only; reduced protection, by policy alone."""

    place = SecretPlace.FILE

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, item: str) -> str | None:
        """Return a text; see `SecretStore`.

        Raises:
            SecretFileUnsafe: other accounts may read it, or it is no text.
        """
        try:
            with self._path(item).open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            return None
        except OSError:
            raise SecretFileUnsafe from None
        if len(content) > LARGEST_FILE or (sys.platform != "win32" and mode & 0o077):
            raise SecretFileUnsafe
        try:
            return content.decode("ascii")
        except UnicodeDecodeError:
            raise SecretFileUnsafe from None

    def write(self, item: str, text: str) -> None:
        """Keep a text durably.

        Raises:
            NotWritten: disk full or refused; the old text stands.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(self._path(item), text.encode("ascii"))

    def delete(self, item: str) -> None:
        """Remove a text."""
        if self._path(item).exists():
            self._path(item).unlink()
            sync_folder(self._folder)

    def _path(self, item: str) -> Path:
        return self._folder / item.replace("/", "-")


def open_secret_store(policy: Policy, secret_folder: Path) -> SecretStore:
    """Return the place that the administrator's policy names; the keyring unless it says file."""
    if policy.device_secret is SecretPlace.FILE:
        return FileStore(secret_folder)
    return KeyringStore()


def _service(item: str) -> str:
    return f"{ACCOUNT}/{item}"


def _first_allowed_backend() -> KeyringBackend:
    for module, name in ALLOWED_BACKENDS.get(sys.platform, ()):
        try:
            backend: type[KeyringBackend] = getattr(importlib.import_module(module), name)
            # `priority` is keyring's own test of whether a backend works here: it raises if not.
            _ = backend.priority
        except Exception:  # noqa: BLE001, S112 - whatever it is, this one cannot be used here
            continue
        return backend()
    raise NoKeyring
