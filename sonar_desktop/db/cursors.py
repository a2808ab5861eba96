"""How far each scope is on this PC, with the digest over what it holds of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import Connection, RowMapping, bindparam, insert, select

from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN
from sonar_desktop.db import schema

_CURSOR_COLUMNS: Final = tuple(schema.cursor.c[name] for name in Cursor.__struct_fields__)
# Made once: several of these run for every frame, and making one takes longer than running it.
_OF_SCOPE: Final = schema.cursor.c.scope == bindparam("wanted")
_CURSOR: Final = select(*_CURSOR_COLUMNS).where(_OF_SCOPE)
_DIGEST: Final = select(schema.cursor.c.digest).where(_OF_SCOPE)
_KEEP: Final = insert(schema.cursor).prefix_with("OR REPLACE")
_KEEP_PLACE: Final = insert(schema.place).prefix_with("OR REPLACE")
POSITIONS: Final = select(*_CURSOR_COLUMNS, schema.cursor.c.digest)


def is_unbegun(cursor: Cursor) -> bool:
    """Return whether this PC has nothing of a scope, not even that it is empty."""
    return cursor.seq == 0 and cursor.commit_no == 0


def cursor_at(connection: Connection, scope: str) -> Cursor:
    """Return how far a scope is; seq 0 where there is nothing of it."""
    return cursor_from(connection.execute(_CURSOR, {"wanted": scope}).mappings().first(), scope)


def cursor_from(row: RowMapping | None, scope: str) -> Cursor:
    """Return the cursor that a stored line is, the first one where there is none."""
    if row is None:
        return Cursor(scope=scope, epoch=0, seq=0, commit_no=0, chain=FIRST_CHAIN)
    return Cursor(**{name: row[name] for name in Cursor.__struct_fields__})


def digest_at(connection: Connection, scope: str) -> bytes:
    """Return the digest over this PC's own rows of a scope, as it is kept."""
    found = connection.scalar(_DIGEST, {"wanted": scope})
    return EMPTY_DIGEST if found is None else found


def keep(connection: Connection, at: Cursor, digest: bytes) -> None:
    """Write how far a scope is, and its digest."""
    connection.execute(_KEEP, {**msgspec.structs.asdict(at), "digest": digest})


def keep_places(connection: Connection, stood: Iterable[Cursor]) -> None:
    """Remember places of scopes, for when the rows that lead through them have left."""
    lines = [
        {"scope": at.scope, "commit_no": at.commit_no, "seq": at.seq, "chain": at.chain}
        for at in stood
        if at.commit_no
    ]
    if lines:
        connection.execute(_KEEP_PLACE, lines)
