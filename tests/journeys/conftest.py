"""A server process and two rooms, new for each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from sonar_desktop.usecases.ports import Actor
from sonar_server import administration
from sonar_server.central import open_central, wall_clock_ms
from sonar_server.store.database import Database
from tests.journeys.rig import HandClock, Room, furnish
from tests.postgres import BlankOrganisation, for_superuser, organisation, postgres
from tests.server.serving import SONAR_SERVER, Serving

__all__ = ["organisation", "postgres"]


@dataclass
class Centre:
    """The server of a journey: killed, started again, asked for a code."""

    organisation: BlankOrganisation
    url: str
    data: Path
    serving: Serving

    @property
    def address(self) -> str:
        return self.serving.address

    def kill(self) -> None:
        self.serving.kill()

    def start(self, *program: str) -> None:
        """At the address it had: the PCs know no other."""
        port = int(self.address.rpartition(":")[2])
        program = program or SONAR_SERVER
        self.serving = Serving(self.organisation, self.url, self.data, port, program)

    def code(self, suite: str = "Northfield") -> str:
        database = Database(self.url)
        try:
            made = open_central(database, self.organisation.keys)
            return administration.new_device_code(made, administration.site_named(made, suite))
        finally:
            database.close()

    def add_suite(self, name: str) -> None:
        database = Database(self.url)
        try:
            administration.add_site(open_central(database, self.organisation.keys), name)
        finally:
            database.close()

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return (seq, kind, id, version, body, provenance) of each version, by scope kind."""
        found: dict[str, list[tuple[object, ...]]] = {}
        with psycopg.connect(for_superuser(self.url)) as connection:
            rows = connection.execute(
                "SELECT scope_id, seq, kind, id, version, body, provenance FROM record"
            ).fetchall()
        for scope, *rest in rows:
            found.setdefault(str(scope), []).append(tuple(rest))
        return {scope: sorted(rest) for scope, rest in found.items()}


@pytest.fixture
def centre(organisation: BlankOrganisation, tmp_path: Path) -> Iterator[Centre]:
    url = organisation.copy()
    data = tmp_path / "server"
    data.mkdir()
    made = Centre(organisation, url, data, Serving(organisation, url, data))
    yield made
    made.kill()


@pytest.fixture
def rooms(centre: Centre, tmp_path: Path) -> Iterator[tuple[Room, Room]]:
    """Nurse A (Rhona Okafor) in room A and nurse B (Sam Bright) in room B."""
    people = (
        Actor(
            user="0192d3a4-0000-7000-8000-00000000000a",
            name="Rhona Okafor",
            initials="RO",
            role="nurse",
            lease_id=None,
        ),
        Actor(
            user="0192d3a4-0000-7000-8000-00000000000b",
            name="Sam Bright",
            initials="SB",
            role="nurse",
            lease_id=None,
        ),
    )
    made = []
    for name, person in zip("AB", people, strict=True):
        clock = HandClock(wall_clock_ms())
        made.append(furnish(tmp_path / name, centre.address, centre.code(), person, clock))
    yield made[0], made[1]
    for room in made:
        room.close()
