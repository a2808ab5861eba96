"""A message bus of a test's own, with somebody who speaks as logind does on it."""

from __future__ import annotations

import itertools
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtDBus import QDBusConnection

_NAMES = (f"sonar-test-{number}" for number in itertools.count())


class Logind:
    """The stand-in's process."""

    def __init__(self, address: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("stand_in_logind.py"), address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.hears("ready")

    def tell(self, words: str) -> None:
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def hears(self, word: str) -> None:
        """Wait for what was asked of it next."""
        heard = self._process.stdout.readline().strip()
        assert heard == word, heard

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@contextmanager
def bus_of_its_own():
    """Yield the address of a bus that ends with the test."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield daemon.stdout.readline().strip()
    finally:
        daemon.kill()
        daemon.wait()
        daemon.stdout.close()


@contextmanager
def connected(address: str):
    """Yield Qt's connection to a bus."""
    name = next(_NAMES)
    yield QDBusConnection.connectToBus(address, name)
    QDBusConnection.disconnectFromBus(name)
