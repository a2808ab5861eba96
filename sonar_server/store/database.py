"""One PostgreSQL database: connections, transactions with retries, bulk writes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any, Final, TypeVar

import psycopg
from psycopg.types.string import BytesBinaryDumper
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    any_,
    bindparam,
    create_engine,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sonar_server.store.errors import RejectedError, StoreError, UnavailableError

T = TypeVar("T")

Transaction = Connection
"""An open transaction: outside the store only handed on, never looked into."""

_TRIES: Final = 8
_AGAIN: Final = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock: the same transaction may succeed if repeated."""
_AWAY: Final = frozenset({"25006", "25P03", "25P04"})
"""A node that is a standby now, and a session ended since we kept it waiting. psycopg calls these
mistakes of the program; nothing is wrong with the values, and they must not be held back for it."""

RECORDER: Final = "sonar_recorder"
"""The role that appends to the logs and can do nothing else (`sonar_server.store.roles`).

PostgreSQL refuses a COPY by a role that is under row-level security.
"""

_OPTIONS: Final = (
    "-c idle_in_transaction_session_timeout=10000 -c lock_timeout=10000 "
    "-c statement_timeout=60000 -c sonar.reach=all"
)
_PG_TYPES: Final = {"LargeBinary": "bytea", "BigInteger": "int8", "Text": "text", "Boolean": "bool"}


class Database:
    """A pool of connections to one database."""

    def __init__(self, url: str, *, connections: int = 16) -> None:
        """Take a PostgreSQL address as libpq writes it; nothing is opened yet."""
        self.url = url
        address = make_url(url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(
            address,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": _OPTIONS, "connect_timeout": 10},
        )
        event.listen(self._engine, "connect", _send_bytes_as_they_are)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction, again where another was in its way; return its answer.

        Raises UnavailableError or RejectedError with nothing written.
        """
        for attempt in count(1):
            try:
                with self._engine.begin() as transaction:
                    return work(transaction)
            except (DBAPIError, psycopg.Error) as error:
                if _state(error) not in _AGAIN or attempt == _TRIES:
                    raise _ours(error) from None
            except PoolTimeoutError:
                raise UnavailableError("no connection became free") from None
            time.sleep(random.uniform(0.5, 1.0) * 0.01 * 2**attempt)  # noqa: S311 not a secret
        raise AssertionError("unreachable")


def _send_bytes_as_they_are(connection: psycopg.Connection[Any], _record: object) -> None:
    """Let a COPY write bytes by the compiled half of the driver.

    The driver's own choice looks at each value in Python, for a wrapper that nobody here uses.
    """
    connection.adapters.register_dumper(bytes, BytesBinaryDumper)


def _state(error: DBAPIError | psycopg.Error) -> str | None:
    origin = error.orig if isinstance(error, DBAPIError) else error
    return getattr(origin, "sqlstate", None)


def _ours(error: DBAPIError | psycopg.Error) -> StoreError:
    away = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
    if isinstance(error, away) or _state(error) in _AGAIN | _AWAY:
        return UnavailableError(f"the database cannot be reached or is busy: {_state(error)}")
    return RejectedError(_state(error))


def write_all(transaction: Transaction, *appended: tuple[Table, Iterable[Sequence[Any]]]) -> None:
    """Append rows, each with a value for every column in the table's order, by a COPY a table.

    As RECORDER: on an error the transaction is over, and with it that role.
    """
    with _psycopg(transaction).cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {RECORDER}")
        for table, rows in appended:
            _copy(cursor, table, rows)
        cursor.execute("SET LOCAL ROLE NONE")


def _copy(cursor: psycopg.Cursor[Any], table: Table, rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(column.name for column in table.columns)
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_PG_TYPES[type(column.type).__name__] for column in table.columns])
        for row in rows:
            copy.write_row(row)


def read_all(
    transaction: Transaction, statement: str, values: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """Return the rows of a plain SQL query, fetched in binary: the fast way for many rows.

    A list of ids is named `%(ids)b`, so that it is sent in binary too.
    """
    with _psycopg(transaction).cursor(binary=True) as cursor:
        return cursor.execute(statement, values).fetchall()


def _psycopg(transaction: Transaction) -> psycopg.Connection[tuple[Any, ...]]:
    raw = transaction.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("the database is reached by psycopg")
    return raw


def is_one_of(column: ColumnElement[Any], ids: Iterable[bytes]) -> ColumnElement[bool]:
    """Return the condition that a column of ids holds one of these, as one parameter."""
    items = bindparam(None, list(ids), type_=ARRAY(LargeBinary))
    return column == any_(items)
