"""What one server process tells the others by PostgreSQL: a scope moved, a device was taken out.

Said within a transaction, heard by everybody once it is committed. Nothing that is stored depends
on it: who hears nothing looks up now and then where the scopes stand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

import msgspec
import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import ColumnElement, func, select

from sonar_server.scopes import ScopeKey
from sonar_server.store.database import Transaction
from sonar_server.store.errors import UnavailableError

LOOK_SECONDS: Final = 10.0
"""Where the scopes stand is looked up so often, should a notice ever be lost."""
_CHANNEL: Final = "sonar_notices"
_OPTIONS: Final = "-c statement_timeout=10000"
_SHARED: Final = (
    "SELECT site_id, scope_id, epoch, head_seq FROM scope WHERE scope_id NOT LIKE 'device/%'"
)


class Moved(msgspec.Struct, frozen=True, kw_only=True, tag="moved"):
    """A scope stands there now."""

    key: ScopeKey
    epoch: int
    seq: int


class Revoked(msgspec.Struct, frozen=True, kw_only=True, tag="revoked"):
    """A device was taken out of use."""

    device: str


class Regranted(msgspec.Struct, frozen=True, kw_only=True, tag="regranted"):
    """A device may hold other scopes than before, or was told anew which."""

    device: str


class LookAgain(msgspec.Struct, frozen=True, kw_only=True, tag="look"):
    """Something happened to every scope."""


Notice = Moved | Revoked | Regranted | LookAgain
_notice: Final[msgspec.json.Decoder[Notice]] = msgspec.json.Decoder(Notice)


def said(notice: Notice) -> ColumnElement[Any]:
    """Return the expression that says something, to go with a statement."""
    return func.pg_notify(_CHANNEL, msgspec.json.encode(notice).decode())


def say(transaction: Transaction, notice: Notice) -> None:
    """Say something to every server process, once the transaction is committed."""
    transaction.execute(select(said(notice)))


async def follow(url: str, tell: Callable[[Notice], None]) -> NoReturn:
    """Tell where every shared scope stands, and then each notice, on a connection of its own.

    Raises UnavailableError as soon as the database cannot be heard.
    """
    try:
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=10, options=_OPTIONS
        ) as connection:
            await connection.execute(f"LISTEN {_CHANNEL}".encode())
            while True:
                await _look(connection, tell)
                async for heard in connection.notifies(timeout=LOOK_SECONDS):
                    notice = _read(heard.payload)
                    if isinstance(notice, LookAgain):
                        break
                    tell(notice)
    except (psycopg.Error, OSError) as error:
        raise UnavailableError("the database's notices cannot be heard") from error


async def _look(
    connection: psycopg.AsyncConnection[TupleRow], tell: Callable[[Notice], None]
) -> None:
    cursor = await connection.execute(_SHARED)
    for site_id, name, epoch, seq in await cursor.fetchall():
        tell(Moved(key=ScopeKey(site_id, name), epoch=epoch, seq=seq))


def _read(payload: str) -> Notice:
    """Return what was said; what a newer server says is a reason to look."""
    try:
        return _notice.decode(payload)
    except msgspec.DecodeError:
        return LookAgain()
