"""The log of each scope: appending commits under its lock, and reading on from a place in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any, Final

import msgspec
from sqlalchemy import Row as SqlRow
from sqlalchemy import exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from sonar_core.ids import to_bytes
from sonar_core.sync.decision import NewVersion, row_of
from sonar_core.sync.messages import Cursor, Verdict
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, Row, add, chain, row_hash
from sonar_server.scopes import ScopeKey
from sonar_server.store import notices
from sonar_server.store.database import Transaction, read_all, write_all
from sonar_server.store.notices import LookAgain, Moved
from sonar_server.store.schema import commit_log, op, record, scope

FIRST_EPOCH: Final = 1
ROW_COLUMNS: Final = "seq, commit_no, kind, id, version, patient, episode, at_ms, body, provenance"
PAGE_ROWS: Final = 4000


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A version to append, with what the store wants to find it by."""

    version: NewVersion
    place: str | None = None
    disputes: str | None = None


@dataclass(kw_only=True)
class ScopeHead:
    """Where a scope stands; under its lock, with what is to be appended to it."""

    key: ScopeKey
    epoch: int = FIRST_EPOCH
    seq: int = 0
    commit_no: int = 0
    chain: bytes = FIRST_CHAIN
    digest: bytes = EMPTY_DIGEST
    _rows: list[tuple[Any, ...]] = field(default_factory=list)
    _commits: list[tuple[Any, ...]] = field(default_factory=list)

    def commit(self, entries: Iterable[Entry]) -> None:
        """Append one user action's rows as one commit."""
        self.commit_no += 1
        hashes = [self._append(entry) for entry in entries]
        self.chain = chain(self.chain, self.commit_no, hashes)
        self.digest = add(self.digest, hashes)
        self._commits.append((*self.key, self.commit_no, self.seq, self.chain))

    def _append(self, entry: Entry) -> bytes:
        self.seq += 1
        row = row_of(entry.version, self.seq, self.commit_no)
        digest = row_hash(row)
        self._rows.append(
            (
                *self.key,
                *msgspec.structs.astuple(row),
                digest,
                _id(entry.place),
                _id(entry.disputes),
                to_bytes(entry.version.provenance.operation),
            )
        )
        return digest

    def taken(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return the rows and commits not yet written, and forget them."""
        rows, commits = self._rows, self._commits
        self._rows, self._commits = [], []
        return rows, commits


def _id(identifier: str | None) -> bytes | None:
    return None if identifier is None else to_bytes(identifier)


def make_scopes(transaction: Transaction, keys: Iterable[ScopeKey]) -> None:
    """Make the rows of scopes that have none yet."""
    first = {
        "epoch": FIRST_EPOCH,
        "head_seq": 0,
        "commit_no": 0,
        "chain": FIRST_CHAIN,
        "digest": EMPTY_DIGEST,
    }
    values = [{"site_id": key.site_id, "scope_id": key.name, **first} for key in sorted(keys)]
    transaction.execute(insert(scope).on_conflict_do_nothing(), values)


def heads(
    transaction: Transaction, keys: Iterable[ScopeKey], *, lock: bool = False
) -> dict[ScopeKey, ScopeHead]:
    """Return where scopes stand; with `lock`, nobody else appends until this transaction ends.

    Always locked in the order of their keys, so that two transactions cannot wait for each other.
    """
    query = (
        select(scope)
        .where(tuple_(scope.c.site_id, scope.c.scope_id).in_(sorted(keys)))
        .order_by(scope.c.site_id, scope.c.scope_id)
    )
    rows = transaction.execute(query.with_for_update() if lock else query).all()
    return {head.key: head for head in map(_head, rows)}


def _head(row: SqlRow[Any]) -> ScopeHead:
    return ScopeHead(
        key=ScopeKey(row.site_id, row.scope_id),
        epoch=row.epoch,
        seq=row.head_seq,
        commit_no=row.commit_no,
        chain=row.chain,
        digest=row.digest,
    )


def raise_epochs(transaction: Transaction, now_ms: int) -> int:
    """Give every scope a new epoch, the same and higher than any before; return it.

    It is the time in seconds: a database restored twice from one copy must not give the same
    epoch to two different histories.
    """
    locked = select(scope.c.epoch).order_by(scope.c.site_id, scope.c.scope_id).with_for_update()
    epochs = transaction.execute(locked).scalars()
    epoch: int = max([now_ms // 1000, *(before + 1 for before in epochs)])
    transaction.execute(update(scope).values(epoch=epoch))
    notices.say(transaction, LookAgain())
    return epoch


def write_heads(transaction: Transaction, moved: Iterable[ScopeHead]) -> None:
    """Write what was appended to scopes that this transaction has locked."""
    rows: list[tuple[Any, ...]] = []
    commits: list[tuple[Any, ...]] = []
    for head in sorted(moved, key=lambda head: head.key):
        new_rows, new_commits = head.taken()
        if not new_commits:
            continue
        rows += new_rows
        commits += new_commits
        transaction.execute(
            update(scope)
            .where(scope.c.site_id == head.key.site_id, scope.c.scope_id == head.key.name)
            .values(
                head_seq=head.seq,
                commit_no=head.commit_no,
                chain=head.chain,
                digest=head.digest,
            )
            .returning(notices.said(Moved(key=head.key, epoch=head.epoch, seq=head.seq)))
        )
    if commits:
        write_all(transaction, record, rows)
        write_all(transaction, commit_log, commits)


def is_in_log(
    transaction: Transaction, key: ScopeKey, commit_no: int, seq: int, chain_value: bytes
) -> bool:
    """Return whether a scope once stood exactly there."""
    if commit_no == 0:
        return seq == 0 and chain_value == FIRST_CHAIN
    query = select(commit_log.c.last_seq, commit_log.c.chain).where(
        commit_log.c.site_id == key.site_id,
        commit_log.c.scope_id == key.name,
        commit_log.c.commit_no == commit_no,
    )
    found = transaction.execute(query).first()
    return found is not None and (found.last_seq, found.chain) == (seq, chain_value)


def last_known(transaction: Transaction, head: ScopeHead, places: Iterable[Cursor]) -> ScopeHead:
    """Return the last of these places at which the scope once stood, else its beginning.

    With the scope's present epoch; the digest there is not known.
    """
    asked = {place.commit_no: (place.seq, place.chain) for place in places}
    rows = read_all(
        transaction,
        "SELECT commit_no, last_seq, chain FROM commit_log WHERE site_id = %(site)s AND "
        "scope_id = %(scope)s AND commit_no = ANY(%(asked)s) ORDER BY commit_no DESC",
        {"site": head.key.site_id, "scope": head.key.name, "asked": list(asked)},
    )
    for commit_no, seq, link in rows:
        if asked[commit_no] == (seq, link):
            return ScopeHead(
                key=head.key, epoch=head.epoch, seq=seq, commit_no=commit_no, chain=link
            )
    return ScopeHead(key=head.key, epoch=head.epoch)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Rows of whole commits in order, and each of these commits: (number, last seq, chain)."""

    rows: list[Row]
    commits: list[tuple[int, int, bytes]]


def page_after(
    transaction: Transaction, key: ScopeKey, commit_no: int, seq: int, until: int
) -> Page:
    """Return the commits after `commit_no` (whose last row is `seq`), at most up to `until`.

    About PAGE_ROWS rows, at least one commit; empty when there is none. A commit is either seen
    with all its rows or not at all, since both are written in one transaction.
    """
    values = {"site": key.site_id, "scope": key.name, "after": commit_no, "until": until}
    commits = read_all(
        transaction,
        "SELECT commit_no, last_seq, chain FROM commit_log WHERE site_id = %(site)s AND "  # noqa: S608 no value in it
        "scope_id = %(scope)s AND commit_no > %(after)s AND commit_no <= %(until)s "
        f"ORDER BY commit_no LIMIT {PAGE_ROWS}",
        values,
    )
    fitting = [item for item in commits if item[1] <= seq + PAGE_ROWS] or commits[:1]
    if not fitting:
        return Page(rows=[], commits=[])
    rows = read_all(
        transaction,
        f"SELECT {ROW_COLUMNS} FROM record WHERE site_id = %(site)s AND scope_id = %(scope)s "  # noqa: S608 no value in it
        "AND seq > %(seq)s AND seq <= %(last)s ORDER BY seq",
        {**values, "seq": seq, "last": fitting[-1][1]},
    )
    return Page(
        rows=list(starmap(Row, rows)),
        commits=[(number, last, link) for number, last, link in fitting],
    )


def row_hashes(transaction: Transaction, key: ScopeKey) -> Iterator[bytes]:
    """Yield this scope's stored rows hashed anew, to hold against its digest."""
    query = (
        select(*(record.c[name] for name in Row.__struct_fields__))
        .where(record.c.site_id == key.site_id, record.c.scope_id == key.name)
        .order_by(record.c.seq)
    )
    for row in transaction.execute(query):
        yield row_hash(Row(*row))


def operations_without_rows(transaction: Transaction, site_id: bytes) -> Iterator[bytes]:
    """Yield the ids of operations said to be applied of which no row is there: there are none."""
    with_effect = [Verdict.APPLIED.value, Verdict.MERGED.value, Verdict.CONFLICT.value]
    query = select(op.c.op_id).where(
        op.c.site_id == site_id,
        op.c.verdict.in_(with_effect),
        ~exists().where(record.c.site_id == op.c.site_id, record.c.op_id == op.c.op_id),
    )
    yield from transaction.execute(query).scalars()
