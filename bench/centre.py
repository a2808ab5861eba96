"""The server of the benchmark: a real process over HTTP on a real PostgreSQL with its disk.

Everything that was started here is ended here, by its process id.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from bench.caseload import Caseload
from bench.pc import memory_mb
from sonar_core.records.base import Record
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.patient import Patient
from sonar_core.records.practitioner import Role
from sonar_core.sync.messages import PROTOCOL, REQUEST_DOMAIN, Enrol, Enrolled
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Transport
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_server import administration
from sonar_server.administration import NewPerson
from sonar_server.central import Central, open_central
from sonar_server.demo.device import SyntheticDevice
from sonar_server.gate import Gate
from sonar_server.keys import ServerKeys
from sonar_server.store.database import Database
from sonar_server.store.embedded import EmbeddedPostgres
from sonar_server.store.places import Site
from sonar_server.store.roles import APPLICATION, as_role

USERNAME: Final = "bench"
PASSWORD: Final = "correct horse battery"  # noqa: S105 of a made-up person
_FOLDER: Final = Path(__file__).resolve().parents[1]
_NOW_MS: Final = 1_795_000_000_000
_AT_ONCE: Final = 1000


@contextlib.contextmanager
def postgres() -> Iterator[EmbeddedPostgres]:
    """Yield a PostgreSQL of our own, with its ordinary durability."""
    # Not below a folder of root's: the user that PostgreSQL runs as could not reach it.
    folder = Path(tempfile.mkdtemp(prefix="sonar-bench-pg-"))
    server = EmbeddedPostgres(folder / "data")
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


class Centre:
    """One organisation with its caseload, and the process that serves it."""

    def __init__(self, postgres_: EmbeddedPostgres, folder: Path, name: str) -> None:
        """Make the database, the suite and its one nurse, and start serving."""
        with psycopg.connect(postgres_.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        self.url = postgres_.url(name)
        self._folder = folder
        self._database = Database(self.url)
        keys = ServerKeys.generate()
        keys.save(folder / "server-keys.json")
        administration.initialise(
            self._database, keys, name="Benchmark", recovery_public=bytes(range(32))
        )
        self._database.close()
        self._database = Database(as_role(self.url, APPLICATION))
        self._central: Central = open_central(self._database, keys)
        self._site = administration.add_site(self._central, "Northfield")
        nurse = NewPerson(
            username=USERNAME,
            name="Rhona Okafor",
            initials="RO",
            role=Role.NURSE,
            sites=(self._site.id,),
        )
        administration.add_person(self._central, nurse, PASSWORD)
        self._central = open_central(self._database, keys)
        self._author = self._new_author()
        self.user = self._author.sign_in(USERNAME, PASSWORD)
        self._caseload = Caseload(self._site.id, self.user)
        self._entities: list[Record] = []
        self._process = self._serve(0)

    def _new_author(self, site: Site | None = None) -> SyntheticDevice:
        return SyntheticDevice(
            self._central, Gate(self._central), code=self.code(site), name="Elsewhere", seed=1
        )

    def another_site(self, name: str) -> tuple[Site, CustodyEpisode]:
        """Add a site with one person in custody; return it and their stay."""
        site = administration.add_site(self._central, name)
        patient, stay = Caseload(site.id, self.user, seed=sum(name.encode())).arrival(0)
        author = self._new_author(site)
        author.write(self.user, _NOW_MS, "admit", patient, stay)
        author.push()
        return site, stay

    def _serve(self, port: int) -> subprocess.Popen[str]:
        self._log = (self._folder / "server.log").open("a")
        process = subprocess.Popen(
            [
                sys.executable, "-m", "sonar_server", "run", "--database-url",
                as_role(self.url, APPLICATION),
                "--data", str(self._folder), "--port", str(port),
            ],
            cwd=_FOLDER,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )  # fmt: skip
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("serving "):
            process.kill()
            raise SystemExit("the server did not start")
        self.address = line.removeprefix("serving ").strip()
        return process

    def stop(self) -> None:
        """End the server process and let go of the database."""
        self.go_away()
        self._database.close()

    def go_away(self) -> None:
        """End the server process alone."""
        self._process.terminate()
        self._process.communicate(timeout=30)
        self._log.close()

    def come_back(self) -> None:
        """Serve again at the same address, from a new process."""
        self._process = self._serve(int(self.address.rpartition(":")[2]))

    def code(self, site: Site | None = None) -> str:
        """Return a code that enrols one more PC."""
        return administration.new_device_code(self._central, site or self._site)

    def seed(self, episodes: int) -> int:
        """Fill it with the caseload, each record its own user action; return the records' count."""
        count = 0
        for records in self._caseload.episodes(episodes):
            for record in records:
                self._write(record)
                count += 1
                if count % _AT_ONCE == 0:
                    self._author.push()
        self._author.push()
        random.Random(2).shuffle(self._entities)
        self._settle()
        return count

    def rewrite(self, count: int) -> None:
        """Let another PC change `count` entities, none of them twice in all."""
        for _ in range(count):
            record = self._entities.pop()
            match record:
                case Patient():
                    changes = {"address": f"{len(self._entities)} Moved Street, Northfield"}
                case CustodyEpisode():
                    changes = {"cell": f"F{len(self._entities)}"}
                case _:
                    changes = {"indication": f"seen again {len(self._entities)}"}
            self._author.edit(self.user, _NOW_MS, "edit", record, base=1, **changes)
        self._author.push()

    def busy(self, events: int) -> str:
        """Admit somebody with so many events; return the stay's id."""
        patient, stay = self._caseload.arrival(0)
        self._author.write(self.user, _NOW_MS, "admit", patient, stay)
        for number in range(events):
            make = self._caseload.note if number % 3 == 0 else self._caseload.observations
            self._author.write(self.user, _NOW_MS, "record", make(patient.id, stay.id))
        self._author.push()
        return stay.id

    def fill(self, arrivals: int) -> None:
        """Admit so many people more, each with three sets of observations and a note."""
        for number in range(arrivals):
            patient, stay = self._caseload.arrival(number + 1)
            records = [self._caseload.observations(patient.id, stay.id) for _ in range(3)]
            records.append(self._caseload.note(patient.id, stay.id))
            self._author.write(self.user, _NOW_MS, "admit", patient, stay, *records)
            self._author.push()

    def _write(self, record: Record) -> None:
        if isinstance(record, Patient | CustodyEpisode | MedicationRequest):
            self._entities.append(record)
        self._author.write(self.user, _NOW_MS, "record", record)

    def _settle(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def enrol(self, name: str) -> PcRecord:
        """Enrol one more PC over HTTP; return its record."""
        transport = Transport(self.address)
        link = ServerLink(transport, SystemClock(), None)
        link.hello()
        record = self._enrolled(name, link.enrol)
        transport.close()
        return record

    def enrol_directly(self, name: str, site: Site | None = None) -> PcRecord:
        """Enrol one more PC beside the process, which takes so many a minute only."""
        return self._enrolled(name, Gate(self._central).enrol, site)

    def _enrolled(
        self, name: str, enrol: Callable[[Enrol], Enrolled], site: Site | None = None
    ) -> PcRecord:
        identity = DeviceIdentity.generate()
        public, code = identity.public, self.code(site)
        enrolled = enrol(
            Enrol(
                protocol=PROTOCOL,
                code=code,
                name=name,
                sign_public=public.sign,
                seal_public=public.receive,
                proof=identity.sign(REQUEST_DOMAIN + code.encode() + public.sign + public.receive),
            )
        )
        fields = msgspec.structs.asdict(enrolled)
        wanted = {key: fields[key] for key in PcRecord.__struct_fields__ if key in fields}
        return PcRecord(incarnation=1, identity=identity.stored(), **wanted)

    def memory_mb(self) -> float:
        """Return what the server process holds in memory now."""
        return memory_mb("VmRSS", self._process.pid)

    def cpu_seconds(self) -> float:
        """Return what the server process has taken of processors until now."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        user, system = fields.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
