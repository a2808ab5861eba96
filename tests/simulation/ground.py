"""What all worlds of one process stand on, made once: the server's template and an empty store."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sonar_desktop.db.opened import open_pc_store
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_server.store.embedded import EmbeddedPostgres
from tests.simulation.estate import START_MS, TEMPLATE, Estate, build_template
from tests.simulation.pc import SeededIds, SkewedClock, the_key

_numbers = count(1)


@dataclass(kw_only=True)
class Ground:
    """What all worlds of one process stand on: the server's template and an empty store."""

    postgres: EmbeddedPostgres
    estate: Estate
    folder: Path

    @property
    def blank(self) -> Path:
        return self.folder / "blank.db"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Lend a database of its own to one world."""
        name = f"world_{next(_numbers)}"
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
            yield self.postgres.url(name)
            for one in (name, _kept(name)):
                connection.execute(f"DROP DATABASE IF EXISTS {one} WITH (FORCE)".encode())

    def keep(self, url: str) -> None:
        """Keep a copy of a world's database, to which nobody may be connected."""
        name = str(conninfo_to_dict(url)["dbname"])
        self._replace(_kept(name), name)

    def put_back(self, url: str) -> None:
        """Make a world's database what its kept copy holds."""
        name = str(conninfo_to_dict(url)["dbname"])
        self._replace(name, _kept(name))

    def _replace(self, name: str, source: str) -> None:
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())


def lay_ground(postgres: EmbeddedPostgres, folder: Path) -> Ground:
    """Make what worlds are copied from."""
    ground = Ground(postgres=postgres, estate=build_template(postgres), folder=folder)
    clock = SkewedClock(lambda: START_MS)
    open_pc_store(
        ground.blank,
        the_key(),
        clock=clock,
        ids=SeededIds(clock, random.Random(0)),
        board_row=lambda _: b"",
        in_contact=lambda: False,
        load_identity=DeviceIdentity.load,
    ).close()
    return ground


def _kept(name: str) -> str:
    return f"{name}_kept"
