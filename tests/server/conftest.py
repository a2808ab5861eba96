"""What the server's tests start from."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from sonar_core.ids import to_bytes
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.practitioner import Role
from sonar_server import administration, passwords
from sonar_server.central import Central
from sonar_server.store import people
from sonar_server.store.people import Person
from sonar_server.store.places import Site
from tests.postgres import PASSWORD, central, fresh_central, organisation, postgres
from tests.server.pc import Pc, new_id

__all__ = ["central", "fresh_central", "organisation", "postgres"]

_numbers = count(1)


@pytest.fixture
def site(central: Central) -> Site:
    return administration.add_site(central, f"Suite {next(_numbers)}")


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def person(central: Central, site: Site, password_hash: str) -> Person:
    """A nurse of the site, with PASSWORD."""
    user = new_id()
    person = Person(
        user=user,
        username=f"nurse-{user}",
        name="Rhona Okafor",
        password_hash=password_hash,
        role=Role.NURSE.value,
        sites=(site.id,),
        cred_gen=1,
        is_active=True,
    )
    organisation_id = to_bytes(central.organisation.id)
    central.database.run(
        lambda transaction: people.add_person(transaction, organisation_id, person)
    )
    return person


@pytest.fixture
def new_pc(central: Central, site: Site, person: Person) -> Callable[[], Pc]:
    """Makes an enrolled PC on which the nurse works."""

    def make(at: Site = site) -> Pc:
        code = administration.new_device_code(central, at)
        return Pc.enrolled_in_process(central, code, person.user)

    return make


@pytest.fixture
def pc(new_pc: Callable[[], Pc]) -> Pc:
    return new_pc()


@pytest.fixture
def episode(pc: Pc) -> CustodyEpisode:
    """Somebody in custody, known to the server."""
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    return episode


@pytest.fixture
def new_pc_of() -> Callable[[Central], Pc]:
    """Makes an enrolled PC of an organisation of its own."""

    def make(central: Central) -> Pc:
        code = administration.new_device_code(
            central, administration.site_named(central, "Northfield")
        )
        return Pc.enrolled_in_process(central, code, new_id())

    return make


@pytest.fixture
def place(organisation, tmp_path):
    """A set-up server: its data folder and database, as the commands take them."""
    organisation.keys.save(tmp_path / "server-keys.json")
    return ["--data", str(tmp_path), "--database-url", organisation.copy()]
