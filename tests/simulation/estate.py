"""What every world begins with, laid out once in a database that worlds are copied from."""

from __future__ import annotations

import random
from dataclasses import dataclass

import psycopg

from sonar_core.ids import uuid7
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.practitioner import Role
from sonar_server import administration
from sonar_server.administration import NewPerson
from sonar_server.central import Central
from sonar_server.keys import ServerKeys
from sonar_server.scopes import Territory
from sonar_server.store import log, migrate, places
from sonar_server.store.database import Database, Transaction
from sonar_server.store.embedded import EmbeddedPostgres
from sonar_server.store.places import Organisation, Site

START_MS = 1_795_000_000_000
TEMPLATE = "simulation_template"
NURSES = 3
KEYS = ServerKeys.generate()
"""No history depends on them: nobody signs in."""


class SeededCentral(Central):
    """A server whose ids come from a seed, so that a template is the same in every process."""

    rng = random.Random("the template")

    def new_id(self) -> str:
        return uuid7(self.now_ms(), self.rng.randbytes(10))


def _at_start() -> int:
    return START_MS


@dataclass(frozen=True, kw_only=True)
class Estate:
    """What every world begins with: an organisation, two sites, a few nurses."""

    organisation: Organisation
    sites: tuple[Site, ...]
    nurses: tuple[str, ...]


def build_template(postgres: EmbeddedPostgres) -> Estate:
    """Lay out the database that worlds are copied from; the same ids in every process."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    SeededCentral.rng = rng = random.Random("the template")
    database = Database(postgres.url(TEMPLATE))
    migrate.migrate(database)
    organisation = Organisation(
        id=uuid7(START_MS, rng.randbytes(10)),
        name="Simulated organisation",
        server_id=uuid7(START_MS, rng.randbytes(10)),
        lease_public=KEYS.lease_public,
        escrow_public=KEYS.escrow_public,
        recovery_public=bytes(range(32)),
        created_ms=START_MS,
    )
    central = SeededCentral(
        database=database, organisation=organisation, keys=KEYS, now_ms=_at_start
    )
    territory = Territory(device="", site=organisation.id, organisation=organisation.id)

    def write(transaction: Transaction) -> None:
        places.add_organisation(transaction, organisation)
        log.make_scopes(transaction, [territory.key(ScopeKind.REFERENCE)])

    database.run(write)
    sites = tuple(administration.add_site(central, name) for name in ("Northfield", "Southgate"))
    nurses = tuple(
        administration.add_person(
            central,
            NewPerson(
                username=f"nurse{number}",
                name=f"Nurse {number}",
                initials=f"N{number}",
                role=Role.NURSE,
                sites=tuple(site.id for site in sites),
            ),
            "correct horse battery",
        ).user
        for number in range(NURSES)
    )
    database.close()
    return Estate(organisation=organisation, sites=sites, nurses=nurses)
