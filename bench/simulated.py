"""A PC without a screen or a store: it signs its requests, keeps its cursors, hears hints.

It goes by the program's own pauses (`POLL_SECONDS`, `BackOff`), so that a thousand of them do to a
server what a thousand PCs do.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from sonar_core.ids import uuid7
from sonar_core.moments import moment_at
from sonar_core.records.base import Record
from sonar_core.records.registry import kind_of
from sonar_core.sync import clock
from sonar_core.sync.authoring import Authorship, DeviceChain, author, record_intent
from sonar_core.sync.event_stream import split_events
from sonar_core.sync.frames import frame_of, split_frames
from sonar_core.sync.messages import (
    PROTOCOL,
    Cursor,
    Hint,
    Pull,
    Push,
    TailFrame,
    Watch,
    request_bytes,
)
from sonar_core.sync.operations import FIRST_PREV_HASH, Operation
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.sync.backoff import BackOff
from sonar_desktop.sync.worker import LIVE_POLL_SECONDS, POLL_SECONDS
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.vault.device_identity import DeviceIdentity

_PUSH: Final = "/v1/sync/push"
_PULL: Final = "/v1/sync/pull"
_STREAM: Final = "/v1/sync/hints/stream"
_PATIENCE_S: Final = 30.0
_LONGEST_SIZE: Final = 10
_AWAY: Final = (OSError, asyncio.IncompleteReadError, TimeoutError)


class Answered(NamedTuple):
    """One request: what it was, when it was sent, how long it took (seconds), its status."""

    path: str
    at: float
    seconds: float
    status: int


class BusyError(Exception):
    """The server asked to be left alone; `seconds` is for how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(kw_only=True)
class SimulatedPc:
    """One PC of a site: `write` gives its next entry, `every_s` is its mean pause between two."""

    address: str
    record: PcRecord
    user: str
    write: Callable[[], Record]
    every_s: float
    log: list[Answered]
    chance: random.Random
    exchanged_at: float = 0.0
    is_live: bool = False
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _heard: asyncio.StreamWriter | None = None
    _unsent: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing fetched and nothing written."""
        self._identity = DeviceIdentity.load(self.record.identity)
        self._cursors = {
            scope: Cursor(scope=scope, epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)
            for scope in self.record.scopes
        }
        self._chain = DeviceChain(
            device=self.record.device, incarnation=1, next_seq=1, prev_hash=FIRST_PREV_HASH,
            hlc=clock.ZERO,
        )  # fmt: skip
        self._due = 0.0

    async def run(self) -> None:
        """Exchange and listen until cancelled."""
        await asyncio.gather(self._exchange_on(), self._listen_on())

    def close(self) -> None:
        """Hang up."""
        for writer in (self._line[1] if self._line else None, self._heard):
            if writer is not None:
                writer.transport.abort()

    async def _exchange_on(self) -> None:
        backoff = BackOff(chance=self.chance.random)
        entry_at = time.monotonic() + self.chance.expovariate(1 / self.every_s)
        while True:
            now = time.monotonic()
            if now >= entry_at:
                self._unsent.append(self._signed(self.write()))
                entry_at = now + self.chance.expovariate(1 / self.every_s)
            try:
                await self._exchange()
            except BusyError as error:
                pause = backoff.failed(error.seconds)
            except _AWAY:
                pause = backoff.failed()
            else:
                backoff.went_well()
                self.exchanged_at = time.monotonic()
                pause = LIVE_POLL_SECONDS if self.is_live else POLL_SECONDS
            await self._rest(pause, entry_at, may_wake=not backoff.failures)

    async def _rest(self, pause: float, entry_at: float, *, may_wake: bool) -> None:
        """Wait for the next entry, the timer or a hint; after a failure for the timer alone."""
        self._due = time.monotonic() + pause
        while (left := self._due - time.monotonic()) > 0:
            if may_wake:
                left = min(left, max(0.0, entry_at - time.monotonic()))
            try:
                async with asyncio.timeout(left):
                    await self._woken.wait()
            except TimeoutError:
                if may_wake and time.monotonic() >= entry_at:
                    return
                continue
            self._woken.clear()
            if may_wake and self.is_live:
                return

    async def _exchange(self) -> None:
        if self._unsent:
            sent = tuple(self._unsent)
            push = Push(
                protocol=PROTOCOL, device=self.record.device, incarnation=1, operations=sent
            )
            await self._ask(_PUSH, push)
            self._unsent = self._unsent[len(sent) :]
        pull = Pull(protocol=PROTOCOL, cursors=tuple(self._cursors.values()), incarnation=1)
        for payload in split_frames(await self._ask(_PULL, pull)).payloads:
            frame = frame_of(payload)
            if isinstance(frame, TailFrame):
                self._cursors[frame.cursor.scope] = frame.cursor

    def _signed(self, record: Record) -> Operation:
        scope = f"{self.record.site}/{kind_of(record).scope.value}"
        at_ms = time.time_ns() // 1_000_000
        by = Authorship(
            user=self.user, lease_id=None, intent="record", recorded_at=moment_at(at_ms, "UTC"),
            monotonic_ms=at_ms, offline=False,
        )  # fmt: skip
        made = author(
            self._chain, (record_intent(record, scope),), by,
            txn_id=_new_id(at_ms), op_ids=(_new_id(at_ms),), sign=self._identity.sign,
        )  # fmt: skip
        self._chain = made.chain
        return made.operations[0]

    async def _listen_on(self) -> None:
        backoff = BackOff(chance=self.chance.random)
        while True:
            try:
                await self._listen(backoff)
            except BusyError as error:
                pause = backoff.failed(error.seconds)
            except _AWAY:
                pause = backoff.failed()
            else:
                pause = backoff.failed()
            if self.is_live:
                self.is_live = False
                soon = time.monotonic() + POLL_SECONDS * self.chance.random()
                self._due = min(self._due, soon)
                self._woken.set()
            await asyncio.sleep(pause)

    async def _listen(self, backoff: BackOff) -> None:
        reader, self._heard = await self._connected()
        begun = time.perf_counter()
        self._heard.write(self._request(_STREAM, msgspec.msgpack.encode(Watch(protocol=PROTOCOL))))
        async with asyncio.timeout(_PATIENCE_S):
            status, headers = await _head(reader)
        self._note(_STREAM, begun, status)
        if status != HTTPStatus.OK:
            raise BusyError(float(headers.get("retry-after", 0)))
        backoff.went_well()
        self.is_live = True
        rest = b""
        while part := await reader.read(4096):
            # Sizes of chunks stand on lines of their own between the events.
            lines = [line for line in (rest + part).split(b"\n") if not _is_size(line)]
            hints, rest = split_events(b"\n".join(lines))
            if any(map(self._is_news, hints)):
                self._woken.set()

    def _is_news(self, hint: Hint) -> bool:
        known = self._cursors.get(hint.scope)
        return known is not None and (hint.epoch, hint.seq) > (known.epoch, known.seq)

    async def _ask(self, path: str, message: Any) -> bytes:
        """Return an answer's body; on a new connection where the last is gone."""
        if self._line is None or self._line[0].at_eof():
            # The server ends a connection that is still for ten seconds.
            self._line = await self._connected()
        reader, writer = self._line
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                writer.write(self._request(path, msgspec.msgpack.encode(message)))
                status, headers = await _head(reader)
                body = await _body(reader, headers)
        except _AWAY:
            writer.transport.abort()
            self._line = None
            self._note(path, begun, 0)
            raise
        self._note(path, begun, status)
        if status != HTTPStatus.OK:
            raise BusyError(float(headers.get("retry-after", 0)))
        return body

    def _note(self, path: str, begun: float, status: int) -> None:
        now = time.perf_counter()
        self.log.append(Answered(path.rpartition("sync/")[2], begun, now - begun, status))

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = urlsplit(self.address)
        return await asyncio.open_connection(host.hostname, host.port)

    def _request(self, path: str, body: bytes) -> bytes:
        nonce, ms = secrets.token_hex(16), time.time_ns() // 1_000_000
        signature = self._identity.sign(request_bytes("POST", path, body, ms, nonce)).hex()
        return (
            f"POST {path} HTTP/1.1\r\nHost: {urlsplit(self.address).netloc}\r\n"
            f"Content-Length: {len(body)}\r\nAuthorization: Sonar-Device "
            f"device={self.record.device},ms={ms},nonce={nonce},sig={signature}\r\n\r\n"
        ).encode() + body


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    raw = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = raw.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)


def _is_size(line: bytes) -> bool:
    return line.endswith(b"\r") and 1 < len(line) < _LONGEST_SIZE and b":" not in line


def _new_id(at_ms: int) -> str:
    return uuid7(at_ms, secrets.token_bytes(10))
