"""The log of each scope: appending commits under its lock, and reading on from a place in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import starmap
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import exists, select, text, update
from sqlalchemy.dialects.postgresql import insert

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.sync.decision import NewVersion, row_of
from sonar_core.sync.messages import Cursor, Verdict
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, Row, add, chain, row_hash, subtract
from sonar_server.scopes import ScopeKey
from sonar_server.store import notices
from sonar_server.store.database import Transaction, read_all, write_all
from sonar_server.store.notices import LookAgain, Moved
from sonar_server.store.schema import again, commit_log, op, record, scope

FIRST_EPOCH: Final = 1
COPIED: Final = tuple(column.name for column in record.columns)[4:]
"""The columns of a row that stay the same in another site's log: all but its place there."""
ROW_COLUMNS: Final = "seq, commit_no, kind, id, version, patient, episode, at_ms, body, provenance"
PAGE_ROWS: Final = 4000
COUNTS: Final = (
    f"record.kind <> '{RETIREMENT}' AND NOT EXISTS (SELECT 1 FROM retired "  # noqa: S608 no value in it
    "WHERE retired.site_id = record.site_id AND retired.episode = record.episode "
    "AND retired.patient = record.patient)"
)
"""The rows that digests and first syncs are made of: those of no stay that has left the PCs."""

_LOGGED_AGAIN: Final = f"""
    SELECT again.seq, again.commit_no, {ROW_COLUMNS.removeprefix("seq, commit_no, ")}
    FROM again JOIN record ON record.site_id = again.site_id
        AND record.scope_id = again.scope_id AND record.seq = again.of_seq
    WHERE again.site_id = %(site)s AND again.scope_id = %(scope)s
        AND again.seq > %(seq)s AND again.seq <= %(last)s
"""  # noqa: S608 no value in it

# Plain SQL: every request asks this, and making the statement took longer than running it.
_HEADS: Final = """
    SELECT scope.site_id, scope.scope_id, epoch, head_seq, commit_no, chain, digest
    FROM scope JOIN unnest(%(sites)b::bytea[], %(names)b::text[]) AS wanted (site_id, scope_id)
        ON scope.site_id = wanted.site_id AND scope.scope_id = wanted.scope_id
    ORDER BY scope.site_id, scope.scope_id
"""
_LOCKED_HEADS: Final = f"{_HEADS} FOR UPDATE OF scope"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
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
    _again: list[tuple[Any, ...]] = field(default_factory=list)
    _commits: list[tuple[Any, ...]] = field(default_factory=list)

    def commit(self, entries: Iterable[Entry]) -> None:
        """Append one user action's rows as one commit."""
        self.commit_no += 1
        hashes = [self._append(entry) for entry in entries]
        self.digest = add(self.digest, hashes)
        self._end_commit(hashes)

    def retire(self, retirement: Entry, leaving: list[bytes]) -> None:
        """Append the word that a stay leaves the PCs; the hashes are those of its rows here."""
        self.commit_no += 1
        own = self._append(retirement)
        self.digest = subtract(self.digest, leaving)
        self._end_commit([own])

    def log_again(
        self, rows: Iterable[tuple[int, bytes]], copies: Iterable[tuple[Any, ...]] = ()
    ) -> None:
        """Append rows that are in the log already, by number and hash, as one commit.

        `copies` are rows of another site's log as the table holds them, from `kind` on; they
        follow in the same commit.
        """
        self.commit_no += 1
        hashes = []
        for of_seq, digest in rows:
            self.seq += 1
            self._again.append((*self.key, self.seq, self.commit_no, of_seq))
            hashes.append(digest)
        for copy in copies:
            self.seq += 1
            self._rows.append((*self.key, self.seq, self.commit_no, *copy))
            hashes.append(copy[COPIED.index("row_hash")])
        self.digest = add(self.digest, hashes)
        self._end_commit(hashes)

    def _end_commit(self, hashes: list[bytes]) -> None:
        self.chain = chain(self.chain, self.commit_no, hashes)
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

    def taken(self) -> tuple[list[tuple[Any, ...]], ...]:
        """Return rows, rows logged again and commits not yet written, and forget them."""
        taken = self._rows, self._again, self._commits
        self._rows, self._again, self._commits = [], [], []
        return taken


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
    wanted = list(keys)
    names = {"sites": [key.site_id for key in wanted], "names": [key.name for key in wanted]}
    found = transaction.exec_driver_sql(_LOCKED_HEADS if lock else _HEADS, names)
    return {head.key: head for head in starmap(_head, found)}


def _head(
    site_id: bytes, name: str, epoch: int, seq: int, commit_no: int, link: bytes, digest: bytes
) -> ScopeHead:
    return ScopeHead(
        key=ScopeKey(site_id, name),
        epoch=epoch,
        seq=seq,
        commit_no=commit_no,
        chain=link,
        digest=digest,
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
    repeated: list[tuple[Any, ...]] = []
    commits: list[tuple[Any, ...]] = []
    for head in sorted(moved, key=lambda head: head.key):
        new_rows, new_repeated, new_commits = head.taken()
        if not new_commits:
            continue
        rows += new_rows
        repeated += new_repeated
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
        once_more = [(again, repeated)] if repeated else []
        write_all(transaction, (record, rows), *once_more, (commit_log, commits))


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


def places_before(transaction: Transaction, head: ScopeHead) -> list[ScopeHead]:
    """Return some places at which a scope stood before, farther apart the older they are.

    Each twice as many commits back as the next; the digests there are not known.
    """
    back = [head.commit_no - (1 << power) for power in range(head.commit_no.bit_length())]
    rows = read_all(
        transaction,
        "SELECT commit_no, last_seq, chain FROM commit_log WHERE site_id = %(site)s AND "
        "scope_id = %(scope)s AND commit_no = ANY(%(asked)s) ORDER BY commit_no",
        {"site": head.key.site_id, "scope": head.key.name, "asked": back},
    )
    return [
        ScopeHead(key=head.key, epoch=head.epoch, seq=seq, commit_no=commit_no, chain=link)
        for commit_no, seq, link in rows
    ]


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
    last = fitting[-1][1]
    between = {**values, "seq": seq, "last": last}
    rows = read_all(
        transaction,
        f"SELECT {ROW_COLUMNS} FROM record WHERE site_id = %(site)s AND scope_id = %(scope)s "  # noqa: S608 no value in it
        "AND seq > %(seq)s AND seq <= %(last)s ORDER BY seq",
        between,
    )
    if len(rows) < last - seq:
        rows = sorted(rows + read_all(transaction, _LOGGED_AGAIN, between), key=itemgetter(0))
    return Page(
        rows=list(starmap(Row, rows)),
        commits=[(number, last, link) for number, last, link in fitting],
    )


def row_hashes(transaction: Transaction, key: ScopeKey) -> Iterator[bytes]:
    """Yield the rows that count in this scope hashed anew, to hold against its digest."""
    query = (
        select(*(record.c[name] for name in Row.__struct_fields__))
        .where(record.c.site_id == key.site_id, record.c.scope_id == key.name, text(COUNTS))
        .order_by(record.c.seq)
    )
    for row in transaction.execute(query):
        yield row_hash(Row(*row))


def versions_of(
    transaction: Transaction, site_id: bytes, records: Collection[bytes]
) -> set[tuple[bytes, str]]:
    """Return the versions that a site holds of these records: each record with an operation."""
    query = select(record.c.id, record.c.op_id).where(
        record.c.site_id == site_id, record.c.id.in_(records)
    )
    return {(one, from_bytes(operation)) for one, operation in transaction.execute(query)}


def operations_without_rows(transaction: Transaction, site_id: bytes) -> Iterator[bytes]:
    """Yield the ids of operations said to be applied of which no row is there: there are none."""
    with_effect = [Verdict.APPLIED.value, Verdict.MERGED.value, Verdict.CONFLICT.value]
    query = select(op.c.op_id).where(
        op.c.site_id == site_id,
        op.c.verdict.in_(with_effect),
        ~exists().where(record.c.site_id == op.c.site_id, record.c.op_id == op.c.op_id),
    )
    yield from transaction.execute(query).scalars()
