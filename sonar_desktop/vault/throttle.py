"""How often somebody may try: counted on disk before the key derivation runs.

Five tries are free, then 30, 60, 120, 300 and 900 s pass between them; the tenth wrong try turns
the slot off until an online sign-in. The file is authenticated with a key from the device secret,
and the secret's place (keyring or file) holds a pin of its newest state, so that an edited, removed
or put-back file is found. This slows guessing at the keyboard; guessing on a copied disk is stopped
by Argon2id and the device secret alone.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Final

import msgspec

from sonar_core.bodies import UNREADABLE
from sonar_desktop.usecases.ports import Clock
from sonar_desktop.vault.atomic_file import write_atomically
from sonar_desktop.vault.errors import TriesAltered, TriesUsedUp, TryLater
from sonar_desktop.vault.keys import SecretBox, derived
from sonar_desktop.vault.secret_store import SecretStore

FILE_NAME: Final = "tries.json"
LARGEST_FILE: Final = 256 * 1024
FREE_TRIES: Final = 5
MOST_TRIES: Final = 10
WAITS_S: Final = (30, 60, 120, 300, 900)
TRIES_INFO: Final = b"sonar/tries/v1"


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """Tries since the last good one, and when the last began (UTC ms)."""

    tries: int
    last_ms: int


class _State(msgspec.Struct, frozen=True, kw_only=True):
    serial: int = 0
    seen_ms: int = 0
    counters: dict[str, Counter] = {}


class _File(msgspec.Struct, frozen=True, kw_only=True):
    v: int
    state: msgspec.Raw
    mac: bytes


class Throttle:
    """The counters of one PC. Not thread-safe: the vault holds its lock around each call."""

    def __init__(self, folder: Path, store: SecretStore, db_uuid: str, clock: Clock) -> None:
        self._path = folder / FILE_NAME
        self._store = store
        self._item = f"{db_uuid}/tries"
        self._clock = clock
        self._seen_ms = 0
        self._seen_at = clock.monotonic_ms()

    def now_ms(self) -> int:
        """Return the latest time that is certain: a clock set back does not shorten a wait.

        Time that passed in this process counts even while the PC's clock stands behind.
        """
        since = self._clock.monotonic_ms() - self._seen_at
        return max(self._clock.now_ms(), self._seen_ms + since)

    def start(self, device_secret: SecretBox) -> None:
        """Write the first, empty counter file; part of enrolment."""
        self._write(device_secret, _State(seen_ms=self.now_ms()))

    def begin_try(self, who: str, device_secret: SecretBox) -> int:
        """Count one try, durably, before any secret is tested; return the free tries left.

        Raises:
            TryLater: the wait is not over; the try was not counted.
            TriesUsedUp: off until an online sign-in.
            TriesAltered: the file cannot be trusted.
        """
        state = self._read(device_secret)
        now = self.now_ms()
        counter = state.counters.get(who, Counter(tries=0, last_ms=0))
        if counter.tries >= MOST_TRIES:
            raise TriesUsedUp
        if counter.tries >= FREE_TRIES:
            ends = counter.last_ms + WAITS_S[counter.tries - FREE_TRIES] * 1000
            if now < ends:
                raise TryLater(seconds=-(-(ends - now) // 1000))
        tries = counter.tries + 1
        self._count(device_secret, state, who, Counter(tries=tries, last_ms=now))
        return max(0, FREE_TRIES - tries)

    def succeeded(self, who: str, device_secret: SecretBox) -> None:
        """Set a person's count back to none.

        Raises:
            TriesAltered: the file cannot be trusted.
        """
        state = self._read(device_secret)
        self._count(device_secret, state, who, None)

    def forgive(self, who: str, everyone: tuple[str, ...], device_secret: SecretBox) -> None:
        """Clear one person's count after the server accepted their password.

        Where the file cannot be trusted a new one is made in which everyone else is at the limit,
        until they have signed in online too.
        """
        try:
            state = self._read(device_secret)
        except TriesAltered:
            full = Counter(tries=MOST_TRIES, last_ms=self.now_ms())
            pin_serial = self._pin()[0]
            state = _State(serial=pin_serial, counters=dict.fromkeys(everyone, full))
        self._count(device_secret, state, who, None)

    def _count(
        self, device_secret: SecretBox, state: _State, who: str, counter: Counter | None
    ) -> None:
        counters = {name: kept for name, kept in state.counters.items() if name != who}
        if counter is not None:
            counters[who] = counter
        fresh = _State(serial=state.serial + 1, seen_ms=self.now_ms(), counters=counters)
        self._write(device_secret, fresh)

    def _read(self, device_secret: SecretBox) -> _State:
        try:
            content = self._path.read_bytes()
            if len(content) > LARGEST_FILE:
                raise TriesAltered
            outer = msgspec.json.decode(content, type=_File)
            body = bytes(outer.state)
            state = msgspec.json.decode(body, type=_State)
        except (OSError, *UNREADABLE):
            raise TriesAltered from None
        if not hmac.compare_digest(_mac(device_secret, body), outer.mac):
            raise TriesAltered
        serial, mark = self._pin()
        # The file is written before its pin, so a power cut may leave it one ahead. Behind, or
        # equal and different, it was put back.
        if state.serial < serial or (state.serial == serial and mark != _mark(outer.mac)):
            raise TriesAltered
        if state.seen_ms > self.now_ms():
            self._seen_ms, self._seen_at = state.seen_ms, self._clock.monotonic_ms()
        return state

    def _write(self, device_secret: SecretBox, state: _State) -> None:
        body = msgspec.json.encode(state, order="sorted")
        mac = _mac(device_secret, body)
        outer = _File(v=1, state=msgspec.Raw(body), mac=mac)
        write_atomically(self._path, msgspec.json.encode(outer, order="sorted"))
        self._store.write(self._item, f"{state.serial}:{_mark(mac)}")
        if state.seen_ms > self._seen_ms:
            self._seen_ms, self._seen_at = state.seen_ms, self._clock.monotonic_ms()

    def _pin(self) -> tuple[int, str]:
        # A missing or foreign pin does not weaken: who can remove it can read the device secret.
        serial, _, mark = (self._store.read(self._item) or "").partition(":")
        return (int(serial), mark) if serial.isdecimal() else (-1, "")


def _mac(device_secret: SecretBox, body: bytes) -> bytes:
    with derived(device_secret.exposed(), salt=None, info=TRIES_INFO) as key:
        return hmac.new(key.exposed(), body, hashlib.sha256).digest()


def _mark(mac: bytes) -> str:
    return mac[:8].hex()
