"""How far each scope is on this PC, with the digest over what it holds of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select

from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN
from sonar_desktop.db import schema
from sonar_desktop.db.engine import driver_connection

_FIELDS: Final = Cursor.__struct_fields__
_COLUMNS: Final = ", ".join(_FIELDS)
# By the driver itself: several of these run for every commit of a first sync, and each took ten
# times as long otherwise.
_CURSOR: Final = f"SELECT {_COLUMNS} FROM cursor WHERE scope = ?"  # noqa: S608 no value in it
_DIGEST: Final = "SELECT digest FROM cursor WHERE scope = ?"
_MARKS: Final = ", ".join("?" * len(_FIELDS))
_KEEP: Final = f"INSERT OR REPLACE INTO cursor ({_COLUMNS}, digest) VALUES ({_MARKS}, ?)"  # noqa: S608
_KEEP_PLACE: Final = insert(schema.place).prefix_with("OR REPLACE")
POSITIONS: Final = select(*(schema.cursor.c[name] for name in _FIELDS), schema.cursor.c.digest)


def is_unbegun(cursor: Cursor) -> bool:
    """Return whether this PC has nothing of a scope, not even that it is empty."""
    return cursor.seq == 0 and cursor.commit_no == 0


def cursor_at(connection: Connection, scope: str) -> Cursor:
    """Return how far a scope is; seq 0 where there is nothing of it."""
    found = driver_connection(connection).execute(_CURSOR, (scope,)).fetchone()
    return _unbegun(scope) if found is None else Cursor(**dict(zip(_FIELDS, found, strict=True)))


def cursor_from(row: RowMapping | None, scope: str) -> Cursor:
    """Return the cursor that a stored line is, the first one where there is none."""
    if row is None:
        return _unbegun(scope)
    return Cursor(**{name: row[name] for name in _FIELDS})


def digest_at(connection: Connection, scope: str) -> bytes:
    """Return the digest over this PC's own rows of a scope, as it is kept."""
    found = driver_connection(connection).execute(_DIGEST, (scope,)).fetchone()
    return EMPTY_DIGEST if found is None else found[0]


def keep(connection: Connection, at: Cursor, digest: bytes) -> None:
    """Write how far a scope is, and its digest."""
    values = (*msgspec.structs.astuple(at), digest)
    driver_connection(connection).execute(_KEEP, values)


def keep_places(connection: Connection, stood: Iterable[Cursor]) -> None:
    """Remember places of scopes, for when the rows that lead through them have left."""
    lines = [
        {"scope": at.scope, "commit_no": at.commit_no, "seq": at.seq, "chain": at.chain}
        for at in stood
        if at.commit_no
    ]
    if lines:
        connection.execute(_KEEP_PLACE, lines)


def _unbegun(scope: str) -> Cursor:
    return Cursor(scope=scope, epoch=0, seq=0, commit_no=0, chain=FIRST_CHAIN)
