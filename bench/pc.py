"""A PC of the benchmark inside a fresh process: its store, its exchange, what it measures by."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sonar_core.board.build import board_row_bytes
from sonar_desktop.db.opened import Opened, open_pc_store
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.sync.worker import SyncWorker
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.ports import Actor, Changed, Desk
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keys import DekBox


def keep_from_collecting() -> None:
    """Do as the program does, which searches for cycles on the thread that draws alone."""
    gc.disable()
    gc.freeze()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a PC keeps its store, under which key, and which server it speaks to."""

    folder: str
    key: bytes
    salt: bytes
    record: PcRecord
    server: str
    user: str

    @property
    def store(self) -> Path:
        """The store's file."""
        return Path(self.folder) / "client.db"

    def dek(self) -> DekBox:
        """Return the key as the vault would hold it."""
        return DekBox(bytearray(self.key), self.salt)


@dataclass
class Pc:
    """One PC with its store open, and its exchange ready to run."""

    place: Place
    on_changed: Callable[[Changed], None] = lambda _changed: None
    statuses: list[SyncStatus] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the store, enrolled if it is new."""
        self.clock = SystemClock()
        self.ids = SystemIds(self.clock)
        dek = self.place.dek()
        self.opened: Opened = open_pc_store(
            self.place.store,
            dek,
            clock=self.clock,
            ids=self.ids,
            board_row=board_row_bytes,
            in_contact=lambda: False,
            load_identity=DeviceIdentity.load,
            journal=SideJournal(self.place.store.with_name("journal"), dek),
        )
        identity = DeviceIdentity.load(self.place.record.identity)
        if self.opened.pc() is None:
            self.opened.enrol(self.place.record, identity)
        self.link = ServerLink(
            Transport(self.place.server),
            self.clock,
            Signer(device=self.place.record.device, sign=identity.sign),
        )
        self.worker = SyncWorker(
            link=self.link,
            store=self.opened.sync,
            clock=self.clock,
            on_status=self.statuses.append,
            on_changed=self.on_changed,
        )

    @property
    def desk(self) -> Desk:
        """What the use cases are given."""
        actor = Actor(
            user=self.place.user, name="Rhona Okafor", initials="RO", role="nurse", lease_id=None
        )
        return Desk(
            actor=actor,
            store=self.opened.store,
            clock=self.clock,
            ids=self.ids,
            site=self.place.record.site,
        )

    def exchange(self) -> float:
        """Exchange once as the program does; return the seconds; stop the run if it failed."""
        begun = time.perf_counter()
        self.worker.exchange_once()
        spent = time.perf_counter() - begun
        last = self.statuses[-1]
        if last.state is not SyncState.UP_TO_DATE:
            raise SystemExit(f"the exchange ended in {last.state}: {last.problem}")
        return spent

    def require_intact(self) -> None:
        """Stop the run unless the digest kept is that of the rows in the file."""
        for scope in self.place.record.scopes:
            if self.opened.sync.digest(scope) != self.opened.sync.recomputed_digest(scope):
                raise SystemExit("the digest kept is not that of the rows")

    def rows(self) -> int:
        """Return how many versions of records the store holds."""
        query = "SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM version)"
        return int(self.query(query)[0][0])

    def query(self, statement: str) -> list[Any]:
        """Return what the file itself says."""
        return self.opened._database.read(  # noqa: SLF001 it is measured from outside
            lambda connection: list(connection.exec_driver_sql(statement).all())
        )

    def close(self) -> None:
        """Close the store."""
        self.opened.close()


def peak_mb() -> float:
    """Return the most memory that this process has held since it began, in MB."""
    return memory_mb("VmHWM")


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    return memory_mb("VmRSS")


def memory_mb(name: str, process: int | str = "self") -> float:
    """Return a figure of a process's memory, in MB; by default of this one."""
    # Not getrusage: its peak begins with that of the process which started this one.
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    kib = next(line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return round(int(kib) / 1024, 1)


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 99th percentile and longest of some times, in milliseconds."""
    ordered = sorted(seconds)
    at = min(len(ordered) - 1, len(ordered) * 99 // 100)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p99_ms": round(ordered[at] * 1000, 2),
        "max_ms": round(ordered[-1] * 1000, 2),
    }


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
