"""Accounts and leases of the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import insert, select, update

from sonar_core.ids import from_bytes, to_bytes
from sonar_server.authors import Account, IssuedLease, Known
from sonar_server.store.database import Transaction, is_one_of
from sonar_server.store.schema import lease, person


@dataclass(frozen=True, kw_only=True)
class Person:
    """An account with what signing in needs."""

    user: str
    username: str
    name: str
    password_hash: str
    role: str
    sites: tuple[str, ...]
    cred_gen: int
    is_active: bool


def add_person(transaction: Transaction, organisation: bytes, new: Person) -> None:
    """Add an account; raise RejectedError when the username exists."""
    transaction.execute(
        insert(person).values(
            site_id=organisation,
            user_id=to_bytes(new.user),
            username=new.username,
            name=new.name,
            password_hash=new.password_hash,
            role=new.role,
            sites=" ".join(new.sites),
            cred_gen=new.cred_gen,
            active=new.is_active,
        )
    )


def find_person(transaction: Transaction, organisation: bytes, username: str) -> Person | None:
    """Return the account of that username."""
    query = select(person).where(person.c.site_id == organisation, person.c.username == username)
    row = transaction.execute(query).first()
    return None if row is None else _person(row)


def find_person_by_id(transaction: Transaction, organisation: bytes, user: str) -> Person | None:
    """Return the account of that id."""
    query = select(person).where(
        person.c.site_id == organisation, person.c.user_id == to_bytes(user)
    )
    row = transaction.execute(query).first()
    return None if row is None else _person(row)


def all_people(transaction: Transaction, organisation: bytes) -> list[Person]:
    """Return every account, by username."""
    query = select(person).where(person.c.site_id == organisation).order_by(person.c.username)
    return [_person(row) for row in transaction.execute(query)]


def people_of(
    transaction: Transaction, organisation: bytes, users: Iterable[bytes]
) -> list[Person]:
    """Return the accounts of these ids, as far as they exist, by username."""
    query = (
        select(person)
        .where(person.c.site_id == organisation, is_one_of(person.c.user_id, users))
        .order_by(person.c.username)
    )
    return [_person(row) for row in transaction.execute(query)]


def deactivate(transaction: Transaction, organisation: bytes, username: str) -> bool:
    """Close an account, which ends its credentials; return whether there was one."""
    done = transaction.execute(
        update(person)
        .where(person.c.site_id == organisation, person.c.username == username)
        .values(active=False, cred_gen=person.c.cred_gen + 1)
    )
    return done.rowcount == 1


def replace_password(
    transaction: Transaction, organisation: bytes, username: str, password_hash: str
) -> None:
    """Give an account another password, and its credentials the next generation."""
    transaction.execute(
        update(person)
        .where(person.c.site_id == organisation, person.c.username == username)
        .values(password_hash=password_hash, cred_gen=person.c.cred_gen + 1)
    )


def add_lease(transaction: Transaction, organisation: bytes, issued: IssuedLease) -> None:
    """Remember a lease that was issued, to judge operations by it."""
    transaction.execute(
        insert(lease).values(
            site_id=organisation,
            lease_id=to_bytes(issued.lease_id),
            user_id=to_bytes(issued.user),
            device=to_bytes(issued.device),
            role=issued.role,
            sites=" ".join(issued.sites),
            issued_ms=issued.issued_ms,
            not_after_ms=issued.not_after_ms,
        )
    )


def known(
    transaction: Transaction, organisation: bytes, *, users: Iterable[str], leases: Iterable[str]
) -> Known:
    """Return the accounts and leases of these ids, as far as they exist."""
    people_of = select(person).where(
        person.c.site_id == organisation, is_one_of(person.c.user_id, _ids(users))
    )
    leases_of = select(lease).where(
        lease.c.site_id == organisation, is_one_of(lease.c.lease_id, _ids(leases))
    )
    accounts = [_account(row) for row in transaction.execute(people_of)]
    issued = [_issued(row) for row in transaction.execute(leases_of)]
    return Known(
        accounts={account.user: account for account in accounts},
        leases={item.lease_id: item for item in issued},
    )


def _ids(names: Iterable[str]) -> list[bytes]:
    found: list[bytes] = []
    for name in names:
        try:
            found.append(to_bytes(name))
        except ValueError:
            continue
    return found


def _person(row: SqlRow[Any]) -> Person:
    return Person(
        user=from_bytes(row.user_id),
        username=row.username,
        name=row.name,
        password_hash=row.password_hash,
        role=row.role,
        sites=tuple(row.sites.split()),
        cred_gen=row.cred_gen,
        is_active=row.active,
    )


def _account(row: SqlRow[Any]) -> Account:
    return Account(
        user=from_bytes(row.user_id),
        role=row.role,
        sites=tuple(row.sites.split()),
        is_active=row.active,
    )


def _issued(row: SqlRow[Any]) -> IssuedLease:
    return IssuedLease(
        lease_id=from_bytes(row.lease_id),
        user=from_bytes(row.user_id),
        device=from_bytes(row.device),
        role=row.role,
        sites=tuple(row.sites.split()),
        issued_ms=row.issued_ms,
        not_after_ms=row.not_after_ms,
    )
