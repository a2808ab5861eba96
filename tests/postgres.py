"""A real PostgreSQL for tests: one server and one organisation per session, a site per test.

A conftest takes it by `from tests.postgres import central, fresh_central, organisation, postgres`
and names them in its `__all__`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from sonar_core.records.practitioner import Role
from sonar_server import administration
from sonar_server.administration import NewPerson
from sonar_server.central import Central, open_central
from sonar_server.keys import ServerKeys
from sonar_server.store.database import Database
from sonar_server.store.embedded import EmbeddedPostgres
from sonar_server.store.roles import APPLICATION, as_role
from tests.memory import memory_folder
from tests.vault.world import ORGANISATION_PUBLIC

PASSWORD = "correct horse battery"

_OF_A_SESSION = ("fsync = off", "max_wal_size = '64MB'", "min_wal_size = '32MB'")
"""Nothing here outlives the session: waiting for disks would test the disks, and what was written
is not kept to be read again, which would fill a gigabyte of memory."""

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class BlankOrganisation:
    """A database with an organisation, one site and its nurse, to copy for each test."""

    postgres: EmbeddedPostgres
    keys: ServerKeys
    template: str

    def copy(self) -> str:
        """The address of a new database like it, for the application."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}".encode())
        return as_role(self.postgres.url(name), APPLICATION)


def for_superuser(url: str) -> str:
    """The address of the same database for a test that looks at, or spoils, all of it."""
    return as_role(url, "postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    # Not tmp_path: the user that PostgreSQL runs as under root could not reach it. In memory: with
    # hundreds of databases made and dropped, the tests waited for the disk half of their time.
    folder = Path(tempfile.mkdtemp(prefix="sonar-pg-", dir=memory_folder()))
    server = EmbeddedPostgres(folder / "data")
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for setting in _OF_A_SESSION:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def organisation(postgres: EmbeddedPostgres) -> BlankOrganisation:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE blank")
    keys = ServerKeys.generate()
    database = Database(postgres.url("blank"))
    made = administration.initialise(
        database, keys, name="Test organisation", recovery_public=ORGANISATION_PUBLIC
    )
    site = administration.add_site(made, "Northfield")
    nurse = NewPerson(
        username="rok", name="Rhona Okafor", initials="RO", role=Role.NURSE, sites=(site.id,)
    )
    administration.add_person(made, nurse, PASSWORD)
    database.close()
    return BlankOrganisation(postgres=postgres, keys=keys, template="blank")


@pytest.fixture(scope="session")
def central(organisation: BlankOrganisation) -> Iterator[Central]:
    """The organisation that tests share: each takes a site of its own."""
    database = Database(organisation.copy(), connections=20)
    yield open_central(database, organisation.keys)
    database.close()


@pytest.fixture
def fresh_central(organisation: BlankOrganisation) -> Iterator[Central]:
    """An organisation of its own, for a test that looks at all of it."""
    database = Database(organisation.copy())
    yield open_central(database, organisation.keys)
    database.close()
