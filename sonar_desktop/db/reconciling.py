"""Going back to where this PC's copy and the server's logs still agree; nothing is forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects import sqlite

from sonar_core import ids
from sonar_core.records.location import Location
from sonar_core.records.scope_grant import SCOPE_GRANT
from sonar_core.records.site_move import SITE_MOVE
from sonar_core.sync.messages import Cursor, Holding, Manifest
from sonar_core.sync.operations import Operation, header_of
from sonar_core.sync.overlay import affected
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, add, chain
from sonar_desktop.db import (
    acknowledged,
    come_already,
    effects,
    first_sync,
    grants,
    retiring,
    schema,
    unheld,
)
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.identity import chain_of
from sonar_desktop.db.schema import OpState

_AT_ONCE: Final = 500
_SERVERS_OWN: Final = frozenset({SCOPE_GRANT, SITE_MOVE, Location.__name__})
"""What the server alone says, and says again where it holds: nobody gives it back."""
_HASHES: Final = (
    "SELECT seq, commit_no, row_hash FROM record WHERE scope = ? AND seq <= ? UNION ALL "
    "SELECT seq, commit_no, row_hash FROM version WHERE scope = ? AND seq <= ? ORDER BY seq"
)
_COUNTING: Final = " UNION ALL ".join(
    f"SELECT row_hash FROM {table} WHERE scope = ? AND {schema.COUNTS.format(table=table)}"  # noqa: S608 no value in it
    for table in ("record", "version")
)
_KEPT_PLACES: Final = (
    "SELECT commit_no, seq, chain FROM place WHERE scope = ? AND seq <= ? ORDER BY commit_no"
)
_HELD: Final = (
    "SELECT EXISTS (SELECT 1 FROM record WHERE id = :id) "
    "OR EXISTS (SELECT 1 FROM unheld WHERE id = :id)"
)
_CAME: Final = select(schema.own_op.c.op_seq).where(
    schema.own_op.c.state != OpState.HELD,
    ~exists().where(schema.op_effect.c.op_seq == schema.own_op.c.op_seq),
)
_COLUMNS: Final = schema.ROW_COLUMNS
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
_NOT_COME: Final = (
    select(func.min(schema.own_op.c.op_seq))
    .join(schema.op_effect, schema.op_effect.c.op_seq == schema.own_op.c.op_seq)
    .where(schema.own_op.c.state == OpState.ACKED)
)


def places(connection: Connection, at: Cursor) -> list[Cursor]:
    """Return the places of a scope that this PC knows it stood at, from the beginning to `at`.

    Those that were kept, and those that its own rows lead through from one of them. A commit of
    which a row may be missing leads nowhere.
    """
    raw = driver_connection(connection)
    found = {
        commit_no: Cursor(scope=at.scope, epoch=at.epoch, seq=seq, commit_no=commit_no, chain=link)
        for commit_no, seq, link in [
            (0, 0, FIRST_CHAIN),
            *raw.execute(_KEPT_PLACES, (at.scope, at.seq)),
            (at.commit_no, at.seq, at.chain),
        ]
    }
    rows = raw.execute(_HASHES, (at.scope, at.seq, at.scope, at.seq))
    commits = [(number, list(group)) for number, group in groupby(rows, key=itemgetter(1))]
    for (number, commit), (after, following) in pairwise(commits):
        before = found.get(number - 1)
        if before is None or number in found:
            continue
        numbers = [row[0] for row in (*commit, following[0])]
        if after == number + 1 and numbers == list(
            range(before.seq + 1, before.seq + 2 + len(commit))
        ):
            link = chain(before.chain, number, [row[2] for row in commit])
            found[number] = msgspec.structs.replace(
                before, seq=before.seq + len(commit), commit_no=number, chain=link
            )
    return [found[number] for number in sorted(found)]


def hash_at(connection: Connection, op_seq: int) -> str | None:
    """Return the hash of this PC's header of that number, as what follows in its chain names it.

    None where nothing does: this PC has written none, or purged it with what followed. Before the
    first operation of its incarnation there is no header.
    """
    column = schema.own_op.c.header
    header = connection.scalar(select(column).where(schema.own_op.c.op_seq == op_seq + 1))
    if header is not None:
        return header_of(Operation(header, b"", b"")).prev_hash
    chain_end = chain_of(connection)
    return chain_end.prev_hash if op_seq == chain_end.next_seq - 1 else None


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
            others = [row for row in lost[table.name] if row.kind not in _SERVERS_OWN]
            unheld.keep(connection, others)
            connection.execute(delete(table).where(beyond))
        without = [(ids.to_bytes(row.id),) for row in lost["record"]]
        raw.executemany(LAST_LEFT, without)
        raw.executemany(NOT_TWICE, without)
    kept = schema.place
    connection.execute(delete(kept).where(kept.c.scope == common.scope, kept.c.seq > common.seq))
    missing = retiring.undo_after(connection, common.scope, common.seq, touched)
    left = raw.execute(_COUNTING, (common.scope, common.scope))
    digest = add(EMPTY_DIGEST, [row_hash for (row_hash,) in left])
    values = {**msgspec.structs.asdict(common), "digest": digest}
    connection.execute(insert(schema.cursor).prefix_with("OR REPLACE"), values)
    if missing and common.commit_no:
        # Their stays had left this PC, and count again where the log has lost the word of it.
        holdings = tuple(Holding(patient, 0, other_rows=1) for patient in missing)
        first_sync.begin(connection, Manifest(cursor=common, unattached=0, holdings=holdings))
    gone = [row for rows in lost.values() for row in rows]
    look_again(connection, {row.id for row in gone}, touched)
    if any(row.kind == SCOPE_GRANT for row in gone):
        # What an administrator said and the server lost holds no more, and nobody gives it back.
        grants.follow(connection, touched)


def wait_again(
    connection: Connection, known_seq: int | None, held_seq: int, touched: Touched
) -> int:
    """Have this PC's operations sent again that the server may lack; return how many.

    Those are all after `known_seq`, the end of the server's chain, or after `held_seq` where that
    chain is not this PC's, and all from the first on whose rows were put aside or have
    not come yet: a push holds numbers without a gap, and the server answers again what it knows.
    """
    starts = [connection.scalar(_LOST_OWN), connection.scalar(_NOT_COME)]
    agreed = held_seq if known_seq is None else known_seq
    first = min([agreed + 1, *(one for one in starts if one is not None)])
    connection.execute(delete(schema.horizon))
    return send_again(connection, first, touched, agreed)


def send_again(
    connection: Connection, first: int, touched: Touched, agreed_seq: int | None = None
) -> int:
    """Have this PC's operations from number `first` on wait; return how many had a verdict.

    What the server may have lost, all after `agreed_seq` if it was reconciled with, is shown as
    what waits always is, also where its row had come and has left this PC.
    """
    op, effect = schema.own_op, schema.op_effect
    came = set(connection.scalars(_CAME))
    acknowledged.undo_from(connection, first)
    count = connection.execute(_WAIT_AGAIN, {"first": first}).rowcount
    connection.execute(delete(effect).where(effect.c.op_seq >= first))
    changed: set[str] = set()
    columns = (op.c.op_seq, op.c.kind, op.c.header, op.c.payload, op.c.signature)
    for row in connection.execute(select(*columns).where(op.c.op_seq >= first)).all():
        operation = Operation(row.header, row.payload, row.signature)
        header = header_of(operation)
        records = affected(operation, header)
        is_away = row.op_seq in came and not any(_is_held(connection, one) for _, one in records)
        is_lost = agreed_seq is not None and row.op_seq > agreed_seq
        if is_away and not is_lost:
            continue  # of a stay that has left, or a scope: its row will not come again
        changed.update(identifier for _, identifier in records)
        # Whose row is here is held centrally: on top again it would hide what was written since.
        if header.op_id not in come_already.operations_of(connection, header.entity):
            effects.put(connection, row.op_seq, records)
    look_again(connection, changed, touched)
    return count


def _is_held(connection: Connection, identifier: str) -> bool:
    names = {"id": ids.to_bytes(identifier)}
    return bool(driver_connection(connection).execute(_HELD, names).fetchone()[0])


def look_again(connection: Connection, identifiers: set[str], touched: Touched) -> None:
    """Make anew what is shown of these records, some at a time."""
    every = sorted(identifiers)
    for start in range(0, len(every), _AT_ONCE):
        effects.refresh(connection, every[start : start + _AT_ONCE], touched)
