"""Who people are at the provider, and the tokens of their sign-ins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from sonar_core.ids import from_bytes, to_bytes
from sonar_server.store.database import Transaction
from sonar_server.store.people import Person, find_person_by_id
from sonar_server.store.schema import account_at, session_token


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token of a sign-in, known by its hash; times in UTC ms."""

    hash: bytes
    family: str
    user: str
    device: str
    began_ms: int
    ends_ms: int
    used_ms: int | None = None


def link(
    transaction: Transaction, organisation: bytes, issuer: str, subject: str, user: str
) -> None:
    """Say whose account a person of the provider has; said already, it stays."""
    values = insert(account_at).values(
        site_id=organisation, issuer=issuer, subject=subject, user_id=to_bytes(user)
    )
    transaction.execute(values.on_conflict_do_nothing())


def linked(
    transaction: Transaction, organisation: bytes, issuer: str, subject: str
) -> Person | None:
    """Return the account of a person of the provider."""
    query = select(account_at.c.user_id).where(
        account_at.c.site_id == organisation,
        account_at.c.issuer == issuer,
        account_at.c.subject == subject,
    )
    user = transaction.execute(query).scalar()
    return None if user is None else find_person_by_id(transaction, organisation, from_bytes(user))


def add_token(transaction: Transaction, organisation: bytes, token: Token) -> None:
    """Keep a new token; those of this device that are over go."""
    transaction.execute(
        delete(session_token).where(
            session_token.c.site_id == organisation,
            session_token.c.device == to_bytes(token.device),
            session_token.c.family != to_bytes(token.family),
            session_token.c.ends_ms < token.began_ms,
        )
    )
    transaction.execute(
        insert(session_token).values(
            site_id=organisation,
            token_hash=token.hash,
            family=to_bytes(token.family),
            user_id=to_bytes(token.user),
            device=to_bytes(token.device),
            began_ms=token.began_ms,
            ends_ms=token.ends_ms,
        )
    )


def locked_token(transaction: Transaction, organisation: bytes, hashed: bytes) -> Token | None:
    """Return a token by its hash, held until the transaction ends."""
    query = (
        select(session_token)
        .where(session_token.c.site_id == organisation, session_token.c.token_hash == hashed)
        .with_for_update()
    )
    row = transaction.execute(query).first()
    if row is None:
        return None
    return Token(
        hash=bytes(row.token_hash),
        family=from_bytes(row.family),
        user=from_bytes(row.user_id),
        device=from_bytes(row.device),
        began_ms=row.began_ms,
        ends_ms=row.ends_ms,
        used_ms=row.used_ms,
    )


def use_token(transaction: Transaction, organisation: bytes, token: Token, now_ms: int) -> None:
    """Write that a token has served."""
    transaction.execute(
        update(session_token)
        .where(session_token.c.site_id == organisation, session_token.c.token_hash == token.hash)
        .values(used_ms=now_ms)
    )


def end_family(transaction: Transaction, organisation: bytes, family: str, now_ms: int) -> None:
    """End every token of a sign-in; each stays known until it would have ended by itself."""
    transaction.execute(
        update(session_token)
        .where(
            session_token.c.site_id == organisation,
            session_token.c.family == to_bytes(family),
            session_token.c.used_ms.is_(None),
        )
        .values(used_ms=now_ms)
    )
