"""A PC with its real encrypted store and the real exchange, which can lose its power anywhere."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from sonar_core.board.build import board_row_bytes
from sonar_core.ids import uuid7
from sonar_core.moments import Moment, moment_at
from sonar_core.sync.grants import REVOCABLE
from sonar_core.sync.messages import Hello
from sonar_desktop.db.opened import Opened, open_pc_store
from sonar_desktop.db.writer import Priority
from sonar_desktop.sync.errors import ExchangeError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.ports import Actor, Desk, Store
from sonar_desktop.usecases.server_time import ServerTime
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.keys import DekBox
from sonar_server.store.places import Device
from tests.journeys.generations import GENERATIONS, acting_as
from tests.simulation import spoiling
from tests.simulation.faults import Faults, PcCrash
from tests.simulation.network import ADDRESS, Line, Network

T = TypeVar("T")

ZONE = "Europe/London"
DAY_MS = 24 * 60 * 60 * 1000
FILE = "client.db"
IMPATIENCE = 0.2
"""How often somebody's own entry waits while a first sync is being stored."""


@dataclass
class SkewedClock(ServerTime):
    """A PC's wall clock, wrong by `skew_ms`, and its monotonic one, which is not."""

    true_ms: Callable[[], int]
    skew_ms: int = 0
    highest_ms: int = 0

    def now_ms(self) -> int:
        now = max(0, self.true_ms() + self.skew_ms)
        self.highest_ms = max(self.highest_ms, now)
        return now

    def monotonic_ms(self) -> int:
        return self.true_ms()

    def zone(self) -> str:
        return ZONE

    def start_again(self, contact: tuple[int, int] | None) -> None:
        """Know only what the store knows of the last contact, as a program that starts does."""
        self._heard = None
        if contact is not None:
            self.recall(*contact)

    def moment(self, minutes_ago: int = 0) -> Moment:
        return moment_at(self.now_ms() - minutes_ago * 60_000, ZONE)


class SeededIds:
    """New ids by a PC's clock; the rest from its seed."""

    def __init__(self, clock: SkewedClock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng

    def new(self) -> str:
        return uuid7(self._clock.now_ms(), self._rng.randbytes(10))


def the_key() -> DekBox:
    """One key for all stores: they begin as copies of one empty file."""
    return DekBox(bytearray(b"\x11" * 32), b"\x22" * 16)


@dataclass(kw_only=True)
class Pc:
    """One enrolled PC. `folder` holds one folder for each life of its disk."""

    name: str
    folder: Path
    blank: Path
    clock: SkewedClock
    ids: SeededIds
    rng: random.Random
    actor: Actor
    record: PcRecord
    identity: DeviceIdentity
    device: Device
    network: Network
    faults: Faults
    recorded: Callable[[Store], Store]
    is_copy: bool = False
    """Its disk is another PC's, enrolled already."""
    contact: bool = False
    crashes: int = 0
    has_twin: bool = False
    """Whether another disk writes as the same device."""
    spoilt: set[bytes] = field(default_factory=set)
    """The stays of which a row on its disk was changed and is not right yet; b"" of no stay."""
    program: str = GENERATIONS[0]
    """Which version of the program runs on it."""
    is_ahead: bool = False
    """It may still hold what the server has lost."""
    opened: Opened = field(init=False)
    _is_dead: bool = False
    _life: int = 0
    _depth: int = 0
    _hello: Hello | None = None
    _images: dict[Path, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "0").mkdir(parents=True)
        shutil.copyfile(self.blank, self._file(0))
        self._open()
        if not self.is_copy:
            self.opened.enrol(self.record, self.identity)
        self.line = Line(self.network, self.device)
        self.line.at_point = self._at_point
        self.transport = Transport(ADDRESS)
        self.transport._session.mount(ADDRESS, self.line)
        self._link = ServerLink(
            self.transport, self.clock, Signer(device=self.device.id, sign=self.identity.sign)
        )

    @property
    def desk(self) -> Desk:
        """What this PC's use cases are given, each write of which is told to the oracle."""
        return Desk(
            actor=self.actor,
            store=self.recorded(self.opened.store),
            clock=self.clock,
            ids=self.ids,
            site=self.record.site,
        )

    @property
    def is_exchanging(self) -> bool:
        """Whether an exchange of this PC is under way, within which others act."""
        return self._depth > 0

    def exchange(self) -> ExchangeError | None:
        """Send and fetch once; return what stopped it. Raises PcCrash."""
        self.line.begin()
        greeted = self._hello if self.rng.random() < 0.5 else None
        exchange = Exchange(
            port=self._link,
            store=self.opened.sync,
            report=lambda *_: None,
            changed=lambda _: None,
            hello=greeted,
        )
        self._depth += 1
        try:
            if self.spoilt and self.rng.random() < 0.7:
                spoiling.look_over(self)
            exchange.run()
        except ExchangeError as error:
            self.contact = False
            return error
        finally:
            self._depth -= 1
            self._hello = exchange.hello
        self.contact = True
        self.is_ahead = False
        if self.spoilt:
            self.spoilt = spoiling.still_spoilt(self)
        return None

    @contextmanager
    def powered(self) -> Iterator[None]:
        """Start again on what the disk held, should the power go; the outermost step does."""
        try:
            yield
        except PcCrash as crash:
            if crash.pc is not self or self.is_exchanging:
                raise
            self._start_again()

    def restart(self) -> None:
        """End the program in good order and start it."""
        self.opened.close()
        self._open()

    def image(self, file: Path) -> None:
        """Copy the disk while the program does not run."""
        self.opened.close()
        shutil.copyfile(self._file(self._life), file)
        self._images[file] = set(self.spoilt)
        self._open()

    def put_back(self, file: Path) -> None:
        """Go on with what a disk held when its image was made."""
        self.opened.close()
        self._life += 1
        (self.folder / str(self._life)).mkdir()
        shutil.copyfile(file, self._file(self._life))
        self.spoilt = self._images.pop(file)
        self._hello = None
        self._open()

    def close(self) -> None:
        """Let go of the store."""
        self.opened.close()
        self.transport.close()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what plain SQL finds in the store."""
        return self.opened._database.read(
            lambda connection: [tuple(row) for row in connection.exec_driver_sql(query, values)]
        )

    def may_hold(self) -> tuple[str, ...]:
        """The scopes that the server lets this PC hold now."""
        revoked = self.network.server.revoked.get(self.device.id, frozenset())
        held = [f"{self.record.site}/{kind}" for kind in REVOCABLE if kind not in revoked]
        return (f"{self.record.organisation}/reference", *held)

    def _file(self, life: int) -> Path:
        return self.folder / str(life) / FILE

    def _open(self) -> None:
        self._hello = None
        with acting_as(self.program):
            self.opened = open_pc_store(
                self._file(self._life),
                the_key(),
                clock=self.clock,
                ids=self.ids,
                board_row=board_row_bytes,
                in_contact=lambda: self.contact,
                load_identity=DeviceIdentity.load,
            )
        database = self.opened._database
        plain = database.write

        def write(priority: Priority, work: Callable[[Connection], T]) -> T:
            return self._written(plain, priority, work)

        database.write = write
        database.is_person_waiting = lambda: self.rng.random() < IMPATIENCE
        self.clock.start_again(self.opened.sync.last_contact())

    def _written(
        self,
        plain: Callable[[Priority, Callable[[Connection], T]], T],
        priority: Priority,
        work: Callable[[Connection], T],
    ) -> T:
        """One transaction of the store, with a fault point before, within, during and after."""
        self._must_live()
        if priority is Priority.SYNC:
            self.faults.between()
        self._at_point("before a commit")
        torn: list[bytes] = []

        def with_points(connection: Connection) -> T:
            answer = work(connection)
            if self.faults.is_struck("pc uncommitted"):
                self._take_image()
                raise self._dead()
            if self.faults.is_struck("pc within a commit"):
                torn.append(self._log().read_bytes())
            return answer

        answer = plain(priority, with_points)
        if torn:
            self._on_writer(self._take_image)
            self._tear(torn[0])
            raise self._dead()
        self._at_point("after a commit")
        return answer

    def _dead(self) -> PcCrash:
        self._is_dead = True
        return PcCrash(self)

    def _must_live(self) -> None:
        """Let no `finally` of the program do anything after the power went."""
        if self._is_dead:
            raise PcCrash(self)

    def _at_point(self, name: str) -> None:
        self._must_live()
        if self.faults.is_struck(f"pc {name}"):
            self._on_writer(self._take_image)
            raise self._dead()

    def _on_writer(self, work: Callable[[], None]) -> None:
        """On the store's own thread: nothing tidies up the file meanwhile."""
        self.opened._database._writer.run(Priority.SYNC, lambda _: work())

    def _log(self, life: int | None = None) -> Path:
        file = self._file(self._life if life is None else life)
        return file.with_name(file.name + "-wal")

    def _take_image(self) -> None:
        """Copy the file and its log as they are on the disk now."""
        (self.folder / str(self._life + 1)).mkdir()
        shutil.copyfile(self._file(self._life), self._file(self._life + 1))
        shutil.copyfile(self._log(), self._log(self._life + 1))

    def _tear(self, before: bytes) -> None:
        """Leave only the beginning of what the last commit wrote to the log."""
        log = self._log(self._life + 1)
        after = log.read_bytes()
        shared = _shared(before, after)
        cut = self.rng.randrange(shared, len(after)) if shared < len(after) else shared
        log.write_bytes(after[:cut] + before[cut:])

    def _start_again(self) -> None:
        self.opened.close()
        shutil.rmtree(self.folder / str(self._life))
        self._life += 1
        self.crashes += 1
        self._is_dead = False
        self._open()


def _shared(before: bytes, after: bytes) -> int:
    """Return how many bytes both begin with."""
    at, step = 0, 4096
    while at < min(len(before), len(after)) and before[at : at + step] == after[at : at + step]:
        at += step
    for one, other in zip(before[at : at + step], after[at : at + step], strict=False):
        if one != other:
            break
        at += 1
    return min(at, len(before), len(after))
