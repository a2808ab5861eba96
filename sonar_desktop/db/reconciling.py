"""Going back to where this PC's copy and the server's logs still agree; nothing is forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from sonar_core import ids
from sonar_core.sync.messages import Cursor
from sonar_core.sync.operations import FIRST_PREV_HASH, Operation, header_hash, header_of
from sonar_core.sync.overlay import affected
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, add, chain
from sonar_desktop.db import effects, first_sync, schema, unheld
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.schema import OpState

_AT_ONCE: Final = 500
_HASHES: Final = (
    "SELECT seq, commit_no, row_hash FROM record WHERE scope = ? AND seq <= ? UNION ALL "
    "SELECT seq, commit_no, row_hash FROM version WHERE scope = ? AND seq <= ? ORDER BY seq"
)
_COLUMNS: Final = ", ".join(column.name for column in schema.record.columns)
LAST_LEFT: Final = (
    f"INSERT INTO record ({_COLUMNS}) SELECT {_COLUMNS} FROM version AS kept WHERE kept.id = ? "  # noqa: S608 no value in it
    "AND kept.version = (SELECT max(version) FROM version WHERE id = kept.id)"
)
NOT_TWICE: Final = (
    "DELETE FROM version WHERE id = ? AND version = (SELECT record.version FROM record "
    "WHERE record.id = version.id)"
)
_WAIT_AGAIN: Final = (
    update(schema.own_op)
    .where(schema.own_op.c.op_seq >= bindparam("first"), schema.own_op.c.state != OpState.WAITING)
    .values(state=OpState.WAITING, verdict="", reason="", detail="", version=0, settled_ms=None)
)
_SAID: Final = sqlite.insert(schema.horizon)
_FARTHEST: Final = _SAID.on_conflict_do_update(
    index_elements=[schema.horizon.c.scope],
    set_={"seq": func.max(schema.horizon.c.seq, _SAID.excluded.seq)},
)
_LOST_OWN: Final = select(func.min(schema.own_op.c.op_seq)).join(
    schema.unheld, schema.unheld.c.operation == schema.own_op.c.op_id
)
_BEFORE_FIRST: Final = select(schema.device.c.first_seq - 1)
_NOT_COME: Final = (
    select(func.min(schema.own_op.c.op_seq))
    .join(schema.op_effect, schema.op_effect.c.op_seq == schema.own_op.c.op_seq)
    .where(schema.own_op.c.state == OpState.ACKED)
)


def places(connection: Connection, at: Cursor) -> list[Cursor]:
    """Return every place of a scope that this PC's own rows lead through, from the beginning.

    It ends at the cursor, or before the first hole in the rows.
    """
    found = [Cursor(scope=at.scope, epoch=at.epoch, seq=0, commit_no=0, chain=FIRST_CHAIN)]
    rows = driver_connection(connection).execute(_HASHES, (at.scope, at.seq, at.scope, at.seq))
    link, seq = FIRST_CHAIN, 0
    for commit_no, group in groupby(rows, key=itemgetter(1)):
        commit = list(group)
        numbers = list(range(seq + 1, seq + 1 + len(commit)))
        if commit_no != len(found) or [row[0] for row in commit] != numbers:
            break
        seq += len(commit)
        link = chain(link, commit_no, [row[2] for row in commit])
        found.append(
            Cursor(scope=at.scope, epoch=at.epoch, seq=seq, commit_no=commit_no, chain=link)
        )
    return found


def hash_at(connection: Connection, op_seq: int) -> str | None:
    """Return the hash of this PC's header of that number, None where it has written none.

    Before the first operation of its incarnation there is no header.
    """
    if op_seq == connection.scalar(_BEFORE_FIRST):
        return FIRST_PREV_HASH
    column = schema.own_op.c.header
    header = connection.scalar(select(column).where(schema.own_op.c.op_seq == op_seq))
    return None if header is None else header_hash(header)


def horizon(connection: Connection) -> dict[str, int]:
    """Return up to where the server said of each scope that it can lose nothing."""
    return {row.scope: row.seq for row in connection.execute(select(schema.horizon))}


def keep_horizon(connection: Connection, durable: Mapping[str, int]) -> None:
    """Note up to where the server says that it can lose nothing.

    It never falls here: a fall says that the server lost something, and is to be seen again after
    a power cut, until this PC has gone back.
    """
    if durable:
        connection.execute(
            _FARTHEST, [{"scope": scope, "seq": seq} for scope, seq in durable.items()]
        )


def go_back(connection: Connection, common: Cursor, touched: Touched) -> None:
    """Put aside what a scope's log no longer has, and stand at `common`; no row is forgotten."""
    first_sync.forget(connection, common.scope)
    raw = driver_connection(connection)
    lost: dict[str, Sequence[Any]] = {}
    with unheld.purging(connection):
        for table in (schema.record, schema.version):
            beyond = (table.c.scope == common.scope) & (table.c.seq > common.seq)
            lost[table.name] = connection.execute(select(table).where(beyond)).all()
            unheld.keep(connection, lost[table.name])
            connection.execute(delete(table).where(beyond))
        without = [(ids.to_bytes(row.id),) for row in lost["record"]]
        raw.executemany(LAST_LEFT, without)
        raw.executemany(NOT_TWICE, without)
    left = raw.execute(_HASHES, (common.scope, common.seq, common.scope, common.seq))
    digest = add(EMPTY_DIGEST, [row[2] for row in left])
    values = {**msgspec.structs.asdict(common), "digest": digest}
    connection.execute(insert(schema.cursor).prefix_with("OR REPLACE"), values)
    look_again(connection, {row.id for rows in lost.values() for row in rows}, touched)


def wait_again(connection: Connection, known_seq: int, touched: Touched) -> int:
    """Have this PC's operations sent again that the server may lack; return how many.

    Those are all after `known_seq`, and all from the first on whose rows were put aside or have
    not come yet: a push holds numbers without a gap, and the server answers again what it knows.
    """
    starts = [connection.scalar(_LOST_OWN), connection.scalar(_NOT_COME)]
    first = min([known_seq + 1, *(one for one in starts if one is not None)])
    connection.execute(delete(schema.horizon))
    return send_again(connection, first, touched)


def send_again(connection: Connection, first: int, touched: Touched) -> int:
    """Have this PC's operations from number `first` on wait; return how many had a verdict."""
    op, effect = schema.own_op, schema.op_effect
    count = connection.execute(_WAIT_AGAIN, {"first": first}).rowcount
    connection.execute(delete(effect).where(effect.c.op_seq >= first))
    changed: set[str] = set()
    columns = (op.c.op_seq, op.c.header, op.c.payload, op.c.signature)
    for row in connection.execute(select(*columns).where(op.c.op_seq >= first)).all():
        operation = Operation(row.header, row.payload, row.signature)
        records = affected(operation, header_of(operation))
        effects.put(connection, row.op_seq, records)
        changed.update(identifier for _, identifier in records)
    look_again(connection, changed, touched)
    return count


def look_again(connection: Connection, identifiers: set[str], touched: Touched) -> None:
    """Make anew what is shown of these records, some at a time."""
    every = sorted(identifiers)
    for start in range(0, len(every), _AT_ONCE):
        effects.refresh(connection, every[start : start + _AT_ONCE], touched)
