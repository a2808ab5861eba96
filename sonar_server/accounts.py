"""Accounts that end or get another password, and what each PC is told of that.

A PC asks about the people who can sign in on it (`sonar_core.sync.roll`). Either word raises the
generation of the person's credentials, so that what a PC has of the older ones goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from sonar_core.ids import to_bytes
from sonar_core.sync import roll
from sonar_core.sync.roll import MOST_ASKED, AskRoll, OnRoll, Roll, SignedRoll
from sonar_server import passwords
from sonar_server.administration import AdministrationError, require_password
from sonar_server.central import Central
from sonar_server.errors import bad_request, require_push_protocol
from sonar_server.operators import Word
from sonar_server.store import incidents, people
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident
from sonar_server.store.people import Person
from sonar_server.store.places import Device

CLOSED: Final = "account_closed"
REPLACED: Final = "password_replaced"

_log: Final = structlog.get_logger()


def close(central: Central, username: str, word: Word) -> Person:
    """Close an account for good: from the commit on nobody signs in with it.

    Raises AdministrationError for an unknown account and for one that is closed.
    """
    organisation = to_bytes(central.organisation.id)

    def write(transaction: Transaction, person: Person) -> None:
        people.deactivate(transaction, organisation, person.username)

    return _change(central, username, word, CLOSED, write)


def replace_password(central: Central, username: str, password: str, word: Word) -> Person:
    """Give an account another password; the former one ends here now, on a PC at its next contact.

    Raises AdministrationError for an unknown account, one that is closed, and a password too short
    or too long.
    """
    require_password(password)
    organisation, hashed = to_bytes(central.organisation.id), passwords.hashed(password)

    def write(transaction: Transaction, person: Person) -> None:
        people.replace_password(transaction, organisation, person.username, hashed)

    return _change(central, username, word, REPLACED, write)


def _change(
    central: Central,
    username: str,
    word: Word,
    kind: str,
    write: Callable[[Transaction, Person], None],
) -> Person:
    organisation = to_bytes(central.organisation.id)

    def change(transaction: Transaction) -> Person:
        person = people.find_person(transaction, organisation, username.strip().casefold())
        if person is None:
            raise AdministrationError("there is no account of that name")
        if not person.is_active:
            raise AdministrationError("that account is closed already")
        write(transaction, person)
        happened = Incident(
            id=central.new_id(),
            at_ms=central.now_ms(),
            kind=kind,
            detail=f"user {person.user} ({person.username}): {word.said}",
        )
        incidents.note(transaction, central.organisation.id, happened)
        return person

    person = central.database.run(change)
    _log.warning(kind, user=person.user)
    return person


def signed_roll(central: Central, asked: AskRoll, device: Device) -> SignedRoll:
    """Return what a device is to know of these people, signed; who is unknown is left out.

    Raises RefusedError: bad_request for more than MOST_ASKED people or ids that are none.
    """
    require_push_protocol(asked.protocol)
    if len(asked.users) > MOST_ASKED:
        raise bad_request(f"a roll is of at most {MOST_ASKED} people")
    try:
        ids = [to_bytes(user) for user in asked.users]
    except ValueError:
        raise bad_request("that is no person's id") from None
    organisation = to_bytes(central.organisation.id)
    found = central.database.run(
        lambda transaction: people.people_of(transaction, organisation, ids)
    )
    body = roll.canonical(
        Roll(
            device=device.id,
            issued_ms=central.now_ms(),
            people=tuple(
                OnRoll(user=one.user, cred_gen=one.cred_gen, is_open=one.is_active) for one in found
            ),
        )
    )
    return SignedRoll(roll=body, signature=central.keys.sign(roll.signed_message(body)))
