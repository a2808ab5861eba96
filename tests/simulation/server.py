"""The real service on a real PostgreSQL, reached as by HTTP and stopped like a process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from unittest import mock

import msgspec

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.practitioner import Role
from sonar_core.sync.frames import frame_bytes
from sonar_core.sync.healing import AskBuckets, AskSums, Report
from sonar_core.sync.messages import (
    MEDIA_TYPE,
    BeginAnew,
    Cursor,
    Pull,
    Push,
    Reconcile,
    Refusal,
    Snapshot,
    SnapshotStart,
)
from sonar_server import administration, epochs
from sonar_server.administration import NewPerson
from sonar_server.api import bodies
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.lanes import WIDE
from sonar_server.retiring import retire_due
from sonar_server.scopes import ScopeKey, Territory
from sonar_server.service import DeviceService, hello
from sonar_server.store import log, places
from sonar_server.store.database import Database, Transaction
from sonar_server.store.errors import UnavailableError
from sonar_server.store.log import ScopeHead
from sonar_server.store.places import Device
from sonar_server.store.roles import APPLICATION, as_role
from sonar_server.waiting import decide_newer
from tests.journeys.generations import GENERATIONS, acting_as
from tests.simulation.estate import KEYS, Estate, SeededCentral
from tests.simulation.faults import Faults, HiccupError, ServerCrash

T = TypeVar("T")
_heads = log.heads


class FaultyDatabase(Database):
    """The server's database with a fault point around each transaction."""

    def __init__(self, url: str, faults: Faults) -> None:
        super().__init__(as_role(url, APPLICATION), connections=4)
        self._faults = faults

    def run(self, work: Callable[[Transaction], T]) -> T:
        def with_points(transaction: Transaction) -> T:
            answer = work(transaction)
            if self._faults.hiccups:
                # It may strike another PC's request than the one that it was drawn for.
                self._faults.hiccups -= 1
                self._faults.injected += 1
                raise HiccupError
            if self._faults.is_struck("server uncommitted"):
                raise ServerCrash
            return answer

        if self._faults.is_struck("server before a transaction"):
            raise ServerCrash
        pool = self._engine.pool
        try:
            answer = super().run(with_points)
        finally:
            if self._engine.pool is not pool:
                # The process ended within: nobody else lets go of this connection.
                pool.dispose()
        if self._faults.is_struck("server after a commit"):
            raise ServerCrash
        return answer


@dataclass(kw_only=True)
class Answer:
    """An answer on its way; `parts` are the body's bytes as they are sent."""

    status: int
    headers: dict[str, str]
    parts: Iterator[bytes]


@dataclass(kw_only=True)
class SimServer:
    """One server process at a time over one database. `generation` counts the processes."""

    estate: Estate
    url: str
    faults: Faults
    now_ms: Callable[[], int]
    generation: int = 0
    program: str = GENERATIONS[0]
    """Which version of the program it is."""
    max_operations: int = 4
    mistakes: list[str] = field(default_factory=list)
    revoked: dict[str, frozenset[ScopeKind]] = field(default_factory=dict)
    """What a device may not hold now, of each of which something was ever said."""
    begun: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """By device and scope, where the log stood when each first sync began, or went back to."""
    central: Central = field(init=False)
    _pushing: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        self.central = Central(
            database=FaultyDatabase(self.url, self.faults),
            organisation=self.estate.organisation,
            keys=KEYS,
            now_ms=self.now_ms,
        )

    def warning(self, what: str, **fields: object) -> None:
        """Stand in for the log of pushes: a batch that failed is a fault, though it is kept."""
        if fields.get("error") != HiccupError.__name__:
            self.mistakes.append(f"{what} {fields.get('error')}")

    def heads(
        self, transaction: Transaction, keys: Iterable[ScopeKey], *, lock: bool = False
    ) -> dict[ScopeKey, ScopeHead]:
        """Stand in for `log.heads`: others commit in the last moment before a scope is locked."""
        if lock:
            generation = self.generation
            self.faults.between()
            if self.generation != generation:
                raise ServerCrash
        return _heads(transaction, keys, lock=lock)

    def restart(self) -> None:
        """End the process and start the next; every answer under way ends."""
        self.close()
        self.generation += 1
        self._open()
        if self.program != GENERATIONS[0]:
            with self.administrator() as central, acting_as(self.program):
                decide_newer(central)

    def _begin(self, device: Device, at: Iterable[Cursor]) -> None:
        for place in at:
            self.begun.setdefault((device.id, place.scope), []).append(place.seq)

    def is_full(self, device: Device) -> bool:
        """Whether a push of this device's site would wait for those under way."""
        return self._pushing[device.site] >= WIDE

    def close(self) -> None:
        self.central.database.close()

    def enrol(self, device: Device) -> Territory:
        """Give a PC its place, as the gate does after its code was checked."""

        def write(transaction: Transaction) -> Device | None:
            places.add_device(transaction, device)
            key = self.central.territory(device).key(ScopeKind.DEVICE)
            log.make_scopes(transaction, [key])
            return places.find_device(transaction, to_bytes(device.id))

        added = Database.run(self.central.database, write)
        assert added is not None
        if added.revoked:
            self.revoked[added.id] = added.revoked
        return self.central.territory(added)

    def retire(self) -> int:
        """Retire what is due, past the fault points but not past what others do meanwhile."""
        central = self._undisturbed()
        try:
            return retire_due(central)
        finally:
            central.database.close()

    @contextmanager
    def administrator(self) -> Iterator[SeededCentral]:
        """Lend the server as a command of an operator opens it, past the fault points."""
        central = self._undisturbed()
        try:
            yield central
        finally:
            central.database.close()

    def update(self, program: str) -> None:
        """Stop, and start as another version."""
        self.program = program
        self.restart()

    def begin_an_epoch(self) -> None:
        """Do what an operator does after the database lost something."""
        with self.administrator() as central:
            epochs.begin(central)

    def _undisturbed(self) -> SeededCentral:
        return SeededCentral(
            database=Database(as_role(self.url, APPLICATION), connections=1),
            organisation=self.estate.organisation,
            keys=KEYS,
            now_ms=self.now_ms,
        )

    def add_nurse(self, username: str) -> None:
        """Give somebody an account, past the fault points: an administrator is in no hurry."""
        central = self._undisturbed()
        new = NewPerson(
            username=username,
            name=username,
            initials="N",
            role=Role.NURSE,
            sites=tuple(site.id for site in self.estate.sites),
        )
        with mock.patch("sonar_server.passwords.hashed", return_value="nobody signs in"):
            administration.add_person(central, new, "correct horse battery")
        central.database.close()

    def serve(self, device: Device, path: str, headers: dict[str, str], wire: bytes) -> Answer:
        """Answer one request as the HTTP face does; raises ServerCrash."""
        try:
            body = bodies.inflated(wire, headers.get("Content-Encoding", ""))
            with acting_as(self.program):
                return self._answer(device, path, body)
        except RefusedError as error:
            return self._refusal(int(error.status), error.code, error.message)
        except (UnavailableError, HiccupError):
            return self._refusal(503, "busy", "the database is busy or away")
        except Exception as error:  # noqa: BLE001 as the HTTP face does
            self.mistakes.append(f"{path}: {type(error).__name__}: {error}")
            return self._refusal(500, "server_error", "the server made a mistake")

    def _answer(self, device: Device, path: str, body: bytes) -> Answer:
        # As the gate finds it at each request.
        revoked = self.revoked.get(device.id, device.revoked)
        service = DeviceService(self.central, replace(device, revoked=revoked))
        match path:
            case "/v1/sync/hello":
                # A server that takes few at a time: an outbox of ten is many pushes.
                return _whole(
                    msgspec.structs.replace(hello(self.central), max_operations=self.max_operations)
                )
            case "/v1/sync/push":
                self._pushing[device.site] += 1
                try:
                    return _whole(service.push(bodies.decoded(body, Push)))
                finally:
                    self._pushing[device.site] -= 1
            case "/v1/sync/snapshot/start":
                told = service.snapshot_start(bodies.decoded(body, SnapshotStart))
                self._begin(device, [one.cursor for one in told.manifests])
                return _whole(told)
            case "/v1/sync/buckets":
                return _whole(service.bucket_sums(bodies.decoded(body, AskSums)))
            case "/v1/sync/incidents":
                return _whole(service.report(bodies.decoded(body, Report)))
            case "/v1/sync/reconcile":
                agreed = service.reconcile(bodies.decoded(body, Reconcile))
                self._begin(device, agreed.common)
                return _whole(agreed)
            case "/v1/sync/incarnation":
                return _whole(service.begin_anew(bodies.decoded(body, BeginAnew)))
            case "/v1/sync/pull":
                frames = service.pull(bodies.decoded(body, Pull))
            case "/v1/sync/buckets/rows":
                frames = service.bucket_rows(bodies.decoded(body, AskBuckets))
            case "/v1/sync/snapshot":
                frames = service.snapshot(bodies.decoded(body, Snapshot))
            case _:
                raise ValueError(path)
        packing = bodies.packing()
        # As the HTTP face: the first piece is made before the answer begins.
        parts = (frame_bytes(frame, packing) for frame in frames)
        first = next(parts)

        def content() -> Iterator[bytes]:
            yield first
            yield from parts

        return Answer(status=200, headers={"Content-Type": MEDIA_TYPE}, parts=content())

    def _refusal(self, status: int, code: str, message: str) -> Answer:
        refusal = Refusal(code=code, message=message, server_ms=self.now_ms())
        answer = _whole(refusal)
        answer.status = status
        if status in {429, 503}:
            answer.headers["Retry-After"] = "2"
        return answer


def _whole(message: Any) -> Answer:
    data = msgspec.msgpack.encode(message)
    headers = {"Content-Type": MEDIA_TYPE}
    if len(data) >= bodies.COMPRESS_FROM:
        data = bodies.compressed(data, "zstd")
        headers["Content-Encoding"] = "zstd"
    return Answer(status=200, headers=headers, parts=iter([data]))


def wire_scope(site_id: bytes, name: str) -> str:
    """Return a scope's name on the wire from its key in the store."""
    kind, _, device = name.partition("/")
    return f"{device or from_bytes(site_id)}/{kind}"


def device_of(*, identifier: str, site: str, name: str, sign_public: bytes, now_ms: int) -> Device:
    """Return a PC as the server knows it."""
    to_bytes(identifier)
    return Device(
        id=identifier,
        site=site,
        name=name,
        sign_public=sign_public,
        seal_public=bytes(32),
        enrolled_ms=now_ms,
    )
