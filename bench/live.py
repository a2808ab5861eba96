"""`python -m bench.live`: how soon one PC shows what another entered, and what listening costs.

A real server process over HTTP on a real PostgreSQL, all on loopback. The two PCs share this
process with the thousand listeners' ends, so that times are longer than on PCs of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from bench.caseload import Caseload
from bench.centre import Centre, postgres
from bench.pc import Pc, Place, spread
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.event_stream import split_events
from sonar_core.sync.messages import PROTOCOL, Cursor, Pull, Watch, request_bytes
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.live import LiveExchange
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.vault.device_identity import DeviceIdentity

_STREAM: Final = "/v1/sync/hints/stream"
_PULL: Final = "/v1/sync/pull"
_LONGEST_S: Final = 60.0
_AT_ONCE: Final = 20


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def _place(centre: Centre, record: PcRecord, folder: Path) -> Place:
    folder.mkdir()
    return Place(
        folder=str(folder),
        key=secrets.token_bytes(32),
        salt=secrets.token_bytes(16),
        record=record,
        server=centre.address,
        user=centre.user,
    )


class Writer:
    """A PC at which somebody signs entries, each sent at once."""

    def __init__(self, centre: Centre, folder: Path) -> None:
        self._pc = Pc(_place(centre, centre.enrol("writer"), folder))
        self._pc.exchange()
        self._made = Caseload(self._pc.place.record.site, centre.user, seed=7)
        stays = self._pc.desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
        self._stay = stays[0]

    def enter(self) -> tuple[str, float]:
        """Sign one entry and send it; return its id and when it was signed."""
        note = self._made.note(self._stay.patient, self._stay.id)
        signed_at = time.perf_counter()
        desk = self._pc.desk
        desk.store.write(desk.actor, "record", lambda write: write.record(note))
        self._pc.exchange()
        return note.id, signed_at

    def close(self) -> None:
        """Close the store."""
        self._pc.close()


class Reader:
    """A PC whose exchange runs by itself; knows when each record was on its disk."""

    def __init__(self, centre: Centre, folder: Path) -> None:
        place = _place(centre, centre.enrol("reader"), folder)
        self._told = threading.Condition()
        self._seen: dict[str, float] = {}
        self._pc = Pc(place, on_changed=self._take)
        self._pc.exchange()
        identity = DeviceIdentity.load(place.record.identity)
        signer = Signer(device=place.record.device, sign=identity.sign)
        port = ServerLink(Transport(place.server), self._pc.clock, signer)
        self.live = LiveExchange(self._pc.worker, port)

    def _take(self, changed: Any) -> None:
        with self._told:
            now = time.perf_counter()
            self._seen.update(dict.fromkeys((identifier for _, identifier in changed.records), now))
            self._told.notify_all()

    def seen_at(self, record: str) -> float:
        """Wait until a record is on the disk and the screens are told; return when that was."""
        with self._told:
            if not self._told.wait_for(lambda: record in self._seen, _LONGEST_S):
                raise SystemExit("an entry did not come within a minute")
            return self._seen[record]

    def listen(self) -> None:
        """Begin, and wait until the server tells of news."""
        self.live.start()
        while not self._pc.worker._is_live:  # noqa: SLF001 measured from outside
            time.sleep(0.05)

    def close(self) -> None:
        """End the exchange and close the store."""
        self.live.leave()
        self._pc.close()


def time_to_see(centre: Centre, folder: Path, entries: int) -> dict[str, float]:
    """Return how long after it was signed at one PC an entry was told to another's screens."""
    writer, reader = Writer(centre, folder / "writer"), Reader(centre, folder / "reader")
    reader.listen()
    spent = []
    for _ in range(entries):
        record, signed_at = writer.enter()
        spent.append(reader.seen_at(record) - signed_at)
    reader.close()
    writer.close()
    return spread(spent)


@dataclass
class Crowd:
    """Devices that listen, each on a connection of its own."""

    address: str
    devices: list[PcRecord]
    told_at: dict[str, float] = field(default_factory=dict)
    _connections: list[asyncio.StreamWriter] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _all_told: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self) -> None:
        """Open every stream, some at a time, and wait for the first hint of each."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(device: PcRecord) -> None:
            async with gate:
                body = msgspec.msgpack.encode(Watch(protocol=PROTOCOL))
                reader = await self._ask(device, _STREAM, body)
                head = await reader.readuntil(b"\r\n\r\n")
                if b" 200 " not in head.splitlines()[0]:
                    raise SystemExit(head.decode())
            self._tasks.append(asyncio.create_task(self._listen(device, reader)))

        await asyncio.gather(*(one(device) for device in self.devices))
        await self._all_told.wait()

    async def pull(self) -> None:
        """Let each device pull once, and keep that connection too."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(device: PcRecord) -> None:
            async with gate:
                cursors = tuple(
                    Cursor(scope=scope, epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)
                    for scope in device.scopes[:1]
                )
                body = msgspec.msgpack.encode(Pull(protocol=PROTOCOL, cursors=cursors))
                reader = await self._ask(device, _PULL, body)
                await reader.readuntil(b"\r\n\r\n")

        await asyncio.gather(*(one(device) for device in self.devices))

    async def hear(self, begin: Any) -> list[float]:
        """Let something be committed; return how long after the answer each device heard of it."""
        self.told_at.clear()
        self._all_told.clear()
        done = await asyncio.to_thread(begin)
        await self._all_told.wait()
        return [at - done for at in self.told_at.values()]

    async def leave(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        for writer in self._connections:
            writer.transport.abort()

    async def _listen(self, device: PcRecord, reader: asyncio.StreamReader) -> None:
        rest = b""
        while part := await reader.read(4096):
            # Chunk sizes stand on lines of their own between the events; no event has such a line.
            hints, rest = split_events(rest + part)
            if hints or b"event: scope" in part:
                self.told_at.setdefault(device.device, time.perf_counter())
                if len(self.told_at) == len(self.devices):
                    self._all_told.set()

    async def _ask(self, device: PcRecord, path: str, body: bytes) -> asyncio.StreamReader:
        identity, nonce = DeviceIdentity.load(device.identity), secrets.token_hex(16)
        ms = time.time_ns() // 1_000_000
        signature = identity.sign(request_bytes("POST", path, body, ms, nonce)).hex()
        host = urlsplit(self.address)
        reader, writer = await asyncio.open_connection(host.hostname, host.port)
        self._connections.append(writer)
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {host.netloc}\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: Sonar-Device device={device.device},ms={ms},nonce={nonce},"
            f"sig={signature}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        return reader


async def crowd(centre: Centre, devices: list[PcRecord], repeats: int) -> dict[str, Any]:
    """Return the server's memory with so many streams, and how soon all of them hear of news."""
    found: dict[str, Any] = {"devices": len(devices), "server_mb_before": centre.memory_mb()}
    listening = Crowd(centre.address, devices)
    await listening.connect()
    found["server_mb_streams"] = centre.memory_mb()
    _say("each pulls once")
    await listening.pull()
    found["server_mb_streams_and_pulls"] = centre.memory_mb()
    begun, heard = centre.cpu_seconds(), list[float]()

    def commit() -> float:
        centre.fill(1)
        return time.perf_counter()

    for _ in range(repeats):
        heard += await listening.hear(commit)
    found["server_cpu_s_a_commit_told_to_all"] = round((centre.cpu_seconds() - begun) / repeats, 3)
    found["heard_after_commit"] = spread(heard)
    found["server_mb_after"] = centre.memory_mb()
    await listening.leave()
    return found


@contextmanager
def _centre(folder: Path, episodes: int) -> Iterator[Centre]:
    with postgres() as server:
        made = Centre(server, folder, "live")
        try:
            made.seed(episodes)
            yield made
        finally:
            made.stop()


def run(devices: int, entries: int, repeats: int) -> dict[str, Any]:
    """Return how soon one PC sees another's entry, and what so many listeners cost."""
    with (
        tempfile.TemporaryDirectory(prefix="sonar-bench-") as name,
        _centre(Path(name), episodes=20) as centre,
    ):
        folder = Path(name)
        _say("time to see")
        found: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
            "time_to_see": time_to_see(centre, folder, entries),
        }
        _say(f"{found['time_to_see']}; enrolling {devices}")
        enrolled = [centre.enrol_directly(f"PC {number}") for number in range(devices)]
        found["crowd"] = asyncio.run(crowd(centre, enrolled, repeats))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    print(json.dumps(run(asked.devices, asked.entries, asked.repeats), indent=2))


if __name__ == "__main__":
    main()
