"""What an administrator sets up: the organisation, its sites, its people, codes for devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sonar_core.ids import slot, to_bytes
from sonar_core.records.base import Record
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.practitioner import Practitioner, PractitionerRole, Role
from sonar_server import gate, passwords, suites
from sonar_server.central import Central, wall_clock_ms
from sonar_server.keys import ServerKeys
from sonar_server.own_rows import first_version
from sonar_server.scopes import ScopeKey, Territory
from sonar_server.store import log, migrate, people, places, sessions
from sonar_server.store.database import Database, Transaction
from sonar_server.store.people import Person
from sonar_server.store.places import Device, Organisation, Site

DEFAULT_ZONE: Final = "Europe/London"
ADD_USER: Final = "add_user"


class AdministrationError(Exception):
    """What was asked for cannot be done; the message says why, in words for an operator."""


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """Somebody to be given an account."""

    username: str
    name: str
    initials: str
    role: Role
    sites: tuple[str, ...]
    registration: str = ""


def new_recovery_key() -> tuple[bytes, bytes]:
    """Return a recovery key's private and public halves; the private one is kept offline."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def initialise(
    database: Database, keys: ServerKeys, *, name: str, recovery_public: bytes
) -> Central:
    """Lay out the database and write the organisation, once.

    Raises AdministrationError when there is one already.
    """
    migrate.migrate(database)
    if database.run(places.the_organisation) is not None:
        raise AdministrationError("the database has an organisation already")
    now_ms = wall_clock_ms()
    nobody = Organisation(
        id="",
        name=name,
        server_id="",
        lease_public=keys.lease_public,
        escrow_public=keys.escrow_public,
        recovery_public=recovery_public,
        created_ms=now_ms,
    )
    ids = Central(database=database, organisation=nobody, keys=keys)
    organisation = Organisation(
        id=ids.new_id(),
        name=name,
        server_id=ids.new_id(),
        lease_public=keys.lease_public,
        escrow_public=keys.escrow_public,
        recovery_public=recovery_public,
        created_ms=now_ms,
    )
    central = Central(database=database, organisation=organisation, keys=keys)

    def write(transaction: Transaction) -> None:
        places.add_organisation(transaction, organisation)
        log.make_scopes(transaction, [_reference(central)])

    database.run(write)
    return central


def add_site(central: Central, name: str, zone: str = DEFAULT_ZONE) -> Site:
    """Add a custody suite, and tell every PC of it by the reference scope.

    Raises AdministrationError for a name in use or an unknown zone.
    """
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise AdministrationError(f"there is no time zone {zone!r}") from None
    site = Site(id=central.new_id(), organisation=central.organisation.id, name=name, zone=zone)
    territory = Territory(device="", site=site.id, organisation=site.organisation)

    def write(transaction: Transaction) -> None:
        if any(other.name == name for other in places.sites(transaction)):
            raise AdministrationError("there is a site of that name already")
        places.add_site(transaction, site)
        kinds = (ScopeKind.CLINICAL, ScopeKind.MEDICINES)
        log.make_scopes(transaction, [territory.key(kind) for kind in kinds])
        suites.publish(transaction, central, [site])

    central.database.run(write)
    return site


def site_named(central: Central, name: str) -> Site:
    """Return the site of that name or id; raise AdministrationError when there is none."""
    for site in central.database.run(places.sites):
        if name in {site.name, site.id}:
            return site
    raise AdministrationError(f"there is no site {name!r}")


def one_named(name: str, devices: Sequence[Device], *, shown_by: str) -> Device:
    """Return the device of that name or id; raise AdministrationError for none or several.

    `shown_by` is the command that shows their ids.
    """
    found = [device for device in devices if name in {device.name, device.id}]
    if len(found) != 1:
        why = "there is no PC" if not found else "several PCs are called"
        raise AdministrationError(f"{why} {name!r}: `sonar-server {shown_by}` shows their ids")
    return found[0]


def add_person(central: Central, new: NewPerson, password: str) -> Person:
    """Give somebody an account, and tell every site of them by the reference scope.

    Raises AdministrationError for a username in use or a password too short or too long.
    """
    require_password(password)
    username = new.username.strip().casefold()
    organisation = to_bytes(central.organisation.id)
    person = Person(
        user=central.new_id(),
        username=username,
        name=new.name,
        password_hash=passwords.hashed(password),
        role=new.role.value,
        sites=new.sites,
        cred_gen=1,
        is_active=True,
    )

    def write(transaction: Transaction) -> None:
        if people.find_person(transaction, organisation, username) is not None:
            raise AdministrationError("there is an account of that name already")
        people.add_person(transaction, organisation, person)
        _publish(transaction, central, person, new)

    central.database.run(write)
    return person


def require_password(password: str) -> None:
    """Raise AdministrationError for a password too short or too long."""
    if not passwords.LEAST_LENGTH <= len(password) <= passwords.MOST_LENGTH:
        raise AdministrationError(
            f"a password has at least {passwords.LEAST_LENGTH} characters, and at most "
            f"{passwords.MOST_LENGTH}"
        )


def link_person(central: Central, username: str, issuer: str, subject: str) -> None:
    """Say who an account's person is at a provider.

    Raises AdministrationError for an unknown account, and for somebody who is another's already.
    """
    organisation = to_bytes(central.organisation.id)

    def write(transaction: Transaction) -> None:
        person = people.find_person(transaction, organisation, username.strip().casefold())
        if person is None:
            raise AdministrationError("there is no account of that name")
        other = sessions.linked(transaction, organisation, issuer, subject)
        if other is not None and other.user != person.user:
            raise AdministrationError(f"that is {other.username} already")
        sessions.link(transaction, organisation, issuer, subject, person.user)

    central.database.run(write)


def _publish(transaction: Transaction, central: Central, person: Person, new: NewPerson) -> None:
    key = _reference(central)
    head = log.heads(transaction, [key], lock=True)[key]
    records: tuple[Record, ...] = (
        Practitioner(
            id=person.user, name=new.name, initials=new.initials, registration=new.registration
        ),
        PractitionerRole(
            id=slot(person.user, "role"),
            practitioner=person.user,
            role=new.role,
            sites=new.sites,
        ),
    )
    head.commit(
        [first_version(central, one, intent=ADD_USER, zone=DEFAULT_ZONE) for one in records]
    )
    log.write_heads(transaction, [head])


def new_device_code(central: Central, site: Site) -> str:
    """Return a code that enrols one device at a site within 15 minutes."""
    printed, code = gate.new_code(site.id, central.now_ms())
    central.database.run(lambda transaction: places.add_code(transaction, code))
    return printed


def _reference(central: Central) -> ScopeKey:
    organisation = central.organisation.id
    return Territory(device="", site=organisation, organisation=organisation).key(
        ScopeKind.REFERENCE
    )
