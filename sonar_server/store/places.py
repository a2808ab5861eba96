"""The organisation, its sites, their devices, enrolment codes and the nonces of requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Row as SqlRow
from sqlalchemy import and_, bindparam, insert, select, update

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.scope_grant import ScopeGrant
from sonar_core.sync.grants import revoked_from
from sonar_server.store import notices
from sonar_server.store.database import Transaction, read_all
from sonar_server.store.notices import Revoked
from sonar_server.store.schema import (
    device,
    enrolment_code,
    organisation,
    scope_grant,
    site,
)


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Whose server this is, with its public keys."""

    id: str
    name: str
    server_id: str
    lease_public: bytes
    escrow_public: bytes
    recovery_public: bytes
    created_ms: int


@dataclass(frozen=True, kw_only=True)
class Site:
    """A custody suite."""

    id: str
    organisation: str
    name: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class Device:
    """An enrolled PC; `revoked` are the scopes of its site that it may not hold."""

    id: str
    site: str
    name: str
    sign_public: bytes
    seal_public: bytes
    enrolled_ms: int
    revoked_ms: int | None = None
    revoked: frozenset[ScopeKind] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Code:
    """An enrolment code, of which only the hash is kept."""

    site: str
    hash: bytes
    expires_ms: int
    used_ms: int | None = None


def the_organisation(transaction: Transaction) -> Organisation | None:
    """Return the organisation, None before `sonar-server init`."""
    row = transaction.execute(select(organisation)).first()
    if row is None:
        return None
    return Organisation(
        id=from_bytes(row.site_id),
        name=row.name,
        server_id=row.server_id,
        lease_public=row.lease_public,
        escrow_public=row.escrow_public,
        recovery_public=row.recovery_public,
        created_ms=row.created_ms,
    )


def add_organisation(transaction: Transaction, new: Organisation) -> None:
    """Write the organisation."""
    transaction.execute(
        insert(organisation).values(
            site_id=to_bytes(new.id),
            name=new.name,
            server_id=new.server_id,
            lease_public=new.lease_public,
            escrow_public=new.escrow_public,
            recovery_public=new.recovery_public,
            created_ms=new.created_ms,
        )
    )


def add_site(transaction: Transaction, new: Site) -> None:
    """Write a site."""
    transaction.execute(
        insert(site).values(
            site_id=to_bytes(new.id),
            organisation_id=to_bytes(new.organisation),
            name=new.name,
            zone=new.zone,
        )
    )


def sites(transaction: Transaction) -> list[Site]:
    """Return the sites by name."""
    return [_site(row) for row in transaction.execute(select(site).order_by(site.c.name))]


def find_site(transaction: Transaction, identifier: str) -> Site | None:
    """Return the site of that id."""
    row = transaction.execute(select(site).where(site.c.site_id == to_bytes(identifier))).first()
    return None if row is None else _site(row)


def _site(row: SqlRow[Any]) -> Site:
    return Site(
        id=from_bytes(row.site_id),
        organisation=from_bytes(row.organisation_id),
        name=row.name,
        zone=row.zone,
    )


def add_device(transaction: Transaction, new: Device) -> None:
    """Write an enrolled device."""
    transaction.execute(
        insert(device).values(
            site_id=to_bytes(new.site),
            device=to_bytes(new.id),
            name=new.name,
            sign_public=new.sign_public,
            seal_public=new.seal_public,
            enrolled_ms=new.enrolled_ms,
            revoked_ms=new.revoked_ms,
        )
    )


def find_device(transaction: Transaction, identifier: bytes) -> Device | None:
    """Return the device of that id."""
    rows = transaction.execute(_DEVICE, {"wanted": identifier}).all()
    return None if not rows else _device(rows)


def devices(transaction: Transaction) -> list[Device]:
    """Return every device that was not taken out of use, by site and name."""
    return [one for one in every_device(transaction) if one.revoked_ms is None]


def every_device(transaction: Transaction) -> list[Device]:
    """Return every device ever enrolled, by site and name."""
    rows = transaction.execute(_DEVICES).all()
    return [_device(list(group)) for _, group in groupby(rows, key=attrgetter("device"))]


def _device(rows: Sequence[SqlRow[Any]]) -> Device:
    """Return a device from its lines, one for each word about it or its site, at least one."""
    row = rows[0]
    device, site = from_bytes(row.device), from_bytes(row.site_id)
    words = [
        ScopeGrant(id="", holder=from_bytes(one.holder), scope=one.scope, is_granted=one.is_granted)
        for one in rows
        if one.holder is not None
    ]
    return Device(
        id=device,
        site=site,
        name=row.name,
        sign_public=row.sign_public,
        seal_public=row.seal_public,
        enrolled_ms=row.enrolled_ms,
        revoked_ms=row.revoked_ms,
        revoked=revoked_from(device, site, words),
    )


def set_revoked(transaction: Transaction, identifier: str, revoked_ms: int | None) -> bool:
    """Take a device out of use (UTC ms) or, with None, back; return whether it was otherwise."""
    was_otherwise = device.c.revoked_ms.is_not(None)
    if revoked_ms is not None:
        was_otherwise = device.c.revoked_ms.is_(None)
        notices.say(transaction, Revoked(device=identifier))
    done = transaction.execute(
        update(device)
        .where(device.c.device == to_bytes(identifier), was_otherwise)
        .values(revoked_ms=revoked_ms)
    )
    return done.rowcount == 1


def add_code(transaction: Transaction, new: Code) -> None:
    """Write an enrolment code."""
    transaction.execute(
        insert(enrolment_code).values(
            site_id=to_bytes(new.site), code_hash=new.hash, expires_ms=new.expires_ms
        )
    )


def locked_code(transaction: Transaction, code_hash: bytes) -> Code | None:
    """Return the code of that hash; nobody else uses it until this transaction ends."""
    query = select(enrolment_code).where(enrolment_code.c.code_hash == code_hash).with_for_update()
    row = transaction.execute(query).first()
    if row is None:
        return None
    return Code(
        site=from_bytes(row.site_id),
        hash=row.code_hash,
        expires_ms=row.expires_ms,
        used_ms=row.used_ms,
    )


def use_code(transaction: Transaction, code: Code, now_ms: int) -> None:
    """Write that a code was used: it serves once."""
    transaction.execute(
        update(enrolment_code)
        .where(
            enrolment_code.c.site_id == to_bytes(code.site),
            enrolment_code.c.code_hash == code.hash,
        )
        .values(used_ms=now_ms)
    )


def is_new_nonce(
    transaction: Transaction, owner: Device, value: bytes, *, now_ms: int, window_ms: int
) -> bool:
    """Remember a request's nonce and return whether it is the first time, within the window.

    Not flushed to disk: a crash could at most let a request be repeated, which harms nothing.
    """
    values = {
        "site": to_bytes(owner.site),
        "device": to_bytes(owner.id),
        "nonce": value,
        "now_ms": now_ms,
        "since_ms": now_ms - 2 * window_ms,
    }
    return bool(read_all(transaction, _NEW_NONCE, values))


# Made once: each request asks them.
_WITH_WORDS: Final = select(
    device, scope_grant.c.holder, scope_grant.c.scope, scope_grant.c.is_granted
).outerjoin(
    scope_grant,
    and_(
        scope_grant.c.site_id == device.c.site_id,
        scope_grant.c.holder.in_([device.c.device, device.c.site_id]),
    ),
)
_DEVICE: Final = _WITH_WORDS.where(device.c.device == bindparam("wanted"))
_DEVICES: Final = _WITH_WORDS.order_by(device.c.site_id, device.c.name, device.c.device)
_NEW_NONCE: Final = """
    WITH lightly AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
         forgotten AS (
            DELETE FROM nonce
            WHERE site_id = %(site)s AND device = %(device)s AND nonce <> %(nonce)s
            AND at_ms < %(since_ms)s
         )
    INSERT INTO nonce (site_id, device, nonce, at_ms)
    SELECT %(site)s, %(device)s, %(nonce)s, %(now_ms)s FROM lightly
    ON CONFLICT (site_id, device, nonce) DO UPDATE SET at_ms = excluded.at_ms
    WHERE nonce.at_ms < %(since_ms)s RETURNING at_ms
"""
